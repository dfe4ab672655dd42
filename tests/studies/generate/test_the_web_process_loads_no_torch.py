"""The web process can do all its work without torch; a worker loads it when it must."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studies.errors import StudyError
from studies.services import generate

ROOT = Path(__file__).resolve().parents[3]
SITE = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "torchvision"):
            raise AssertionError(f"{name} is loaded")

sys.meta_path.insert(0, Refuse())
import evalsite.wsgi
import evalsite.urls
from django.contrib import admin
from django.core.management import load_command_class
from django.urls import get_resolver
from evalsite.celery import app
app.loader.import_default_modules()
assert "studies.tasks.generate_bucket" in app.tasks
route = app.amqp.router.route({}, "studies.tasks.generate_bucket")
assert route["queue"].name == "gpu"
get_resolver().url_patterns
load_command_class("studies", "generate")
import studies.services.generate
assert not {"torch", "generation.sample", "generation.nets"} & set(sys.modules)
print("done")
"""


def test_site_admin_commands_and_tasks_load_without_torch(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SITE],
        cwd=ROOT,
        env={
            **os.environ,
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "evalsite.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "done", done.stderr


def test_a_machine_without_torch_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in [n for n in sys.modules if n.startswith("generation.sample")]:
        monkeypatch.delitem(sys.modules, name)
    import generation

    monkeypatch.delattr(generation, "sample", raising=False)
    with pytest.raises(StudyError, match="cannot sample: torch"):
        generate.sampler()
