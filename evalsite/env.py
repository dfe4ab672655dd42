"""Typed readers of environment variables: a wrong value stops the start by name."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def _fail(name: str, value: str, wanted: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"environment variable {name} is {value!r}, which is not {wanted}"
    )


def env_str(name: str, default: str = "") -> str:
    """Text; surrounding blanks are dropped, an empty variable counts as unset."""
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, *, default: bool) -> bool:
    """One of 1/true/yes/on or 0/false/no/off, in any case."""
    value = env_str(name).lower()
    if not value:
        return default
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise _fail(name, value, "one of true, false, yes, no, on, off, 1, 0")


def env_int(name: str, default: int, *, minimum: int = 0) -> int:
    """Return a whole number of at least `minimum`."""
    value = env_str(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise _fail(name, value, "a whole number") from None
    if number < minimum:
        raise _fail(name, value, f"at least {minimum}")
    return number


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """Return one of `choices`, which are in capitals; any case is understood."""
    value = env_str(name, default).upper()
    if value not in choices:
        raise _fail(name, value, f"one of {', '.join(choices)}")
    return value


def env_list(name: str, default: str = "") -> list[str]:
    """Comma separated words without blanks."""
    return [word.strip() for word in env_str(name, default).split(",") if word.strip()]


def env_url(name: str, default: str, *, schemes: tuple[str, ...]) -> str:
    """Return an absolute URL of one of `schemes`, without the slash at its end."""
    value = env_str(name, default)
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in schemes or not (parts.netloc or parts.path):
        raise _fail(name, value, f"a URL starting with {' or '.join(schemes)}")
    return value.rstrip("/")


def env_path(name: str, default: Path) -> Path:
    """Return an absolute folder or file; a leading ~ is understood."""
    value = env_str(name)
    return Path(value).expanduser().resolve() if value else default


def env_secret(name: str, keep_in: Path) -> str:
    """Return a secret of at least 50 characters.

    Unset, it is drawn once and kept in the file `keep_in`, readable by its owner
    alone, so that a first start needs no configuration and no secret lies in the
    repository.
    """
    value = env_str(name)
    if value:
        if len(value) < 50:
            raise ImproperlyConfigured(
                f"environment variable {name} is shorter than 50 characters"
            )
        return value
    if not keep_in.exists():
        keep_in.parent.mkdir(parents=True, exist_ok=True)
        draft = keep_in.with_name(f".{keep_in.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            # link, not rename: of two first starts at once only one may win
            keep_in.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return keep_in.read_text().strip()
