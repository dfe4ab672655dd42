"""Clips from this machine's own disk, by their opaque names, in parts if asked.

With other storage (S3) the pages name the files there and this is never asked.
Nothing in an answer depends on what a file holds beyond its bytes: no date, no
original name, and an ETag that follows from the opaque name alone.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import IO

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import StreamingHttpResponse
from django.views.decorators.http import require_safe

_FOLDER = "rated"
_BLOCK = 64 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@require_safe
def clip(request: HttpRequest, name: str) -> HttpResponseBase:
    path = f"{_FOLDER}/{name}.mp4"
    if not default_storage.exists(path):
        raise Http404
    size = default_storage.size(path)
    try:
        part = _part(request.headers.get("Range", ""), size)
    except ValueError:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    first, last = part or (0, size - 1)
    response = StreamingHttpResponse(
        _Part(default_storage.open(path), first, last - first + 1),
        content_type="video/mp4",
    )
    if part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, max-age=86400"
    response["ETag"] = f'"{hashlib.sha256(name.encode()).hexdigest()[:16]}"'
    return response


def _part(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte that are wanted; None for all of them.

    ValueError when no byte of the file is in it. What we do not understand (several
    parts, other units) counts as no wish at all, as RFC 9110, 14.2 allows.
    """
    match = _RANGE.fullmatch(header.strip())
    if not match or match[0] == "bytes=-":
        return None
    start, end = match[1], match[2]
    if not start:
        length = min(int(end), size)
        first, last = size - length, size - 1
    else:
        first, last = int(start), min(int(end), size - 1) if end else size - 1
        if end and int(end) < int(start):
            return None
    if first > last or first >= size:
        raise ValueError(header)
    return first, last


class _Part:
    """A part of a file in blocks; Django closes it with the response, read or not."""

    def __init__(self, file: IO[bytes], first: int, length: int) -> None:
        self._file, self._first, self._length = file, first, length

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(self._first)
        left = self._length
        while left > 0 and (block := self._file.read(min(_BLOCK, left))):
            left -= len(block)
            yield block

    def close(self) -> None:
        self._file.close()
