"""Docs cannot rot: the page about the marketplace alone names what there is."""

import re
from pathlib import Path

import pytest

from evalsite.management.commands.marketplace import Command
from marketplace.operations import offered
from marketplace.shapes import service
from tests.site.test_readme_names_every_setting import README, ROOT, VARIABLES

PAGE = (ROOT / "docs" / "marketplace.md").read_text(encoding="utf-8")
# those of the studies, of files and of development, which mean nothing to it
OF_THE_SITE = re.compile(
    "SITE_URL|DEBUG|DATABASE_URL|CELERY|ADVANCE|BUILD|MEDIA|S3|AWS|MAX_UPLOAD|INGEST"
    "|MTURK|PROLIFIC|BONUS|RECRUIT|RUNS"
)


def section(title: str) -> str:
    """The part of the page under a heading."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, title
    return found.group(1)


def test_the_readme_leads_to_it() -> None:
    assert "(docs/marketplace.md)" in README


def test_every_operation_is_listed_as_what_it_is() -> None:
    listed = {}
    for names, what in re.findall(
        r"^\| ([A-Z].*?) \| (.*) \|$", section("Operations"), re.M
    ):
        listed.update(dict.fromkeys(names.split(", "), what))
    assert set(listed) == set(service().operation_names)
    refused = {name for name, what in listed.items() if what == "refused"}
    assert refused == set(service().operation_names) - offered()


@pytest.mark.parametrize(
    "name", [name for name in VARIABLES if not OF_THE_SITE.match(name)]
)
def test_every_setting_is_listed(name: str) -> None:
    assert f"`{name}`" in section("Settings")


def test_no_setting_is_listed_that_nobody_reads() -> None:
    rows = re.findall(r"^\| (`.*?`) \|", section("Settings"), re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert listed <= set(VARIABLES)


def test_every_word_of_the_command_is_listed() -> None:
    parser = Command().create_parser("manage.py", "marketplace")
    [words] = [a for a in parser._actions if a.dest == "word"]
    table = section("Start").partition("`manage.py marketplace …`")[2]
    listed = set(re.findall(r"^\| `(\w+)", table, re.MULTILINE))
    assert listed == set(words.choices or ())


def test_its_files_are_where_it_says() -> None:
    for path in re.findall(r"\b(script/\w+|tests/\w+)\b", PAGE):
        assert Path(ROOT, path).exists()
