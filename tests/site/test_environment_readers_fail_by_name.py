"""A typo in the environment stops the start with the variable's name."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from evalsite import env


@pytest.mark.parametrize(
    ("value", "expected"), [("yes", True), ("0", False), ("TRUE", True), ("", True)]
)
def test_flags_are_read_in_any_case(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: bool
) -> None:
    monkeypatch.setenv("FLAG", value)
    assert env.env_bool("FLAG", default=True) is expected


def test_a_wrong_flag_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="DEBUG is 'maybe'"):
        env.env_bool("DEBUG", default=False)


@pytest.mark.parametrize("value", ["many", "-1", "1.5"])
def test_a_wrong_number_names_itself(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("BUILD_WORKERS", value)
    with pytest.raises(ImproperlyConfigured, match="BUILD_WORKERS"):
        env.env_int("BUILD_WORKERS", 0)


def test_a_wrong_choice_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    levels = ("INFO", "WARNING")
    assert env.env_choice("LOG_LEVEL", "WARNING", levels) == "WARNING"
    monkeypatch.setenv("LOG_LEVEL", "info")
    assert env.env_choice("LOG_LEVEL", "WARNING", levels) == "INFO"
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(ImproperlyConfigured, match=r"LOG_LEVEL is 'LOUD'.*INFO"):
        env.env_choice("LOG_LEVEL", "WARNING", levels)


@pytest.mark.parametrize("value", ["localhost:8000", "ftp://host/", "http://"])
def test_a_wrong_url_names_itself(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SITE_URL", value)
    with pytest.raises(ImproperlyConfigured, match="SITE_URL"):
        env.env_url("SITE_URL", "", schemes=("http", "https"))


def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "short")
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        env.env_secret("SECRET_KEY", Path("unused"))


def test_an_unset_secret_is_drawn_once_and_kept_for_its_owner_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    kept = tmp_path / "var" / "secret-key"
    first = env.env_secret("SECRET_KEY", kept)
    assert len(first) >= 50
    assert env.env_secret("SECRET_KEY", kept) == first
    assert kept.stat().st_mode & 0o077 == 0
    assert [path.name for path in kept.parent.iterdir()] == ["secret-key"]
