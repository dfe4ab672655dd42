"""How money and times are written on the worker site."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def dollars(cents: int) -> str:
    """Cents as dollars: $1,234.50."""
    whole, rest = divmod(cents, 100)
    return f"${whole:,}.{rest:02d}"


@register.filter
def when(at: datetime | None) -> SafeString | str:
    """A moment, in the site's zone and with its name, for people and programs."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}">{} {}</time>',
        at.isoformat(timespec="seconds"),
        date_format(local, "j M Y, H:i"),
        local.tzname() or "",
    )
