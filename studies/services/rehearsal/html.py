"""What a browser needs of a page of the marketplace: forms, links, the frame."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin


@dataclass(slots=True)
class Form:
    """One form: where it goes, how, and the fields as the page filled them."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    """Every field's name, filled or not."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as read: absolute addresses, `frame` is the task frame's (or '')."""

    url: str
    forms: tuple[Form, ...]
    links: tuple[str, ...]
    frame: str

    def form_with(self, names: Iterable[str]) -> Form | None:
        """Return the first form that has all these fields."""
        wanted = set(names)
        return next((form for form in self.forms if wanted <= set(form.names)), None)

    def form_to(self, ending: str) -> Form | None:
        """Return the first form whose address ends so."""
        return next((form for form in self.forms if form.action.endswith(ending)), None)


class _Reader(HTMLParser):
    def __init__(self, url: str, frame_id: str) -> None:
        super().__init__()
        self.url, self.frame_id = url, frame_id
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.frame = ""
        self._open = False

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "a" and found.get("href"):
            self.links.append(urljoin(self.url, found["href"]))
        elif tag == "iframe" and found.get("id") == self.frame_id:
            self.frame = urljoin(self.url, found.get("src", ""))
        elif tag == "form":
            action = urljoin(self.url, found.get("action", ""))
            self.forms.append(Form(action, found.get("method", "get").upper()))
            self._open = True
        elif self._open and tag in ("input", "button", "select", "textarea"):
            self._field(tag, found)

    def _field(self, tag: str, found: dict[str, str]) -> None:
        name = found.get("name", "")
        if not name:
            return
        form = self.forms[-1]
        form.names.append(name)
        ticked = found.get("type") not in ("checkbox", "radio") or "checked" in found
        if tag == "input" and ticked and "value" in found:
            form.fields[name] = found["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


def read_page(url: str, text: str, *, frame_id: str = "task-frame") -> Page:
    """Read the forms, links and task frame of an HTML page at `url`."""
    reader = _Reader(url, frame_id)
    reader.feed(text)
    reader.close()
    return Page(url, tuple(reader.forms), tuple(reader.links), reader.frame)
