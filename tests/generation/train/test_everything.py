"""All categories by all methods, from one command, whatever befalls one of them."""

import argparse
import json
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from tensorboardX.proto.event_pb2 import Event  # type: ignore[import-untyped]

from generation.dataset.index import key_of
from generation.train import (
    TrainingError,
    World,
    add_train_all_arguments,
    add_train_arguments,
    chosen_features,
    features_of,
    run_train,
    run_train_all,
    train,
    train_all,
)
from tests.generation.train.prepared import SOURCE, prepared, quick

QUICK = ["--preset", "ci", "--batch", "2", "--windows", "2", "--frames", "native"]
QUICK += ["--features", "numbers", "--epochs", "1", "--quiet", "--device", "cpu"]


def all_options(folder: Path, *more: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_train_all_arguments(parser)
    given = ["--data", str(folder / "data"), "--out", str(folder / "nets")]
    return parser.parse_args([*given, *QUICK, *more])


def one_options(folder: Path, *more: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_train_arguments(parser)
    given = ["--data", str(folder / "data"), "--out", str(folder / "run")]
    return parser.parse_args([*given, *QUICK, *more])


def test_one_failing_run_does_not_stop_the_others_and_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepared(tmp_path / "data", categories=("dog", "drum"), train=(1, 1), test=(1,))
    broken = tmp_path / "data" / "tokens" / f"{key_of('dog/000')}.npy"
    sound = broken.read_bytes()
    broken.write_bytes(b"")
    assert run_train_all(all_options(tmp_path)) == 1
    told = capsys.readouterr().out
    assert "FAILED dog/frame, dog/seq, dog/flow: " in told
    for method in ("frame", "seq", "flow"):
        assert (tmp_path / "nets" / "drum" / method / "done.json").exists()
    broken.write_bytes(sound)
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "nets/drum").rglob("*")}
    assert run_train_all(all_options(tmp_path)) == 0
    assert before == {path: path.stat().st_mtime_ns for path in before}
    told = capsys.readouterr().out
    assert told.splitlines()[0].split() == ["category", "loss", "frame", "seq", "flow"]
    assert "mean of categories  test, bits" in told
    assert "FAILED" not in told


def test_features_that_lack_for_one_method_are_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    still = replace(SOURCE, name="own-still")
    prepared(tmp_path / "data", source=still, categories=("dog", "drum"))
    given = ["--features", "own-still", "--flow-features", "vgg19+flow"]
    assert run_train_all(all_options(tmp_path, *given)) == 1
    told = capsys.readouterr().out
    assert told.count("flow failed: features 'vgg19+flow' (") == 1
    assert "FAILED dog/flow, drum/flow: " in told
    assert (tmp_path / "nets" / "drum" / "seq" / "done.json").exists()


def test_a_category_without_a_test_clip_is_told_with_what_can_be_done(
    tmp_path: Path,
) -> None:
    clips = prepared(tmp_path / "data", test=())
    with pytest.raises(TrainingError, match=r"no test clip of drum .*--category all"):
        train(clips, quick(), tmp_path / "run")


def test_processes_started_together_divide_the_runs(tmp_path: Path) -> None:
    prepared(tmp_path / "data", categories=("dog", "drum"), train=(1, 1), test=(1,))
    done = []
    for rank in range(2):
        outcomes = train_all(
            tmp_path / "data",
            tmp_path / "nets",
            quick(epochs=1),
            methods=("frame", "seq"),
            world=World(rank=rank, size=2),
        )
        assert all(outcome.result for outcome in outcomes)
        done += [(outcome.category, outcome.method) for outcome in outcomes]
    assert sorted(done) == [(c, m) for c in ("dog", "drum") for m in ("frame", "seq")]


def test_one_run_says_its_losses_and_where_its_net_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepared(tmp_path / "data", categories=("dog", "drum"))
    assert run_train(one_options(tmp_path, "--method", "seq", "--category", "all")) == 0
    told = capsys.readouterr().out
    assert "dog+drum  test, nats" in told
    assert "ended by epochs" in told
    assert str(tmp_path / "run" / "best.net") in told
    done = json.loads((tmp_path / "run" / "done.json").read_text())
    assert done["categories"] == ["dog", "drum"]


def test_an_unknown_category_and_features_not_there_are_named(tmp_path: Path) -> None:
    prepared(tmp_path / "data")
    frame = ("--method", "frame", "--category")
    with pytest.raises(ValueError, match=r"'cat': there are drum"):
        run_train(one_options(tmp_path, *frame, "cat"))
    with pytest.raises(ValueError, match=f"'vgg': name one .*: {SOURCE.identity}"):
        run_train(one_options(tmp_path, *frame, "drum", "--features", "vgg"))


def test_flow_takes_features_of_motion_and_the_others_take_plain_ones(
    tmp_path: Path,
) -> None:
    clips = prepared(tmp_path / "data")
    assert chosen_features(clips, "seq", None) == SOURCE.identity
    with pytest.raises(TrainingError, match=r"flow .*tell motion.* numbers-"):
        chosen_features(clips, "flow", None)
    assert chosen_features(clips, "flow", "numbers") == SOURCE.identity
    joined = replace(SOURCE, name="numbers+flow", dim=12)
    prepared(tmp_path / "data", source=joined)
    assert chosen_features(clips, "flow", None) == joined.identity
    assert chosen_features(clips, "frame", None) == SOURCE.identity
    assert chosen_features(clips, "frame", "numbers+") == joined.identity
    assert chosen_features(clips, "flow", "numbers+flow") == joined.identity
    with pytest.raises(TrainingError, match="name one of those extracted"):
        chosen_features(clips, "seq", "numb")


def test_a_sources_name_is_not_taken_for_the_beginning_of_anothers(
    tmp_path: Path,
) -> None:
    own = replace(SOURCE, name="own")
    clips = prepared(tmp_path / "data", source=own)
    still = replace(SOURCE, name="own-still")
    prepared(tmp_path / "data", source=still)
    assert chosen_features(clips, "flow", "own") == own.identity
    assert chosen_features(clips, "frame", "own-still") == still.identity


def test_no_category_leads_out_of_the_runs_folder(tmp_path: Path) -> None:
    # a manifest's categories are any text
    prepared(tmp_path / "data", categories=("../../away", "drum"))
    runs = tmp_path / "inside" / "runs"
    done = train_all(
        tmp_path / "data",
        runs,
        quick(epochs=1),
        methods=("frame",),
        features=SOURCE.identity,
    )
    assert [outcome.error for outcome in done] == [None, None]
    assert sorted(path.relative_to(runs) for path in runs.rglob("best.net")) == [
        Path(key_of("../../away")) / "frame" / "best.net",
        Path("drum") / "frame" / "best.net",
    ]
    assert len(list(tmp_path.rglob("best.net"))) == 2


def test_a_stub_will_do_for_flow_and_is_marked(tmp_path: Path) -> None:
    stub = replace(SOURCE, name="stub", is_stub=True)
    clips = prepared(tmp_path / "data", source=stub)
    assert chosen_features(clips, "flow", None) == stub.identity
    assert features_of(clips).is_stub


def scalars(path: Path) -> dict[str, list[int]]:
    """The tags of an event file and the steps they have values for."""
    content, found = path.read_bytes(), dict[str, list[int]]()
    while content:
        size = int.from_bytes(content[:8], "little")
        event = Event.FromString(content[12 : 12 + size])
        for value in event.summary.value:
            found.setdefault(value.tag, []).append(event.step)
        content = content[12 + size + 4 :]
    return found


def test_tensorboard_and_the_log_are_told_nats_and_bits(tmp_path: Path) -> None:
    prepared(tmp_path / "data")
    given = one_options(tmp_path, "--method", "frame", "--category", "drum")
    given.epochs = 5
    assert run_train(given) == 0
    (events,) = (tmp_path / "run").glob("events.out.tfevents.*")
    steps = scalars(events)
    lines = (tmp_path / "run" / "log.jsonl").read_text().splitlines()
    noted = [json.loads(line) for line in lines]
    for kind in ("train_nats", "train_bits", "test_nats", "test_bits"):
        logged = [line["step"] for line in noted if kind in line]
        assert steps[f"loss/{kind}"] == logged
        assert logged
    test = next(line for line in noted if "test_nats" in line)
    assert test["test_bits"] == pytest.approx(test["test_nats"] / 0.6931471805599453)


@pytest.mark.parametrize(("number", "status"), [(2, 130), (15, 143)])
def test_a_signal_ends_the_command_as_shells_tell_it(
    number: int, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepared(tmp_path / "data", train=(4, 4))
    given = one_options(tmp_path, "--method", "frame", "--category", "drum")
    given.epochs = 10_000
    signal.signal(signal.SIGALRM, lambda _, frame: signal.raise_signal(number))
    signal.setitimer(signal.ITIMER_REAL, 1.5)
    assert run_train(given) == status
    assert "the same command goes on" in capsys.readouterr().out
