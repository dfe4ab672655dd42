"""What is stopped or closed while it is being published leaves nothing that sells."""

from collections.abc import Callable

import pytest

from studies.models import Posting, Study
from studies.recruiters.base import PostingHandle, PostingSpec
from studies.services.channels import stop
from studies.services.collect import advance
from studies.services.publish import close, launch
from tests.fakes import FakeRecruiter
from tests.worlds import World, built_study

pytestmark = pytest.mark.django_db


def _stop(study: Study) -> None:
    Study.objects.filter(pk=study.pk).update(state=Study.State.LIVE)
    stop(study, "mturk")


def _close(study: Study) -> None:
    advance(close(study))


@pytest.mark.parametrize("end", [_stop, _close])
@pytest.mark.parametrize("at", [1, 3])
def test_nothing_is_published_after_the_recruiter_was_stopped(
    recruiter: FakeRecruiter,
    monkeypatch: pytest.MonkeyPatch,
    end: Callable[[Study], None],
    at: int,
) -> None:
    study = built_study(World(settings={"places_per_posting": 2}))
    real = recruiter.open

    def opening(spec: PostingSpec) -> PostingHandle:
        handle = real(spec)
        if recruiter.calls["open"] == at:
            # another process, while the reply is on its way
            end(study)
        return handle

    monkeypatch.setattr(recruiter, "open", opening)
    launch(study, "mturk")
    opened = study.postings.exclude(external_id="")
    assert len(recruiter.postings) == at
    assert {row.external_id for row in opened} == recruiter.expired
    assert not study.postings.exclude(state=Posting.State.CLOSED).exists()
