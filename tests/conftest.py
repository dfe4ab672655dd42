"""What every test gets: its own folder, quick passwords, tasks that run at once."""

import gc
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from evalsite.celery import app
from tests.scheduling import (
    pytest_collection_modifyitems as pytest_collection_modifyitems,
)
from tests.scheduling import (
    pytest_xdist_make_scheduler as pytest_xdist_make_scheduler,
)

# what a shell starts in the background hears no Ctrl-C, nor does what that starts:
# tests that send one would wait for ever
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without looking for garbage, and never look at what that leaves.

    Nearly a million objects of five thousand tests and of what they import stay until
    the end: one look at them all takes half a second, and there were many.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def _files_of_their_own(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DATA_DIR = tmp_path / "data"
    # the real hasher takes a third of a second, by design
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    eager = app.conf.task_always_eager
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = eager


@pytest.fixture
def shared() -> Path:
    """The folder of real material beside the project; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared here: real material is tested where it lies")
    return SHARED
