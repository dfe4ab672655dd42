"""The options of a plan, and a pilot's votes."""

import argparse
import json
from pathlib import Path

import pytest

from analysis.planning import add_plan_arguments, learn_from_pilot, run_plan
from analysis.planning.command import plan_input
from tests.analysis.frames import cell_rows, frame, spread


def options(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_plan_arguments(parser)
    return parser.parse_args([*arguments, "--studies", "0"])


def pilot_rows() -> list[tuple[str, str, str, str, int]]:
    return [
        row
        for category in ("Dog", "Drum")
        for method, real in (("Flow", 60), ("Real", 80))
        for row in cell_rows(category, method, spread(real, 30))
    ]


def test_numbers_alone_make_a_plan() -> None:
    asked = plan_input(options("--clips", "128", "--votes", "3", "--raters", "300"))
    assert (asked.clips, asked.votes, asked.raters) == (1280, 15360, 300)
    assert asked.systems == ("Frame", "Seq", "Flow")
    text = " ".join(run_plan(options("--clips", "128")).split())
    assert "a synthetic panel, not people" in text
    assert "Table 2 of Visual to Sound" in text


def test_without_raters_there_are_the_fewest() -> None:
    # 4 methods x 3 votes x 100 clips at 60 votes each
    asked = plan_input(options("--clips", "10", "--cap", "60"))
    assert asked.raters == 20


def test_rates_systems_and_spread_can_be_given() -> None:
    asked = plan_input(
        options(
            *("--clips", "20", "--categories", "2", "--systems", "Old, New"),
            *("--rates", "60,65,90", "--spread", "0.5,0.4,0.3", "--difference", "3"),
        )
    )
    assert asked.systems == ("Old", "New")
    assert asked.rates == (0.6, 0.65, 0.9)
    assert asked.components.sd_worker == 0.5
    assert asked.difference == pytest.approx(0.03)


def test_json_holds_the_shares() -> None:
    text = run_plan(options("--clips", "20", "--format", "json", "--systems", "5"))
    document = json.loads(text)
    assert len(document["asked"]["systems"]) == 5
    assert document["schema"] == 1


def test_a_pilot_gives_rates_and_spread(tmp_path: Path) -> None:
    path = tmp_path / "pilot.csv"
    votes = frame(pilot_rows())
    votes.to_csv(path, index=False)
    arguments = ("--clips", "20", "--systems", "Flow,New", "--pilot", str(path))
    asked = plan_input(options(*arguments), pilot=votes)
    # 60 of 90 and 80 of 90; a system that was not in it by the mean of the others
    assert asked.rates == pytest.approx((60 / 90, 60 / 90, 80 / 90))
    assert "New by the mean" in asked.rates_source
    assert "the pilot's 360 votes" in " ".join(run_plan(options(*arguments)).split())


def test_a_pilot_without_votes_is_refused() -> None:
    with pytest.raises(ValueError, match="take a larger one"):
        learn_from_pilot(frame([]), ("Flow",))


@pytest.mark.parametrize(
    "arguments",
    [
        ("--clips", "0"),
        ("--clips", "x"),
        ("--rates", "60,x"),
        ("--rates", "60,100"),
        ("--difference", "0"),
        ("--spread", "1,2"),
        ("--budget", "-1"),
    ],
)
def test_options_that_cannot_be_are_refused(
    arguments: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        options(*arguments)
    assert arguments[1] in capsys.readouterr().err


def test_size_and_price_are_asked_for() -> None:
    with pytest.raises(ValueError, match="--clips"):
        run_plan(options())
    with pytest.raises(ValueError, match="price of a session"):
        run_plan(options("--clips", "10", "--budget", "100"))
