"""The HTML page: whole in itself, every name as a name, readable by machines."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from analysis.render import render_study
from analysis.report import study_report
from analysis.study import StudyRecord
from tests.analysis.frames import cell_rows, frame, spread

NASTY = "<script>alert('x')</script> & \"quotes\""
VOID = {"meta", "br", "link", "img", "hr", "input"}


class Reader(HTMLParser):
    """Collects tags, and complains of those that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def page(category: str = "Dog", title: str = "A study") -> str:
    rows = [
        *cell_rows(category, "Seq", spread(50, 30)),
        *cell_rows(category, NASTY, spread(60, 30)),
        *cell_rows(category, "Real", spread(80, 30)),
    ]
    return render_study(study_report(frame(rows), StudyRecord(title=title)), "html")


def test_it_is_well_formed_and_has_a_language_and_a_title() -> None:
    reader = read(page())
    assert reader.faults == []
    assert reader.open == []
    assert ("html", {"lang": "en"}) in reader.seen
    assert "<title>A study</title>" in page()


def test_it_loads_nothing_from_anywhere() -> None:
    reader = read(page())
    tags = {tag for tag, _ in reader.seen}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed"}
    for _, attributes in reader.seen:
        for name in ("src", "href", "xlink:href", "data"):
            assert (attributes.get(name) or "#").startswith("#")
    assert not re.search(r"url\(|@import", page())


def test_names_are_shown_as_names() -> None:
    text = page(category=NASTY, title=NASTY)
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_tables_have_captions_and_scopes_and_figures_words() -> None:
    reader = read(page())
    tables = sum(tag == "table" for tag, _ in reader.seen)
    assert tables > 5
    assert sum(tag == "caption" for tag, _ in reader.seen) == tables
    for tag, attributes in reader.seen:
        if tag == "th":
            assert attributes.get("scope") in ("col", "row")
        if tag == "svg":
            assert attributes.get("role") == "img"
    assert sum(tag == "svg" for tag, _ in reader.seen) >= 6


def test_every_link_of_the_contents_has_its_place_and_ids_are_there_once() -> None:
    reader = read(page())
    ids = [attributes["id"] for _, attributes in reader.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] for tag, attributes in reader.seen if tag == "a"]
    assert links
    assert {str(link)[1:] for link in links} <= set(ids)
