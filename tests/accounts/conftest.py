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
