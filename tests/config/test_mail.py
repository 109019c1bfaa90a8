"""The address of a mail server, and what is refused without showing its password."""

import pytest

from config.env import WrongSetting
from config.mail import mail_from


def test_without_one_mail_is_written_to_the_log():
    assert mail_from("")["EMAIL_BACKEND"].endswith(".console.EmailBackend")


@pytest.mark.parametrize(
    ("scheme", "tls", "ssl"), [("smtp", False, False), ("smtp+tls", True, False), ("smtp+ssl", False, True)]
)
def test_a_server(scheme, tls, ssl):
    found = mail_from(f"{scheme}://me%40example.org:p%40ss@mail.example.org:2525")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", 2525)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("me@example.org", "p@ss")
    assert (found.get("EMAIL_USE_TLS", False), found.get("EMAIL_USE_SSL", False)) == (tls, ssl)
    assert found["EMAIL_TIMEOUT"] > 0


@pytest.mark.parametrize(
    "url",
    ["mail.example.org", "http://u:secret@h", "smtp://u:secret@h:port", "smtps://u:secret@h", "smtp://["],
)
def test_what_is_none_is_refused(url):
    with pytest.raises(WrongSetting) as refused:
        mail_from(url)
    assert "EMAIL_URL" in str(refused.value)
    assert "secret" not in str(refused.value)
