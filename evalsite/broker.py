"""The broker in folders: a message is there as a whole or not at all.

kombu's filesystem transport opens a message under its final name and writes it then. A
worker that looks between the two takes an empty file, which ends it.
"""

import os
import uuid
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

_UNFINISHED = ".part"


class Channel(filesystem.Channel):
    """Messages and tables of queues are renamed into place."""

    def _put(self, queue: str, message: Any, **_: Any) -> None:  # type: ignore[override] # the stubs disagree
        whole = Path(self.data_folder_out) / _file_name(queue)
        draft = whole.with_name(whole.name + _UNFINISHED)
        draft.write_text(dumps(message), encoding="utf-8")
        draft.rename(whole)

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002
        while True:
            # what a machine that lost its power left is gone by the time it is read
            with suppress(ValueError):
                return super()._get(queue)

    def _queue_bind(
        self,
        exchange: str,
        routing_key: str | None,
        pattern: str | None,
        queue: str | None,
    ) -> None:
        table = self._exchange_file(exchange)  # type: ignore[attr-defined] # not in the stubs
        if not table.exists():
            table.parent.mkdir(exist_ok=True)
            draft = table.with_name(f"{table.name}.{os.getpid()}{_UNFINISHED}")
            draft.write_text("[]", encoding="utf-8")
            with suppress(FileExistsError):
                os.link(draft, table)
            draft.unlink()
        super()._queue_bind(exchange, routing_key or "", pattern, queue or "")


class Transport(filesystem.Transport):
    """kombu's transport, with those channels."""

    Channel = Channel


def _file_name(queue: str) -> str:
    """Return the name of a new message's file, as kombu looks for it."""
    return f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"


def install() -> None:
    """Let every ``filesystem://`` broker of this process be one of these."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
