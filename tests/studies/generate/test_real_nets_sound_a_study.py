"""The whole bridge with a real net: pictures of a study in, its sounds in the study."""

from io import StringIO
from pathlib import Path

import pytest
import torch
from django.core.management import CommandError, call_command

from generation.nets import preset
from generation.sample import sample_clips, trained_in
from studies.models import Generation, Stimulus, Study
from studies.services import generate
from tests.generation.sample.world import tiny_checkpoint
from tests.studies.generate.booth import real_study


def test_the_sampler_is_what_the_bridge_asks_for() -> None:
    tool: generate.Sampler = generate.sampler()
    assert tool.sample_clips is sample_clips
    assert tool.trained_in is trained_in


def test_a_study_is_sounded_by_a_net_of_the_ci_preset(db: None, tmp_path: Path) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    study = real_study(tmp_path / "clips", clips=["dog-0"])
    config = preset("ci", "seq")
    tiny_checkpoint(tmp_path / "run" / "best.net", categories=("Dog",), config=config)
    out = StringIO()
    for _ in range(2):
        call_command(
            "generate", study="foley", run=tmp_path / "run", now=True, stdout=out
        )
    torch.set_num_threads(before)
    assert "foley: 1 sound stored; 1 sound is flagged." in out.getvalue()
    assert "foley: Every clip has its sound already." in out.getvalue()
    arm = Stimulus.objects.get(study=study, system__name="seq")
    assert len(arm.checkpoint) == 64
    assert arm.seed == 11  # the study's own
    # one second is 15.6 frames: 16 of 1,024 samples at 15,974.4 Hz
    assert arm.source_facts["audio_seconds"] == pytest.approx(16 / 15.6, abs=1e-3)
    # stub features: whatever raters say of it, the report is labelled
    assert Study.objects.get().is_demo


def test_a_missing_run_is_an_error_in_words(db: None, tmp_path: Path) -> None:
    real_study(tmp_path / "clips", clips=["dog-0"])
    with pytest.raises(CommandError, match="no such folder or file"):
        call_command("generate", study="foley", run=tmp_path / "no", now=True)
    assert Generation.objects.get().state == Generation.State.FAILED
