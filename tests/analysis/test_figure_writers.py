"""SVG and PDF: sound documents, the same bytes for the same figure."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pypdf
import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.figures.fonts import runs
from analysis.figures.letters import visual_order
from analysis.figures.pdf import write_pdf
from analysis.figures.scene import Circle, Group, Ink, Line, Path, Rect, Scene, Text
from analysis.figures.svg import number, write_svg
from tests.analysis.frames import ROOT
from tests.analysis.scenes import all_figures

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from analysis.figures import Figure

SVG = "{http://www.w3.org/2000/svg}"
BLUE = Ink("#0072b2", "#1a1a1a", 0.5, (2.0, 1.0))
MARKS = (
    Line((1, 1), (20, 1), BLUE, "a line"),
    Rect(2, 2, 5, 5, BLUE, "a box"),
    Circle(10, 10, 3, BLUE),
    Path(((1, 1), (5, 5), (1, 5)), Ink("#0072b2"), tip="a triangle"),
    Path(((1, 1), (5, 5)), Ink(stroke="#0072b2"), closed=False),
    Group((Text(0, 0, "moved", 8, "middle", bold=True),), dx=50, dy=50, tip="group"),
    Text(30, 30, "turned", 8, "end", turn=-90.0, tip="whole words"),
)


def svg(*marks: object, title: str = "T", description: str = "D") -> Element:
    scene = Scene(100, 60, marks)  # type: ignore[arg-type]
    root: Element = ElementTree.fromstring(
        write_svg(scene, title=title, description=description)
    )
    return root


def pdf_words(data: bytes) -> str:
    (page,) = pypdf.PdfReader(io.BytesIO(data)).pages
    return " ".join(page.extract_text().split())


def test_an_svg_is_a_named_and_described_image_on_white() -> None:
    root = svg(*MARKS, title="A title", description="What it shows")
    assert root.get("role") == "img"
    assert root.get("viewBox") == "0 0 100 60"
    assert [child.tag for child in root][:3] == [
        f"{SVG}title",
        f"{SVG}desc",
        f"{SVG}rect",
    ]
    assert root[0].text == "A title"
    assert root[1].text == "What it shows"
    assert (root[2].get("width"), root[2].get("fill")) == ("100", "#ffffff")


def test_marks_carry_their_tips_as_titles() -> None:
    tips = [title.text for title in svg(*MARKS).iter(f"{SVG}title")]
    assert tips == ["T", "a line", "a box", "a triangle", "group", "whole words"]


def test_an_svg_refers_to_nothing_and_has_neither_ids_nor_styles() -> None:
    for figure in all_figures(["Dog", "Drum"], ["Frame", "Flow", "Real"]):
        text = figure.svg()
        assert not re.search(r"href|url\(|<style|<script|<image| id=| style=", text)


@given(st.text(max_size=40))
@settings(max_examples=80, deadline=None)
def test_any_words_make_a_sound_svg_and_a_sound_pdf(words: str) -> None:
    scene = Scene(100, 60, (Text(5, 20, words, tip=words),))
    root = ElementTree.fromstring(write_svg(scene, title=words, description=words))
    assert root.tag == f"{SVG}svg"
    data = write_pdf(scene, title=words, description=words)
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) == 1


def test_markup_in_a_name_stays_words() -> None:
    name = '<b a="1">&\'</b>]]>'
    root = svg(Text(1, 1, name, tip=name), title=name, description=name)
    assert root[0].text == name
    text = root.find(f"{SVG}text")
    assert text is not None
    assert "".join(text.itertext()) == name + name


def test_what_xml_cannot_hold_is_replaced() -> None:
    root = svg(Text(1, 1, "a\x00b\ud800c\ufffed"))
    text = root.find(f"{SVG}text")
    assert text is not None
    assert text.text == "a\ufffdb\ufffdc\ufffdd"


@pytest.mark.parametrize(
    ("value", "words"),
    [(12.0, "12"), (1 / 3, "0.33"), (12.5, "12.5"), (-0.001, "0"), (100.0, "100")],
)
def test_lengths_have_at_most_two_decimals(value: float, words: str) -> None:
    assert number(value) == words


def test_a_pdf_has_one_page_of_the_scenes_size_and_its_words() -> None:
    scene = Scene(100, 60, MARKS)
    data = write_pdf(scene, title="A title", description="Déjà vu")
    reader = pypdf.PdfReader(io.BytesIO(data))
    box = reader.pages[0].mediabox
    assert (float(box.width), float(box.height)) == (100, 60)
    assert reader.metadata is not None
    assert reader.metadata.title == "A title"
    assert reader.metadata.subject == "Déjà vu"
    assert "moved" in pdf_words(data)
    assert "turned" in pdf_words(data)


def test_both_documents_of_every_figure_name_every_system_and_category() -> None:
    categories, methods = ["Dog", "Château"], ["Frame", "Flöw", "Real"]
    for figure in all_figures(categories, methods)[:4]:
        named = methods if figure.name in {"dots", "patterns"} else methods[:2]
        named = named + (categories if figure.name in {"dots", "dprime"} else [])
        root: Element = ElementTree.fromstring(figure.svg())
        words = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
        for name in named:
            assert name in words
            assert name in pdf_words(figure.pdf())


def test_letters_that_no_font_has_become_question_marks() -> None:
    # an unassigned code point and a character for private use
    assert runs("a\u0378\ue000") == (("Helvetica", "a??"),)
    # Helvetica has no minus sign and no prime; an en dash and an apostrophe stand in
    assert runs("d\N{PRIME} \N{MINUS SIGN}1") == (("Helvetica", "d' \N{EN DASH}1"),)


def test_japanese_and_korean_have_fonts_of_their_own() -> None:
    assert [letters for _, letters in runs("犬 dog 개")] == ["犬", " dog ", "개"]
    assert all(font != "Helvetica" for font, word in runs("犬개") if word.strip())


def test_arabic_is_joined_and_turned_round() -> None:
    # beh, alef: Unicode's initial and final forms FE91 and FE8E, in the order seen
    assert visual_order("\u0628\u0627") == "\ufe8e\ufe91"
    # Hebrew has one form; a number inside keeps its digits' order
    assert visual_order("\u05d0 12 \u05d1") == "\u05d1 12 \u05d0"
    assert visual_order("dog \u05d0\u05d1 cat") == "dog \u05d1\u05d0 cat"
    assert visual_order("dog") == "dog"


def documents() -> list[bytes]:
    drawn: list[Figure] = all_figures(["Dog", "犬"], ["Frame", "Flow", "Real"])
    return [document for f in drawn for document in (f.svg().encode(), f.pdf())]


def test_the_same_votes_give_the_same_bytes_twice() -> None:
    assert documents() == documents()


def test_bytes_depend_neither_on_the_process_nor_on_its_hash_seed() -> None:
    code = (
        "import hashlib\n"
        "from tests.analysis.test_figure_writers import documents\n"
        "print(hashlib.sha256(b'|'.join(documents())).hexdigest())\n"
    )
    runs_ = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert runs_[0] == runs_[1]
