"""Votes made elsewhere become a closed study."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from studies.errors import FaultsError, StudyError
from studies.models import Study, Vote
from studies.selectors import votes_frame
from studies.services.import_votes import ImportResult, import_votes
from tests.commands.votes import HEADER, ROWS, votes_file
from tests.worlds import built_study

NOW = datetime(2026, 11, 20, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def take_in(path: Path, slug: str = "elsewhere") -> ImportResult:
    return import_votes(path, slug=slug, now=NOW)


def test_every_vote_comes_back_as_it_was(tmp_path: Path) -> None:
    study = take_in(votes_file(tmp_path)).study
    frame = votes_frame(study)
    frame["worker_id"] = frame["worker_id"].str.removeprefix("import:")
    columns = HEADER.split(",")
    got = {
        ",".join(map(str, row))
        for row in frame[columns].itertuples(index=False, name=None)
    }
    assert got == set(ROWS)


def test_an_import_is_a_closed_study_marked_as_such(tmp_path: Path) -> None:
    study = take_in(votes_file(tmp_path)).study
    assert (study.state, study.is_import) == (Study.State.CLOSED, True)
    assert study.votes_per_item == 2
    assert study.assignments.filter(used=True, posting=None).count() == 2
    assert study.events.filter(kind="imported").count() == 1


def test_names_keep_the_order_of_first_appearance_with_the_control_last(
    tmp_path: Path,
) -> None:
    study = take_in(votes_file(tmp_path)).study
    categories = study.categories.values_list("name", flat=True)
    assert list(categories) == ["Zither", "Äolsharfe"]
    systems = study.systems.values_list("name", "is_real")
    assert list(systems) == [("Frame", False), ("Seq", False), ("real", True)]


def test_the_same_votes_again_store_nothing_however_compressed(tmp_path: Path) -> None:
    first = take_in(votes_file(tmp_path))
    again = take_in(votes_file(tmp_path, name="votes.csv.gz"))
    assert (first.stored, first.known) == (8, 0)
    assert (again.stored, again.known) == (0, 8)
    assert Vote.objects.count() == 8


def test_other_votes_under_the_same_name_are_refused(tmp_path: Path) -> None:
    take_in(votes_file(tmp_path))
    other = votes_file(tmp_path, ROWS[:4], name="other.csv")
    with pytest.raises(StudyError, match=r"holds other votes, from votes\.csv"):
        take_in(other)
    assert Vote.objects.count() == 8


def test_a_study_of_our_own_is_never_imported_over(tmp_path: Path) -> None:
    built_study()
    with pytest.raises(StudyError, match="is not an import"):
        take_in(votes_file(tmp_path), slug="tiny")


def test_two_studies_may_hold_the_same_votes(tmp_path: Path) -> None:
    path = votes_file(tmp_path)
    take_in(path, slug="one")
    take_in(path, slug="two")
    assert Vote.objects.count() == 16


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["a-f,Dog,Frame,a,w1,2"], "line 2: vote is '2'"),
        ([*ROWS, ROWS[0]], "line 10"),
        ([], "there is no vote below the header"),
        ([f"{'x' * 65},Dog,Frame,a,w1,1"], "65 characters: shorten it to 64"),
        (
            ["a-f,Dog,Frame,a,w1,1", "a-s,Cat,Seq,a,w2,1"],
            "source_video a stands in several categories: Dog, Cat",
        ),
    ],
)
def test_a_bad_table_is_refused_whole_and_by_value(
    tmp_path: Path, rows: list[str], words: str
) -> None:
    with pytest.raises(StudyError, match=words):
        take_in(votes_file(tmp_path, rows))
    assert not Study.objects.exists()


def test_a_worker_may_meet_a_video_twice_in_a_design_of_others(tmp_path: Path) -> None:
    take_in(votes_file(tmp_path, ["a-f,Dog,Frame,a,w1,1", "a-s,Dog,Seq,a,w1,1"]))
    assert votes_frame(Study.objects.get())["worker_id"].nunique() == 1
    assert Vote.objects.counted().count() == 2


def test_votes_that_the_file_does_not_count_are_left_out_and_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "votes.csv"
    lines = [f"{row},{int(number > 2)}" for number, row in enumerate(ROWS)]
    path.write_text("\n".join([f"{HEADER},used", *lines]) + "\n", encoding="utf-8")
    result = take_in(path)
    assert (result.stored, result.notes) == (5, ("3 votes with used 0 left out",))
    path.write_text(path.read_text("utf-8").replace(",0\n", ",no\n", 1), "utf-8")
    with pytest.raises(StudyError, match="used is 'no'"):
        take_in(path, "other")


def test_many_faults_are_told_in_one_pass(tmp_path: Path) -> None:
    rows = [f"i{n},Dog,Frame,v{n},w1,maybe" for n in range(30)]
    with pytest.raises(FaultsError) as raised:
        take_in(votes_file(tmp_path, rows))
    assert len(raised.value.faults) == 21
    assert raised.value.faults[-1] == "and 10 more"


def test_a_name_that_no_address_could_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="cannot name a study"):
        take_in(votes_file(tmp_path), slug="my study/1")
