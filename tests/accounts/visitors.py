"""Somebody who is not signed in, at an address of their own: limits by address do not add up over tests."""

import re
import secrets
from ipaddress import IPv4Address

from django.core import mail
from django.test import Client

PASSWORD = "correct horse battery"


def visitor() -> Client:
    return Client(REMOTE_ADDR=str(IPv4Address("10.0.0.0") + secrets.randbelow(2**24)))


def sign_up(client: Client, email: str, name: str = "Somebody", password: str = PASSWORD):
    return client.post("/accounts/signup/", {"display_name": name, "email": email, "password1": password})


def sign_in(client: Client, login: str, password: str = PASSWORD):
    return client.post("/accounts/login/", {"login": login, "password": password})


def link_in_mail() -> str:
    """The path of the link in the newest message."""
    found = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body)
    assert found is not None, mail.outbox[-1].body
    return found[1]
