"""Alice and Bob as programs."""

import pytest
from django.test import Client

from tests.programs import Program


@pytest.fixture
def hers(alices: Client) -> Program:
    return Program(alices)


@pytest.fixture
def his(bobs: Client) -> Program:
    return Program(bobs)
