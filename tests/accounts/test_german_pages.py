"""What django-allauth says in German is said to somebody one knows, as all our pages do."""

import re

import pytest

from tests.accounts.visitors import PASSWORD, sign_in, visitor
from tests.dom import tree
from tests.project.catalogue import german
from tests.project.test_translated_pages import wording_of

pytestmark = pytest.mark.django_db
FORMAL = re.compile(r"\b(Sie|Ihr|Ihre|Ihrem|Ihren|Ihnen)\b")
PAGES = (
    "second-factor/",
    "second-factor/app/activate/",
    "second-factor/recovery-codes/generate/",
    "passkeys/",
    "passkeys/add/",
    "providers/",
    "email/",
    "password/change/",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_not_formal(page, settings, django_user_model):
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    settings.MFA_ALLOW_UNVERIFIED_EMAIL = True
    django_user_model.objects.create_user("known", email="known@example.org", password=PASSWORD)
    client = visitor()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    sign_in(client, "known")
    asked = client.get("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for answer in (asked, client.get(f"/accounts/{page}", follow=True)):
        assert 'lang="de"' in answer.text
        said = set(wording_of(tree(answer.text))) - {text for entry in german() for text in entry.strings}
        assert [text for text in said if FORMAL.search(text)] == []
