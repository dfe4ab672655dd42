"""What a command cannot be given is told in one line, with where to read on."""

import pytest

from generation.__main__ import main

NETS = ("frame", "seq", "flow")
CHOICES = ", ".join(NETS)


@pytest.mark.parametrize(
    ("given", "message", "command"),
    [
        (
            ["train", "--method", "Flow"],
            f"argument --method: no 'Flow' (flow is meant?): choose among {CHOICES}",
            " train",
        ),
        (
            ["train", "--method", "wave"],
            f"argument --method: no 'wave': choose among {CHOICES}",
            " train",
        ),
        (["demoset"], "the following arguments are required: out", " demoset"),
        (
            ["demoset", "x", "--size", "9"],
            "unrecognized arguments: --size 9",
            " demoset",
        ),
        (
            ["demoset", "x", "--seed", "-1"],
            "argument --seed: '-1': give a whole number from 0",
            " demoset",
        ),
        (
            ["demoset", "x", "--workers", "0"],
            "argument --workers: '0': give a whole number from 1",
            " demoset",
        ),
        (
            ["baselines", "x", "--out", "y", "--seed", "-1"],
            "argument --seed: '-1': give a whole number from 0",
            " baselines",
        ),
        (
            ["baselines", "x", "--out", "y", "--seed", str(2**63)],
            f"argument --seed: '{2**63}': give a whole number from 0 to 2^63 - 1",
            " baselines",
        ),
        (
            ["waveforms", "x", "--clip", "a", "--out", "y", "--frames", "101"],
            "argument --frames: '101': give a whole number from 1 to 100",
            " waveforms",
        ),
        ([], "the following arguments are required: COMMAND", ""),
    ],
)
def test_the_line_that_helps_comes_first_and_no_usage_about_it(
    given: list[str], message: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        f"error: {message}",
        f"python -m generation{command} --help tells what there is",
    ]


def test_of_a_wrong_command_the_right_ones_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["Train"])
    assert ended.value.code == 2
    error, _ = capsys.readouterr().err.splitlines()
    assert error.startswith("error: argument COMMAND: no 'Train' (train is meant?): ")
    assert "demoset, baselines, " in error
