"""How mail leaves the site, in one address."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server in Django's terms; without a host no mail is sent."""

    backend: str = NO_MAIL
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starts_tls: bool = False
    within_tls: bool = False


def read_mail_server(name: str, url: str) -> MailServer:
    """Read ``smtp://user:password@host:port``; ``smtp+tls`` is STARTTLS, ``smtps`` TLS.

    An empty address sends no mail. Raises ImproperlyConfigured naming the variable;
    the address is not repeated, since a password may stand in it.
    """
    if not url:
        return MailServer()
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        port = 0
    if not port or not parts.hostname:
        raise ImproperlyConfigured(
            f"environment variable {name} is not the address of a mail server, such as"
            " smtp+tls://user:password@mail.example:587"
        )
    return MailServer(
        backend=SMTP,
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starts_tls=parts.scheme == "smtp+tls",
        within_tls=parts.scheme == "smtps",
    )
