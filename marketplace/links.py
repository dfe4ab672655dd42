"""Addresses of the worker site for use outside of it: in mails and invitations."""

from urllib.parse import urlencode

from django.urls import reverse

from marketplace import conf


def public_link(page: str, *args: str, **query: str) -> str:
    """The full address of a page, below where workers reach the marketplace.

    Never made of the request's own host name, which whoever sends it may choose.
    """
    home = reverse("marketplace:index")
    path = reverse(f"marketplace:{page}", args=args).removeprefix(home)
    asked = f"?{urlencode(query)}" if query else ""
    return f"{conf.public_url()}/{path}{asked}"
