"""Transport Email: one plain mail for each document, by the site's mail settings."""

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email

from marketplace import conf
from marketplace.delivery.base import DeliveryError, Outgoing

_SECONDS = 10


def check(address: str) -> None:
    """Raise DeliveryError for what is no e-mail address, or where no mail is sent."""
    if not conf.sends_mail():
        raise DeliveryError("this marketplace sends no mail", permanent=True)
    try:
        validate_email(address)
    except ValidationError:
        message = f"{address[:200]!r} is not an e-mail address"
        raise DeliveryError(message, permanent=True) from None


def send(message: Outgoing) -> None:
    """Mail the document; raises DeliveryError when the mail server does not take it."""
    mail = EmailMessage(
        subject="Notification of events on your HITs",
        body=message.text,
        to=[message.destination],
        headers={"Message-ID": f"<{message.document_id.hex}@marketplace.invalid>"},
        connection=get_connection(timeout=_SECONDS),
    )
    try:
        mail.send()
    except OSError as error:  # smtplib's errors are among them
        raise DeliveryError(f"the mail server did not take it: {error}") from error
