"""Filled AAC frames are as long as asked and decode to the same samples."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.media.adts import (
    HEADER_BYTES,
    FrameTooLargeError,
    fill_frame,
    fill_stream,
    frames,
)
from tests.generation.makers import decoded, sound

NOISE = "anoisesrc=a=0.5:r=48000:seed=1"


def content_and_fill(frame: bytes) -> tuple[str, str]:
    """The frame's bits split before its end mark; the mark and alignment are cut."""
    bits = "".join(f"{byte:08b}" for byte in frame).rstrip("0")
    assert bits.endswith("111")
    return bits[:-3], bits


@given(
    content=st.text("01", min_size=1, max_size=600),
    more=st.integers(0, 768),
)
def test_any_frame_is_filled_by_whole_elements(content: str, more: int) -> None:
    bits = content + "111"
    bits += "0" * (-len(bits) % 8)
    payload = int(bits, 2).to_bytes(len(bits) // 8, "big")
    size = min(768, len(payload) + more)
    filled = fill_frame(payload, frame_bytes=size)
    assert len(filled) == size
    before_end, _ = content_and_fill(filled)
    assert before_end.startswith(content)
    rest = before_end[len(content) :]
    while rest:  # nothing but fill elements between the content and the end mark
        assert rest[:3] == "110"
        count, used = int(rest[3:7], 2), 7
        if count == 15:
            count, used = 14 + int(rest[7:15], 2), 15
        rest = rest[used + 8 * count :]


def test_a_frame_that_does_not_fit_is_refused() -> None:
    with pytest.raises(FrameTooLargeError, match="5 bytes do not fit into 4"):
        fill_frame(b"\0\0\0\0\x07", frame_bytes=4)


@pytest.mark.parametrize("payload", [b"\0\0", b"\x05", b""])
def test_a_frame_without_end_mark_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match="end mark"):
        fill_frame(payload, frame_bytes=8)


@pytest.mark.parametrize("stream", [b"abcdefgh", b"\xff\xf1\x4c\x40\x01\x1f\xfc"])
def test_a_broken_stream_is_refused(stream: bytes) -> None:
    with pytest.raises(ValueError, match="byte 0"):
        list(frames(stream))


@pytest.mark.parametrize("tone", [NOISE, "sine=r=48000", "anullsrc=r=48000:cl=mono"])
def test_a_filled_stream_decodes_to_the_same_samples(tone: str, tmp_path: Path) -> None:
    plain = sound(tmp_path / "a.aac", tone, "-b:a", "96k", "-ac", "1")
    filled = tmp_path / "b.aac"
    filled.write_bytes(fill_stream(plain.read_bytes(), frame_bytes=768))
    sizes = {len(payload) for _, payload in frames(filled.read_bytes())}
    assert sizes == {768}
    count = sum(1 for _ in frames(plain.read_bytes()))
    assert filled.stat().st_size == count * (768 + HEADER_BYTES)
    assert np.array_equal(decoded(plain), decoded(filled))
