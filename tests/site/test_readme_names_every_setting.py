"""Docs cannot rot: what can be set and what can be run is in the README."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = "".join(
    (ROOT / "evalsite" / name).read_text(encoding="utf-8")
    for name in ("settings.py", "marketplace_alone.py")
)
READ = re.compile(r'(?:env_\w+|database)\(\s*"([A-Z0-9_]+)"')
VARIABLES = sorted(set(READ.findall(SETTINGS)))
COMMANDS = sorted(
    path.stem
    for app in ("evalsite", "studies", "marketplace")
    for path in (ROOT / app / "management" / "commands").glob("[a-z]*.py")
)


@pytest.mark.parametrize("name", VARIABLES)
def test_every_environment_variable_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "first_login"])
def test_every_command_is_in_the_readme(name: str) -> None:
    assert re.search(rf"\b{name}\b", README)


@pytest.mark.parametrize(
    "name",
    sorted(
        path.name for path in (ROOT / "script").glob("[a-z]*") if "." not in path.name
    ),
)
def test_every_script_is_in_the_readme(name: str) -> None:
    assert name in README


def test_every_package_is_in_the_readmes_picture() -> None:
    for package in ("evalsite", "studies", "marketplace", "generation", "analysis"):
        assert f"`{package}/`" in README
