"""The engine for a machine, and where the C++ one comes from."""

import platform
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from generation.fast import (
    ENGINES,
    BuildError,
    build,
    choose_engine,
    compiled,
    fold,
    launching,
)
from generation.fast.build import compiler, library
from generation.fast.compiled import missing
from generation.nets import naive_generate
from tests.generation.fast.small import clips, engine_of, net_of

CPU = torch.device("cpu")


def test_a_processor_gets_the_compiled_engine_where_it_can_be_compiled() -> None:
    expected = "eager" if missing() else "compiled"
    assert choose_engine(CPU).name == expected
    assert choose_engine("cpu", torch.bfloat16, dim=1024).name == expected


def test_what_the_compiled_engine_cannot_do_plain_torch_does() -> None:
    assert choose_engine(CPU, torch.float64).name == "eager"
    assert choose_engine(CPU, dim=12).name == "eager"


def test_an_engine_may_be_asked_for_by_name() -> None:
    assert choose_engine(CPU, name="eager") is ENGINES["eager"]


def test_a_refusal_says_why() -> None:
    with pytest.raises(ValueError, match="auto, compiled, eager, fused, graphs, wide"):
        choose_engine(CPU, name="fastest")
    with pytest.raises(ValueError, match="'fused' cannot run: the Triton kernel needs"):
        choose_engine(CPU, name="fused")
    with pytest.raises(ValueError, match="'graphs' cannot run: CUDA graphs need a"):
        choose_engine(CPU, name="graphs")
    with pytest.raises(ValueError, match=r"'compiled' cannot run: .*float64"):
        choose_engine(CPU, torch.float64, "compiled")
    with pytest.raises(ValueError, match=r"'compiled' cannot run: .*16, not 12"):
        choose_engine(CPU, name="compiled", dim=12)
    with pytest.raises(ValueError, match=r"not torch\.float16"):
        choose_engine(CPU, torch.float16)


def has_room(monkeypatch: pytest.MonkeyPatch, shared: int) -> None:
    found = SimpleNamespace(shared_memory_per_block_optin=shared)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: found)


@pytest.fixture
def hopper(monkeypatch: pytest.MonkeyPatch) -> None:
    """A GPU and a Triton that works on it, as far as choosing asks."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (9, 0))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "some GPU")
    has_room(monkeypatch, 232_448)
    monkeypatch.setattr(launching, "missing", lambda: None)
    monkeypatch.setattr(launching, "unlaunchable", lambda: None)


@pytest.mark.usefixtures("hopper")
def test_a_gpu_gets_a_triton_kernel_for_narrow_nets_and_graphs_for_wide_ones() -> None:
    def chosen(dtype: torch.dtype, dim: int | None) -> str:
        return choose_engine("cuda", dtype, dim=dim).name

    assert chosen(torch.bfloat16, 256) == "fused"
    assert chosen(torch.bfloat16, 257) == "graphs"
    assert chosen(torch.bfloat16, 1024) == "graphs"
    assert chosen(torch.float32, 1024) == "graphs"
    assert chosen(torch.float32, 128) == "fused"
    assert chosen(torch.float32, 256) == "graphs"
    assert chosen(torch.float64, 32) == "graphs"
    assert chosen(torch.bfloat16, None) == "graphs"
    for name in ("fused", "wide"):
        assert choose_engine("cuda", name=name, dim=1024).name == name


@pytest.mark.usefixtures("hopper")
def test_a_gpu_without_a_triton_that_works_gets_graphs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, answer in (
        ("missing", "there is no package triton"),
        ("unlaunchable", "Triton cannot launch what it compiles: no C compiler"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(launching, name, lambda answer=answer: answer)
            assert choose_engine("cuda", dim=32).name == "graphs"
            with pytest.raises(ValueError, match=f"'fused' cannot run: {answer}"):
                choose_engine("cuda", name="fused", dim=32)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (7, 5))
    assert choose_engine("cuda", dim=32).name == "graphs"
    with pytest.raises(ValueError, match=r"capability 8\.0: some GPU has 7\.5"):
        choose_engine("cuda", name="fused")
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (8, 6))
    assert choose_engine("cuda", torch.bfloat16, dim=1024).name == "graphs"
    with pytest.raises(ValueError, match=r"capability 9\.0: some GPU has 8\.6"):
        choose_engine("cuda", name="wide")
    # later ones for desks have less of it
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (12, 0))
    has_room(monkeypatch, 101_376)
    with pytest.raises(ValueError, match=r"163,840 bytes .*: some GPU has 101,376"):
        choose_engine("cuda", name="wide")


def test_why_triton_cannot_launch_is_said() -> None:
    if reason := launching.missing():
        pytest.skip(reason)
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device here")
    assert str(launching.unlaunchable()).startswith(
        "Triton cannot launch what it compiles"
    )


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_a_device_that_is_not_there_is_refused() -> None:
    for name in ("eager", "graphs", "fused", "wide"):
        with pytest.raises(ValueError, match=f"{name}.*torch finds no"):
            choose_engine("cuda", name=name)
    with pytest.raises(ValueError, match="no engine can run on cuda: torch finds no"):
        choose_engine("cuda")


def test_without_a_compiler_there_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(BuildError, match=r"no C\+\+ compiler found \(no-such-compiler"):
        compiler()


def test_a_library_is_compiled_once_and_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine_of("compiled")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    build = library.__wrapped__
    first = build()
    assert first.is_relative_to(tmp_path)
    made = first.stat().st_mtime_ns
    assert build() == first
    assert first.stat().st_mtime_ns == made
    assert {path.stem for path in first.parent.iterdir()} == {first.stem}


@pytest.mark.parametrize("now", [b"", b"garbage", None])
def test_a_library_that_is_not_whole_is_compiled_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, now: bytes | None
) -> None:
    """Of one cut short the first call ends the process, by a signal."""
    engine_of("compiled")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    build = library.__wrapped__
    first = build()
    whole = first.read_bytes()
    first.write_bytes(whole[: len(whole) // 2] if now is None else now)
    assert build() == first
    assert first.read_bytes() == whole


def test_a_compiler_may_be_named_with_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine_of("compiled")
    real = " ".join(compiler())
    wrapper = tmp_path / "two words"
    wrapper.write_text('#!/bin/sh\nexec "$@"\n')
    wrapper.chmod(0o700)
    monkeypatch.setenv("CXX", f"'{wrapper}' {real}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert library.__wrapped__().is_file()
    monkeypatch.setenv("CXX", "'g++")
    with pytest.raises(BuildError, match=r"CXX='g\+\+: No closing quotation"):
        compiler()


def test_a_relative_cache_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "some/folder")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert build.folder() == tmp_path / ".cache" / "realfake" / "fast"


@pytest.mark.parametrize("changed", [path.name for path in build.SOURCES])
def test_a_library_of_other_sources_is_another_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changed: str
) -> None:
    engine_of("compiled")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(build, "_compile", lambda _tool, target: target.touch())
    monkeypatch.setattr(build, "_is_whole", Path.exists)
    before = library.__wrapped__()
    copies = tuple(tmp_path / path.name for path in build.SOURCES)
    for source, copy in zip(build.SOURCES, copies, strict=True):
        copy.write_bytes(source.read_bytes())
    monkeypatch.setattr(build, "SOURCES", copies)
    assert library.__wrapped__() == before
    with (tmp_path / changed).open("a") as source_file:
        source_file.write("// another\n")
    assert library.__wrapped__() != before


@pytest.fixture
def afresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No library is known yet, and the one to come is forgotten afterwards."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    known = (library, compiled.missing, compiled._loaded)
    for cached in known:
        cached.cache_clear()
    yield
    for cached in known:
        cached.cache_clear()


@pytest.mark.skipif(platform.machine() != "x86_64", reason="names x86 processors")
@pytest.mark.usefixtures("afresh")
@pytest.mark.parametrize("machine", ["x86-64", "x86-64-v3"])
def test_lesser_processors_make_the_same_samples(
    monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    others = [option for option in build.OPTIONS if not option.startswith("-march")]
    monkeypatch.setattr(build, "OPTIONS", (*others, f"-march={machine}"))
    engine = engine_of("compiled")
    net = net_of("frame", dim=80)
    features, numbers = clips(net)
    made = engine.generate(fold(net), features, uniforms=numbers)
    assert torch.equal(made.long(), naive_generate(net, features, None, numbers))


def test_a_compiler_that_fails_is_quoted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken-c++"
    broken.write_text("#!/bin/sh\necho 'out of ideas' >&2\nexit 3\n")
    broken.chmod(0o700)
    monkeypatch.setenv("CXX", str(broken))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(BuildError, match="stopped with 3: out of ideas"):
        library.__wrapped__()
