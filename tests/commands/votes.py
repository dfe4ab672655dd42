"""Small tables of votes."""

import gzip
from pathlib import Path

HEADER = "item_id,category,method,source_video,worker_id,vote"
ROWS = """\
a-f,Zither,Frame,a,w1,1
a-f,Zither,Frame,a,w2,0
b-r,Zither,real,b,w1,1
b-r,Zither,real,b,w2,1
c-f,Äolsharfe,Frame,c,w1,0
c-f,Äolsharfe,Frame,c,w2,0
d-s,Äolsharfe,Seq,d,w1,1
d-s,Äolsharfe,Seq,d,w2,0
""".splitlines()


def votes_file(
    folder: Path, rows: list[str] | None = None, *, name: str = "votes.csv"
) -> Path:
    """Write a table of votes; gzipped when the name says so."""
    text = "\n".join([HEADER, *(ROWS if rows is None else rows)]) + "\n"
    path = folder / name
    raw = text.encode()
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return path
