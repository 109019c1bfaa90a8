"""Where one is signed in: seen by oneself, ended one at a time or everywhere else."""

import pytest
from allauth.usersessions.models import UserSession

from accounts.programs import keys_of, sign_ins_of
from accounts.services.api_keys import make_key
from accounts.services.tokens import begin_family
from accounts.team.sessions import device_of
from tests.accounts.visitors import PASSWORD, sign_in, visitor

pytestmark = pytest.mark.django_db
PAGE = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1"


@pytest.fixture(autouse=True)
def _unconfirmed(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"


@pytest.fixture
def browser(django_user_model):
    def of(name: str, agent: str = FIREFOX):
        if not django_user_model.objects.filter(username=name).exists():
            django_user_model.objects.create_user(name, email=f"{name}@example.org", password=PASSWORD)
        client = visitor()
        client.defaults["HTTP_USER_AGENT"] = agent
        sign_in(client, name)
        return client

    return of


def test_each_is_listed_with_its_device_and_address(browser):
    here, _phone = browser("known"), browser("known", SAFARI)
    browser("other", "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36")
    page = here.get(PAGE).text
    assert "Firefox, Linux" in page
    assert "Safari, iOS" in page
    assert "Windows" not in page
    assert here.defaults["REMOTE_ADDR"] in page


def test_one_is_ended_and_the_others_stay(browser):
    here, phone, third = browser("known"), browser("known", SAFARI), browser("known")
    session = UserSession.objects.get(session_key=phone.session.session_key)
    assert here.post(PAGE, {"session": session.pk}).url == PAGE
    assert [client.get(PAGE).status_code for client in (here, phone, third)] == [200, 302, 200]


def test_everywhere_else(browser):
    here, phone, other = browser("known"), browser("known", SAFARI), browser("other")
    here.post(PAGE)
    assert [client.get(PAGE).status_code for client in (here, phone, other)] == [200, 302, 200]


def test_programs_with_the_password_are_signed_out_with_them_and_keys_stay(browser, django_user_model):
    here, other = browser("known"), browser("other")
    hers, theirs = (django_user_model.objects.get(username=name) for name in ("known", "other"))
    begin_family(user=hers, client="script")
    begin_family(user=hers)
    begin_family(user=theirs)
    key, _text = make_key(user=hers, name="backup", scopes=["read"], expires_at=None)
    page = here.get(PAGE).text
    assert "2 programs that signed in with your password will be signed out too. API keys stay." in page
    assert here.post(PAGE).url == PAGE
    assert not sign_ins_of(hers).exists()
    assert sign_ins_of(theirs).count() == 1
    assert list(keys_of(hers)) == [key]
    assert "Sign out everywhere else" not in here.get(PAGE).text
    assert other.get(PAGE).status_code == 200


def test_one_browser_is_ended_and_programs_stay(browser, django_user_model):
    here, phone = browser("known"), browser("known", SAFARI)
    hers = django_user_model.objects.get(username="known")
    begin_family(user=hers)
    here.post(PAGE, {"session": UserSession.objects.get(session_key=phone.session.session_key).pk})
    assert sign_ins_of(hers).count() == 1


def test_nobody_ends_what_is_anothers(browser):
    known, other = browser("known"), browser("other")
    session = UserSession.objects.get(session_key=known.session.session_key)
    for wrong in (session.pk, 0, "x", ""):
        assert other.post(PAGE, {"session": wrong}).status_code == 404
    assert known.get(PAGE).status_code == 200


def test_a_new_password_ends_the_others(browser):
    here, phone = browser("known"), browser("known", SAFARI)
    new = "another good one"
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    here.post("/accounts/password/change/", given)
    assert here.get(PAGE).status_code == 200
    assert phone.get(PAGE).status_code == 302


@pytest.mark.parametrize(("agent", "device"), [(FIREFOX, "Firefox, Linux"), ("", ""), ("\x00<b>", "")])
def test_what_a_browser_says_of_itself(agent, device):
    assert device_of(agent) == device
