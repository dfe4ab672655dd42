"""Studies with sessions in every state, for the pages that show them."""

from datetime import timedelta
from decimal import Decimal

from studies.models import Assignment, Item, Payment, Study, Trial, Vote
from tests.worlds import NOW, World, add_posting, live_study


def judged_study(
    *, sessions: int = 3, slug: str = "judged", **settings: object
) -> Study:
    """A live study with so many used sessions of four votes; real is seen through."""
    study = live_study(World(slug=slug, settings=dict(settings)), places=9)
    for number in range(sessions):
        session(study, number)
    return study


def session(
    study: Study, number: int, state: str = Assignment.State.APPROVED
) -> Assignment:
    """One submitted session with votes on four items of different clips."""
    posting = study.postings.order_by("number").last()
    assert posting is not None
    if posting.assignments.count() >= posting.places:
        posting = add_posting(study)
    made = Assignment.objects.create(
        study=study,
        posting=posting,
        rater=f"mturk:A{study.pk}X{number}",
        external_id=f"3A{study.pk}N{number}",
        state=state,
        used=True,
        started_at=NOW,
        last_seen_at=NOW,
        deadline=NOW + timedelta(hours=1),
        submitted_at=NOW,
    )
    items = study.items.filter(kind="scored").select_related("clip").order_by("pk")
    by_clip: dict[int, list[Item]] = {}
    for item in items:
        by_clip.setdefault(item.clip_id, []).append(item)
    for index, arms in enumerate(list(by_clip.values())[:4]):
        # another system for every clip, and for every rater
        item = arms[(number + index) % len(arms)]
        trial = Trial.objects.create(
            assignment=made,
            item=item,
            index=index,
            kind="scored",
            state=Trial.State.ANSWERED,
            study=study,
            rater=made.rater,
            clip=item.clip,
            shown_at=NOW,
        )
        Vote.objects.create(
            trial=trial,
            question="real",
            choice=item.truth,
            client_uuid=trial.key,
            received_at=NOW,
        )
        Item.objects.filter(pk=item.pk, taken__lt=item.places).update(
            taken=item.taken + 1
        )
    if state == Assignment.State.APPROVED:
        Payment.objects.create(
            assignment=made,
            amount_usd=Decimal("0.20"),
            fee_usd=Decimal("0.04"),
            state=Payment.State.CONFIRMED,
            token=f"pay-{study.pk}-{number}",
        )
    return made
