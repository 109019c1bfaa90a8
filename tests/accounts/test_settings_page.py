"""The page where people say how they like their pages."""

import pytest

PAGE = "/settings/"
GOOD = {"display_name": "Alice A.", "theme": "dark", "language": "de", "time_zone": "Europe/Berlin"}


def test_it_saves_and_says_so_in_the_new_language(alice, alices):
    response = alices.post(PAGE, GOOD, follow=True)
    alice.refresh_from_db()
    assert (alice.display_name, alice.theme, alice.language, alice.time_zone) == tuple(GOOD.values())
    assert response.redirect_chain == [(PAGE, 302)]
    assert len(list(response.context["messages"])) == 1
    assert response.headers["Content-Language"] == "de"


@pytest.mark.parametrize(
    "wrong",
    [
        {"theme": "pink"},
        {"language": "tlh"},
        {"time_zone": "Mars/Base"},
        {"time_zone": "../../etc/passwd"},
        {"display_name": "x" * 101},
        {"display_name": "a\x00b"},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_and_nothing_changes(alice, alices, wrong):
    assert alices.post(PAGE, GOOD | wrong).status_code == 422
    alice.refresh_from_db()
    assert (alice.display_name, alice.theme, alice.language, alice.time_zone) == ("", "system", "", "")


def test_nothing_but_its_fields_is_taken(alice, alices):
    alices.post(PAGE, GOOD | {"is_superuser": "on", "is_staff": "on", "username": "root", "id": "1"})
    alice.refresh_from_db()
    assert (alice.is_superuser, alice.is_staff, alice.username) == (False, False, "alice")


@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
def test_other_verbs_are_refused(alices, verb):
    assert getattr(alices, verb)(PAGE).status_code == 405


def test_a_stranger_is_sent_to_sign_in(client, db):
    assert client.get(PAGE).url == f"/accounts/login/?next={PAGE}"
    assert client.post(PAGE, GOOD).status_code == 302


def test_it_costs_few_queries(alices, django_assert_max_num_queries):
    alices.get(PAGE)
    with django_assert_max_num_queries(6):
        alices.get(PAGE)


def test_each_language_is_offered_in_its_own_words(alices):
    page = alices.get(PAGE).content.decode()
    assert "Deutsch" in page
    assert "English" in page
