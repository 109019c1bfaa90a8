"""The page of webhooks: made, tested, switched and deleted by their owner."""

import pytest

from webhooks.models import Delivery, Webhook

pytestmark = pytest.mark.django_db

PAGE = "/settings/webhooks/"
FILLED = {"url": "https://hooks.example.org/a", "events": ["run.failed"]}


def test_the_secret_is_shown_when_it_is_made_and_not_again(alices):
    made = alices.post(PAGE, FILLED)
    assert (made.status_code, "whsec_" in made.text) == (200, True)
    assert "whsec_" not in alices.get(PAGE).text
    assert "hooks.example.org/a" in alices.get(PAGE).text


@pytest.mark.parametrize(
    "filled", [{}, {"url": "nonsense", "events": ["run.failed"]}, {"url": "https://a.example"}]
)
def test_what_cannot_be_is_said_and_not_stored(alices, filled):
    assert alices.post(PAGE, filled).status_code == 422
    assert not Webhook.objects.exists()


def test_its_buttons_work(alices, hook):
    place = f"{PAGE}{hook.pk}/"
    assert alices.post(f"{place}switch/", {"active": "0"}).status_code == 302
    assert not Webhook.objects.get().active
    assert alices.post(f"{place}switch/", {"active": "1"}).status_code == 302
    assert Webhook.objects.get().active
    assert alices.post(f"{place}test/").status_code == 302
    assert Delivery.objects.get().type == "webhook.test"
    assert "webhook.test" in alices.get(PAGE).text
    assert alices.post(f"{place}delete/").status_code == 302
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("verb", ["switch", "delete", "test"])
def test_anothers_is_not_there(bobs, hook, verb):
    assert bobs.post(f"{PAGE}{hook.pk}/{verb}/").status_code == 404
    assert "hooks.example.org" not in bobs.get(PAGE).text
    assert Webhook.objects.get().active


def test_why_one_was_switched_off_is_said_to_its_owner(alices, hook):
    Webhook.objects.update(
        active=False, problem="Nothing has arrived there for a day, so it was switched off."
    )
    assert "Nothing has arrived there for a day" in alices.get(PAGE).text
