"""What failed or was stopped is taken off the Generate page, and kept."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studies.models import Generation, Study

STATES = Generation.State


@pytest.fixture
def runs(settings: Any, tmp_path: Path) -> Path:
    """A run that the page offers."""
    settings.RUNS_ROOT = tmp_path / "runs"
    (settings.RUNS_ROOT / "alone").mkdir(parents=True)
    (settings.RUNS_ROOT / "alone" / "best.net").write_bytes(b"")
    return Path(settings.RUNS_ROOT)


@pytest.fixture
def bare(db: None) -> Study:
    """A study without clips: enough to look at."""
    return Study.objects.create(slug="bare", title="Bare")


def page(study: Study) -> str:
    return reverse("admin:studies_study_generate", args=[study.pk])


def shown(study: Study, ada: Client) -> str:
    return ada.get(page(study)).content.decode()


def ended(study: Study, state: str, run: str = "/r") -> Generation:
    return Generation.objects.create(
        study=study, run=run, seed=1, state=state, touched_at=timezone.now()
    )


def test_a_dismissed_one_is_kept_and_shown_again_when_asked_again(
    study: Study, ada: Client, runs: Path
) -> None:
    row = ended(study, STATES.FAILED, run=str((runs / "alone").resolve()))
    assert f'name="dismiss" value="{row.pk}"' in shown(study, ada)
    ada.post(page(study), {"dismiss": str(row.pk)})
    assert "data-generation" not in shown(study, ada)
    row.refresh_from_db()
    assert row.state == STATES.FAILED
    assert study.events.order_by("-pk")[0].message.endswith("dismissed by ada")
    ada.post(page(study), {"run": "alone", "system": ""})
    assert f'data-generation="{row.pk}"' in shown(study, ada)
    assert Generation.objects.get().state == STATES.WAITING


def test_only_what_ended_early_is_dismissed(
    bare: Study, ada: Client, runs: Path
) -> None:
    rows = [ended(bare, state, run=f"/{state}") for state in STATES.values]
    assert shown(bare, ada).count('name="dismiss"') == 2
    for row in rows:
        ada.post(page(bare), {"dismiss": str(row.pk)})
    left = [row.state for row in rows if f'generation="{row.pk}"' in shown(bare, ada)]
    assert left == ["waiting", "sampling", "storing", "done"]


def test_it_stays_off_a_launched_study_too(
    bare: Study, ada: Client, runs: Path
) -> None:
    row = ended(bare, STATES.FAILED)
    Study.objects.update(state=Study.State.LIVE)
    assert "Dismiss" in shown(bare, ada)
    ada.post(page(bare), {"dismiss": str(row.pk)})
    assert "data-generation" not in shown(bare, ada)


def test_dismissing_is_for_those_who_may_change_this_study(
    bare: Study, ada: Client, runs: Path
) -> None:
    bob = User.objects.create_user("bob", password="x", is_staff=True)
    bob.user_permissions.set(Permission.objects.filter(codename="view_study"))
    viewer = Client()
    viewer.force_login(bob)
    row = ended(bare, STATES.FAILED)
    assert "Dismiss" not in shown(bare, viewer)
    assert viewer.post(page(bare), {"dismiss": str(row.pk)}).status_code == 403
    other = Study.objects.create(slug="other", title="Other")
    ada.post(page(other), {"dismiss": str(row.pk)})
    for wrong in ("", "0", "-1", "x", "9" * 40):
        assert ada.post(page(bare), {"dismiss": wrong}).status_code == 302
    assert "data-generation" in shown(bare, ada)
