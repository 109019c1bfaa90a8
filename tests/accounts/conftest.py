"""Both modes, whatever the suite runs in."""

import pytest


@pytest.fixture
def personal(settings):
    """The house in personal mode, as a fresh checkout is."""
    settings.PERSONAL = True
    return settings


@pytest.fixture
def team(settings):
    settings.PERSONAL = False
    return settings


@pytest.fixture(autouse=True)
def _limits_of_its_own(settings, request):
    """Tries are counted in the cache, which tests would share."""
    memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": memory, "LOCATION": request.node.nodeid}}
