"""Fill AAC frames to one size, so that a sound's bytes tell nothing of its content.

ffmpeg's AAC encoder has a bit reservoir: its "constant" rate is an average, so sizes
and sample tables would differ between the arms of a clip. ISO/IEC 14496-3 lets a frame
carry fill elements (ID_FIL) before its end mark (ID_END); decoders skip them.
"""

from collections.abc import Iterator

HEADER_BYTES = 7
"""An ADTS header without checksum."""

MAX_FRAME_BYTES = 768
"""AAC allows a frame of one channel 6144 bits."""

_FILL = 0b110
_END = 0b111
_LONG_FILL = 15 + 255 - 1
"""Most bytes one fill element can hold: count 15 escapes to a further byte."""


class FrameTooLargeError(ValueError):
    """A frame is larger than the size asked for; encode at a lower rate."""


def frames(stream: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The (header, payload) of each frame of an ADTS `stream`.

    Raises ValueError where the stream is broken or carries checksums.
    """
    at = 0
    while at < len(stream):
        header = stream[at : at + HEADER_BYTES]
        if len(header) < HEADER_BYTES or header[0] != 0xFF or header[1] & 0xF7 != 0xF1:
            raise ValueError(f"no ADTS header at byte {at}")
        length = (header[3] & 0x03) << 11 | header[4] << 3 | header[5] >> 5
        if length <= HEADER_BYTES or at + length > len(stream):
            raise ValueError(f"frame at byte {at} has an impossible length {length}")
        yield header, stream[at + HEADER_BYTES : at + length]
        at += length


def fill_stream(stream: bytes, *, frame_bytes: int) -> bytes:
    """The ADTS `stream` with each payload filled to `frame_bytes`; sound unchanged.

    Raises FrameTooLargeError when a payload is larger already.
    """
    return b"".join(
        _sized(header, frame_bytes) + fill_frame(payload, frame_bytes=frame_bytes)
        for header, payload in frames(stream)
    )


def fill_frame(payload: bytes, *, frame_bytes: int) -> bytes:
    """One raw data block made `frame_bytes` long by fill elements before its end mark.

    Raises FrameTooLargeError when it is longer, ValueError when it has no end mark.
    """
    if len(payload) > frame_bytes:
        raise FrameTooLargeError(f"{len(payload)} bytes do not fit into {frame_bytes}")
    bits = int.from_bytes(payload, "big")
    # Zeros align the block to a byte, so its last set bits are the end mark's.
    padding = (bits & -bits).bit_length() - 1
    if bits >> max(padding, 0) & _END != _END or padding > 7:
        raise ValueError("the frame does not end in an end mark")
    length = len(payload) * 8 - padding - 3
    bits >>= padding + 3
    room = frame_bytes * 8 - 3 - length
    while room > 7:
        bits, used = _with_fill(bits, room)
        room -= used
    return ((bits << 3 | _END) << room).to_bytes(frame_bytes, "big")


def _with_fill(bits: int, room: int) -> tuple[int, int]:
    """`bits` with the largest fill element that `room` bits hold, and its length."""
    count = (room - 7) // 8
    if count < 15:
        return (bits << 3 | _FILL) << 4 + 8 * count | count << 8 * count, 7 + 8 * count
    count = min((room - 15) // 8, _LONG_FILL)
    head = (_FILL << 4 | 15) << 8 | count - 14
    return (bits << 15 | head) << 8 * count, 15 + 8 * count


def _sized(header: bytes, payload_bytes: int) -> bytes:
    length = HEADER_BYTES + payload_bytes
    sized = bytearray(header)
    sized[3] = header[3] & 0xFC | length >> 11
    sized[4] = length >> 3 & 0xFF
    sized[5] = header[5] & 0x1F | (length & 0x07) << 5
    return bytes(sized)
