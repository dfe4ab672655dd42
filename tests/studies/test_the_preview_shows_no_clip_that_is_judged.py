"""What a preview plays, its raters do not judge."""

import pytest

from studies.models import Trial
from studies.services.design import sample_clip, sample_item
from studies.services.sessions import begin
from tests.worlds import NOW, World, add_posting, entry_of, live_study

pytestmark = pytest.mark.django_db
LARGE = World(categories=4, clips_per_category=8)


def test_raters_of_a_posting_never_judge_its_sample() -> None:
    study = live_study(LARGE)
    posting = study.postings.get()
    for number in range(8):
        begin(study, posting, entry_of(number), now=NOW, client={})
    sample = sample_clip(study, posting.number)
    assert sample is not None
    assert not Trial.objects.filter(clip=sample, kind="scored").exists()


def test_postings_take_turns_so_that_every_clip_finds_raters() -> None:
    study = live_study(LARGE)
    samples = {sample_clip(study, add_posting(study).number) for _ in range(5)}
    assert len(samples) == 5


def test_the_sample_is_the_real_sound_where_clips_are_plenty() -> None:
    study = live_study(LARGE)
    item = sample_item(study, 1)
    assert item is not None
    assert (item.truth, item.clip_id) == ("real", sample_clip(study, 1))


def test_where_clips_are_few_the_sample_is_a_silent_picture() -> None:
    study = live_study(World(categories=3, clips_per_category=2))
    item = sample_item(study, 1)
    assert item is not None
    assert [stimulus.kind for stimulus in item.stimuli.all()] == ["muted"]
    assert sample_clip(study, 1) is None


def test_practice_takes_as_many_clips_as_it_needs() -> None:
    study = live_study(LARGE)
    study.practice_items = 6
    study.save()
    session = begin(study, study.postings.get(), entry_of(1), now=NOW, client={})
    practice = session.trials.filter(kind="practice")
    assert practice.count() == 6
    assert practice.values("clip").distinct().count() == 2
    judged = session.trials.filter(kind="scored").values("clip")
    assert not practice.filter(clip__in=judged).exists()
