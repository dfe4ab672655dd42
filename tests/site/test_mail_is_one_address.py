"""EMAIL_URL says how mail leaves; a wrong one stops the start and tells no password."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from evalsite.mail import NO_MAIL, SMTP, MailServer, read_mail_server


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", MailServer(NO_MAIL)),
        ("smtp://mail.example", MailServer(SMTP, "mail.example", 25)),
        (
            "smtp+tls://ann:p%40ss%2F@mail.example:2525",
            MailServer(SMTP, "mail.example", 2525, "ann", "p@ss/", starts_tls=True),
        ),
        (
            "smtps://ann:x@mail.example",
            MailServer(SMTP, "mail.example", 465, "ann", "x", within_tls=True),
        ),
    ],
)
def test_an_address_says_server_user_and_tls(url: str, server: MailServer) -> None:
    assert read_mail_server("EMAIL_URL", url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://secret@:x",
        "[",
        "smtp://secret@h:99999",
    ],
)
def test_a_wrong_address_is_named_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL") as refused:
        read_mail_server("EMAIL_URL", url)
    assert "secret" not in str(refused.value)
