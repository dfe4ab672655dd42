"""FormattedContent: a subset of XHTML, read as XML and written anew.

Nothing of the document reaches a page as it came: tags and attributes are looked up
here, values are checked, and what is written is escaped again. What is not listed is
refused, as at MTurk (AWS, Formatted Content: XHTML).
"""

import re
from html import escape
from html.entities import name2codepoint
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.safestring import SafeString

from marketplace.documents import MAX_DEPTH, is_too_deep, local_name
from marketplace.errors import RequestError

_NAMESPACE = "http://www.w3.org/1999/xhtml"
_TABLE = "align char charoff valign"
_CELL = f"abbr axis bgcolor colspan headers height nowrap rowspan scope width {_TABLE}"
_LINK = "accesskey coords href shape tabindex target"
_PLAIN = (
    *("b", "big", "center", "cite", "code", "dd", "dl", "dt", "em", "i", "s", "small"),
    *("strike", "strong", "sub", "sup", "u"),
)
_ATTRIBUTES = {
    **dict.fromkeys(_PLAIN, ""),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "p"), "align"),
    **dict.fromkeys(("blockquote", "q"), "cite"),
    **dict.fromkeys(("del", "ins"), "cite datetime"),
    **dict.fromkeys(("col", "colgroup"), f"span width {_TABLE}"),
    **dict.fromkeys(("tbody", "tfoot", "thead"), _TABLE),
    **dict.fromkeys(("td", "th"), _CELL),
    "a": f"charset hreflang name rel rev type {_LINK}",
    "area": f"alt nohref {_LINK}",
    "br": "clear",
    "font": "color face size",
    "hr": "align noshade size width",
    "img": "align alt border height hspace ismap longdesc name src usemap vspace width",
    "li": "type value",
    "map": "name id",
    "ol": "compact start type",
    "pre": "width",
    "table": "align bgcolor border cellpadding cellspacing frame rules summary width",
    "tr": f"bgcolor {_TABLE}",
    "ul": "compact type",
}
_EVERYWHERE = "title lang dir"
_ALLOWED = {
    name: frozenset(f"{attributes} {_EVERYWHERE}".split())
    for name, attributes in _ATTRIBUTES.items()
}
_NEEDED = {"img": ("src", "alt"), "area": ("alt",), "map": ("name",)}
_EMPTY = frozenset({"area", "br", "col", "hr", "img"})
# allowed, and left out of the page: they reach for keys, names and windows of ours,
# or for elements by an id that nothing here can have
_LEFT_OUT = frozenset(
    {"accesskey", "axis", "charset", "cite", "headers", "id", "ismap", "longdesc"}
    | {"name", "rel", "rev", "tabindex", "target"}
)
_SCHEMES = ("http", "https", "ftp", "news", "nntp", "mailto", "gopher", "telnet")
_HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6"}
_MAP = "content-"
_REFERENCE = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})


def clean(source: str) -> SafeString:
    """The markup of a FormattedContent, fit for a page.

    Headings come two levels lower, below the page's own. Raises RequestError
    XHTMLParseError naming what is not allowed.
    """
    wrapped = (
        f'<FormattedContent xmlns="{_NAMESPACE}">{_REFERENCE.sub(_named, source)}'
        "</FormattedContent>"
    )
    try:
        root = fromstring(wrapped, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise _refused(str(error)) from error
    if is_too_deep(root):
        raise _refused(f"elements are nested more than {MAX_DEPTH} deep")
    # of tags and attributes of the list above, and of escaped texts
    return SafeString(_inside(root))


def is_web_address(url: str) -> bool:
    """Whether an address is one of http or https with a host, fit for a page."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and named and url.isprintable()


def _named(reference: re.Match[str]) -> str:
    # XML knows five names, XHTML those of HTML 4; an unknown one is left, and refused
    name = reference[1]
    known = name in name2codepoint and name not in _OF_XML
    return chr(name2codepoint[name]) if known else reference[0]


def _inside(element: Element) -> str:
    parts = [escape(element.text or "")]
    for child in element:
        parts += [_written(child), escape(child.tail or "")]
    return "".join(parts)


def _written(element: Element) -> str:
    name = local_name(element)
    if element.tag != f"{{{_NAMESPACE}}}{name}" or name not in _ALLOWED:
        raise _refused(f"the tag {name[:40]!r} is not allowed")
    for needed in _NEEDED.get(name, ()):
        if needed not in element.attrib:
            raise _refused(f"{name} needs the attribute {needed}")
    shown = _HEADINGS.get(name, name)
    opening = f"<{shown}{_attributes(name, element.attrib)}>"
    if name in _EMPTY:
        if len(element) or (element.text or "").strip():
            raise _refused(f"{name} holds something")
        return opening
    return f"{opening}{_inside(element)}</{shown}>"


def _attributes(name: str, given: dict[str, str]) -> str:
    for attribute in given:
        if attribute not in _ALLOWED[name]:
            raise _refused(f"{name} can't have the attribute {attribute[:40]!r}")
    written = {
        attribute: value
        for attribute, value in given.items()
        if attribute not in _LEFT_OUT
    }
    _check_addresses(name, written)
    if name == "map":
        written["name"] = f"{_MAP}{given['name']}"
    if "usemap" in written:
        written["usemap"] = f"#{_MAP}{written['usemap'].removeprefix('#')}"
    if "href" in written:
        # a link must not take the page with a half-done form away, nor reach into it
        written |= {"target": "_blank", "rel": "noopener noreferrer nofollow"}
    if "src" in written:
        written |= {"referrerpolicy": "no-referrer"}
    return "".join(
        f' {attribute}="{escape(value)}"'
        for attribute, value in sorted(written.items())
    )


def _check_addresses(name: str, written: dict[str, str]) -> None:
    link, source = written.get("href"), written.get("src")
    if link is not None and not _is_link(link):
        raise _refused(f"{name} can't lead to {link[:200]!r}")
    if source is not None and not is_web_address(source.strip()):
        raise _refused(f"{name} can't show {source[:200]!r}")


def _is_link(url: str) -> bool:
    scheme, colon, rest = url.strip().partition(":")
    mail = scheme.lower() == "mailto"
    known = scheme.lower() in _SCHEMES and (mail or rest.startswith("//"))
    return bool(colon) and known and url.strip().isprintable()


def _refused(detail: str) -> RequestError:
    return RequestError(
        "XHTMLParseError",
        "There was an error parsing the XHTML of a FormattedContent in your request."
        " Please make sure it is well-formed and keeps to the tags and attributes that"
        f" are allowed there. Details: {detail}",
    )
