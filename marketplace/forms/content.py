"""Content of a QuestionForm: titles, texts, lists, media and formatted blocks."""

from xml.etree.ElementTree import Element

from marketplace.documents import local_name, parse_error, text_of
from marketplace.errors import RequestError, invalid
from marketplace.forms.fields import Fields, children
from marketplace.forms.records import (
    Block,
    Bullets,
    Choice,
    Formatted,
    Media,
    Text,
    Title,
)
from marketplace.forms.xhtml import clean, is_web_address

GONE = ("Application", "EmbeddedBinary", "FileUploadAnswer")
"""Elements of the older schema: applets, plug-ins and uploads; refused by name."""

_BLOCKS = ("Title", "Text", "List", "Binary", "FormattedContent")
_LABELS = ("Text", "Binary", "FormattedContent")
_MEDIA = ("image", "audio", "video")


def read_content(element: Element) -> tuple[Block, ...]:
    """The blocks of an Overview or a QuestionContent, of which it has at least one.

    Raises RequestError: XMLParseError, XHTMLParseError, InvalidParameterValue.
    """
    blocks = children(element, (*_BLOCKS, *GONE))
    if not blocks:
        raise parse_error(f"{local_name(element)} is empty")
    return tuple(_block(child) for child in blocks)


def read_choice(element: Element) -> Choice:
    """A Selection: its identifier and the one thing it shows.

    Raises RequestError as read_content.
    """
    fields = Fields(element, ("SelectionIdentifier", *_LABELS))
    found = [name for name in _LABELS if fields.element(name) is not None]
    if len(found) != 1:
        raise parse_error(f"Selection needs one of {', '.join(_LABELS)}")
    label = _block(fields.needed(found[0]))
    if not isinstance(label, Text | Media | Formatted):
        raise parse_error(f"Selection can't hold {found[0]}")
    return Choice(fields.identifier("SelectionIdentifier"), label)


def gone(name: str) -> RequestError:
    """An element of the older schema that no browser or nobody serves any more."""
    return invalid(
        f"The element {name} of a QuestionForm is not supported (it ended on"
        " 2017-12-12): use an HTMLQuestion or an ExternalQuestion."
    )


def _block(element: Element) -> Block:
    name = local_name(element)
    if name in GONE:
        raise gone(name)
    if name == "List":
        items = children(element, ("ListItem",))
        if not items:
            raise parse_error("List has no ListItem")
        return Bullets(tuple(text_of(item).strip() for item in items))
    if name == "Binary":
        return _media(element)
    text = text_of(element).strip()
    if name == "FormattedContent":
        return Formatted(clean(text))
    return Title(text) if name == "Title" else Text(text)


def _media(element: Element) -> Media:
    fields = Fields(element, ("MimeType", "DataURL", "AltText"))
    fields.needed("AltText")
    medium = Fields(fields.needed("MimeType"), ("Type", "SubType")).text("Type")
    if medium not in _MEDIA:
        raise parse_error(f"Type {medium[:40]!r} is none of {', '.join(_MEDIA)}")
    url = fields.text("DataURL")
    if not is_web_address(url):
        raise invalid(f"DataURL {url[:200]!r} is not an address of http or https.")
    return Media(medium=medium, url=url, alt=fields.text("AltText"))
