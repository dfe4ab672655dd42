"""Elements of a document: each known, none twice, each of the right kind.

Their order is not checked: what says the same in another order is the same question.
"""

from collections.abc import Collection
from xml.etree.ElementTree import Element

from marketplace.documents import local_name, namespace, parse_error, text_of
from marketplace.errors import invalid

_INT = 2**31 - 1
_MAX_DIGITS = 20
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class Fields:
    """The children of an element that has each at most once, but for `many`.

    Raises RequestError XMLParseError for others and for a second one.
    """

    def __init__(
        self, element: Element, once: Collection[str], many: Collection[str] = ()
    ) -> None:
        self._of = local_name(element)
        self._found: dict[str, Element] = {}
        self._many: dict[str, list[Element]] = {name: [] for name in many}
        for child in children(element, (*once, *many)):
            name = local_name(child)
            if name in self._many:
                self._many[name].append(child)
            elif name in self._found:
                raise parse_error(f"{self._of} has more than one {name}")
            else:
                self._found[name] = child

    def all(self, name: str) -> list[Element]:
        """The children of a name that may come more than once."""
        return self._many[name]

    def element(self, name: str) -> Element | None:
        """The child of that name."""
        return self._found.get(name)

    def needed(self, name: str) -> Element:
        """The child of that name; raises RequestError XMLParseError without it."""
        found = self._found.get(name)
        if found is None:
            raise parse_error(f"{self._of} has no {name}")
        return found

    def text(self, name: str) -> str:
        """The child's text without space around it, empty without the child."""
        found = self._found.get(name)
        return "" if found is None else text_of(found).strip()

    def identifier(self, name: str) -> str:
        """The child's text; raises RequestError without the child or the text."""
        identifier = text_of(self.needed(name)).strip()
        if not identifier:
            raise invalid(f"{name} is empty.")
        return identifier

    def number(self, name: str) -> int | None:
        """The child's whole number, None without the child."""
        found = self._found.get(name)
        if found is None:
            return None
        return whole_number(text_of(found).strip(), name)

    def truth(self, name: str) -> bool:
        """The child's true or false, false without the child."""
        text = self.text(name) if name in self._found else "false"
        if text not in _BOOLEANS:
            raise parse_error(f"{name} {text[:40]!r} is neither true nor false")
        return _BOOLEANS[text]


def children(element: Element, allowed: Collection[str]) -> list[Element]:
    """The children of an element that may hold those of certain names alone.

    Raises RequestError XMLParseError naming the first that it may not hold.
    """
    if (element.text or "").strip() or any((c.tail or "").strip() for c in element):
        raise parse_error(f"{local_name(element)} holds text of its own")
    for child in element:
        known = local_name(child) in allowed and namespace(child) == namespace(element)
        if not known:
            raise parse_error(
                f"{local_name(element)} can't hold {local_name(child)[:60]!r}"
                f" (it may hold: {', '.join(sorted(allowed))})"
            )
    return list(element)


def attributes(element: Element, allowed: Collection[str]) -> dict[str, str]:
    """The attributes of an element; raises RequestError naming an unknown one."""
    for name in element.attrib:
        if name not in allowed:
            raise parse_error(f"{local_name(element)} can't have {name[:60]!r}")
    return dict(element.attrib)


def whole_number(text: str, name: str) -> int:
    """The number that a text says; raises RequestError XMLParseError without one."""
    digits = text.removeprefix("-").removeprefix("+")
    number = digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS
    if not number or abs(int(digits)) > _INT:
        raise parse_error(f"{name} {text[:40]!r} is not a whole number within {_INT}")
    return int(text)


def check_once(identifiers: list[str], of: str) -> None:
    """Raise RequestError InvalidParameterValue naming an identifier that recurs."""
    seen: set[str] = set()
    for identifier in identifiers:
        if identifier in seen:
            raise invalid(f"More than one {of} has the identifier {identifier[:80]!r}.")
        seen.add(identifier)
