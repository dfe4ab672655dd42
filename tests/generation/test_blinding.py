"""Nothing but the sound tells the arms of a clip apart."""

from pathlib import Path

import pytest

from generation.media import ArmSource, ClipBuild, RenderSpec, audit_arms, build_clip
from generation.media.boxes import find, tracks
from tests.generation.makers import decoded, probed, sound, video

EQUAL = (
    "format=format_name,duration,size,bit_rate,start_time",
    "stream=codec_name,profile,width,height,pix_fmt,r_frame_rate,sample_rate",
    "stream=channels,channel_layout,time_base,start_pts,duration_ts,bit_rate,nb_frames",
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[ArmSource]:
    folder = tmp_path_factory.mktemp("sources")
    real = video(folder / "real.mp4", "-ac", "2", "-b:a", "128k", seconds=2.0)
    noise = "anoisesrc=a=0.3:r=16000:seed=3"
    return [
        ArmSource("real", real, "n3a"),
        ArmSource("noise", sound(folder / "n.wav", noise, seconds=1.7), "x81"),
        ArmSource("quiet", sound(folder / "q.mp3", "sine=f=90,volume=-30dB"), "k20"),
        ArmSource("muted", None, "p7"),
    ]


@pytest.fixture(scope="module")
def built(
    sources: list[ArmSource], tmp_path_factory: pytest.TempPathFactory
) -> ClipBuild:
    return build(sources, tmp_path_factory.mktemp("built"))


def build(sources: list[ArmSource], out: Path) -> ClipBuild:
    assert sources[0].sound is not None
    return build_clip(sources, sources[0].sound, out, RenderSpec())


def test_container_codec_rate_length_and_size_are_equal(built: ClipBuild) -> None:
    for entries in EQUAL:
        assert len({probed(arm.path, entries) for arm in built.arms}) == 1
    assert len({arm.path.stat().st_size for arm in built.arms}) == 1


def test_headers_are_equal_to_the_byte(built: ClipBuild) -> None:
    files = [arm.path.read_bytes() for arm in built.arms]
    for kind in ("ftyp", "moov"):
        boxes = [find(data, kind)[0] for data in files]
        assert len({d[b.start : b.end] for d, b in zip(files, boxes, strict=True)}) == 1


def test_the_sound_has_a_truly_constant_rate(built: ClipBuild) -> None:
    for arm in built.arms:
        (heard,) = [
            t for t in tracks(arm.path, arm.path.read_bytes()) if t.kind == "soun"
        ]
        assert {end - start for start, end in heard.samples} == {768}
        assert arm.bitrate == 288_000


def test_the_product_audits_its_own_work(built: ClipBuild) -> None:
    assert audit_arms([arm.path for arm in built.arms]) == []


def test_the_sounds_themselves_do_differ(built: ClipBuild) -> None:
    assert len({arm.sha256 for arm in built.arms}) == 4
    assert abs(decoded(built.arms[3].path)).max() == 0.0


def test_a_second_build_gives_the_same_bytes(
    built: ClipBuild, sources: list[ArmSource], tmp_path: Path
) -> None:
    again = build(sources, tmp_path)
    assert [arm.sha256 for arm in again.arms] == [arm.sha256 for arm in built.arms]
    assert again.picture_sha256 == built.picture_sha256


def test_a_build_leaves_its_files_and_nothing_else(built: ClipBuild) -> None:
    folder = built.arms[0].path.parent
    assert sorted(p.name for p in folder.iterdir()) == [
        "k20.mp4",
        "n3a.mp4",
        "p7.mp4",
        "x81.mp4",
    ]


def test_names_and_makers_are_not_in_the_files(built: ClipBuild) -> None:
    for arm in built.arms:
        data = arm.path.read_bytes()
        assert arm.key.encode() not in data
        assert b"Lavf" not in data


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (lambda d: d + b"\0\0\0\x08free", "bytes, the first arm has"),
        (lambda d: d.replace(b"mp41", b"mp42"), "box ftyp differs"),
        (lambda d: d.replace(b"SoundHandler", b"SoundHandlor"), "box moov differs"),
    ],
)
def test_the_audit_finds_what_differs(
    tamper: object, says: str, built: ClipBuild, tmp_path: Path
) -> None:
    assert callable(tamper)
    odd = tmp_path / "odd.mp4"
    odd.write_bytes(tamper(built.arms[1].path.read_bytes()))
    assert any(says in told for told in audit_arms([built.arms[0].path, odd]))


def test_the_audit_finds_another_picture(built: ClipBuild, tmp_path: Path) -> None:
    data = bytearray(built.arms[1].path.read_bytes())
    seen = tracks(built.arms[1].path, bytes(data))[0]
    data[seen.samples[-1][1] - 1] ^= 1
    odd = tmp_path / "odd.mp4"
    odd.write_bytes(data)
    assert audit_arms([built.arms[0].path, odd]) == [
        "odd.mp4: bytes outside the sound differ (picture or filling)"
    ]


def test_smaller_frames_grow_for_all_arms_where_one_needs_it(
    sources: list[ArmSource], tmp_path: Path
) -> None:
    assert sources[0].sound is not None
    for small, becomes in ((512, 192_000), (160, 288_000)):
        spec = RenderSpec(audio_bitrate=64_000, audio_frame_bytes=small)
        built = build_clip(sources[2:], sources[0].sound, tmp_path, spec)
        assert {arm.bitrate for arm in built.arms} == {becomes}


@pytest.mark.parametrize("name", ["", "../x", "a b", "-y", "x.mp4", "é"])
def test_a_name_that_is_not_opaque_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="use letters, digits"):
        build_clip([ArmSource("a", None, name)], tmp_path / "p", tmp_path, RenderSpec())


def test_names_that_clash_are_refused(tmp_path: Path) -> None:
    arms = [ArmSource("a", None, "x"), ArmSource("b", None, "x")]
    with pytest.raises(ValueError, match="output name used twice: x"):
        build_clip(arms, tmp_path / "p", tmp_path, RenderSpec())
