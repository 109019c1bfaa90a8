"""Sounds in the admin: found, and heard by those who may look at them there."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    """Somebody of the staff, who may look at recordings and at nothing else."""
    client = Client()
    user = get_user_model().objects.create_user("staff", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_recording"))
    client.force_login(user)
    return client


def test_a_recording_is_found_by_what_was_said(staff, recorded):
    recording = recorded()
    place = reverse("admin:voice_recording_changelist")
    assert len(staff.get(place, {"q": "open"}).context["cl"].result_list) == 1
    assert len(staff.get(place, {"q": "whales"}).context["cl"].result_list) == 0
    page = staff.get(reverse("admin:voice_recording_change", args=[recording.pk])).content.decode()
    assert f'href="{recording.sound.url}"' in page


def test_who_may_look_at_it_may_hear_it_and_at_nothing_else(staff, recorded, read_aloud):
    recording = recorded()
    speech = read_aloud(recording.message)
    assert staff.head(recording.sound.url).status_code == 200
    assert staff.head(speech.url).status_code == 404
    assert staff.get(reverse("admin:voice_speech_changelist")).status_code == 403


def test_nobody_changes_anything_there(recorded, read_aloud):
    root = Client()
    root.force_login(get_user_model().objects.create_superuser("root"))
    recording = recorded()
    read_aloud(recording.message)
    for model in ("recording", "speech"):
        assert root.get(reverse(f"admin:voice_{model}_changelist")).status_code == 200
        assert root.get(reverse(f"admin:voice_{model}_add")).status_code == 403
    assert root.post(reverse("admin:voice_recording_delete", args=[recording.pk])).status_code == 403
