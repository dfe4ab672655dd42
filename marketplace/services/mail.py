"""Mail that the marketplace sends: plain text, one address, links to its own pages."""

import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage

from marketplace import conf

log = logging.getLogger(__name__)


def send(to: str, subject: str, text: str) -> bool:
    """Send a mail; False when this site sends none, or it did not get out.

    Call it outside of transactions: a mail server may be slow.
    """
    if not conf.sends_mail():
        return False
    # a header is one line, whatever somebody typed
    message = EmailMessage(" ".join(subject.split()), text, to=[to])
    try:
        return message.send() == 1
    # a name of a host in other letters may have no form that mail servers know
    except (SMTPException, OSError, UnicodeError):
        log.exception("a mail did not get out")
        return False
