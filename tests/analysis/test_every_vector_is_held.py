"""No vector of the shared file goes by untested: each is named by a test."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.analysis.frames import shared

HERE = Path(__file__).parent
# tests that run over several vectors put their names together
PATTERNS = (r"dawid_skene_iter\d+", r"diff_ci95_indep_.+", r"glmm_.+")


def test_each_vector_is_named_by_a_test() -> None:
    document = json.loads(shared("analysis_vectors.json").read_text(encoding="utf-8"))
    names = {vector["name"] for vector in document["vectors"]}
    assert len(names) == 60
    words = "\n".join(
        path.read_text(encoding="utf-8")
        for path in HERE.glob("test_*.py")
        if path.name != Path(__file__).name
    )
    missing = [
        name
        for name in sorted(names)
        if f'"{name}"' not in words
        and not any(
            re.fullmatch(pattern, name) and pattern.split("\\")[0].rstrip(".+") in words
            for pattern in PATTERNS
        )
    ]
    assert missing == []
