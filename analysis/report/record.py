"""Everything a report says, before it is written in any format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.agreement import Agreement, Pattern
    from analysis.contrasts import ContrastReport
    from analysis.detection import Detection
    from analysis.mixed import MixedReport
    from analysis.quality import QualityReport
    from analysis.report.options import ReportOptions
    from analysis.report.table2 import PaperComparison
    from analysis.study import StudyRecord
    from analysis.tables import JudgedRealTable, SplitTable


@dataclass(frozen=True, slots=True)
class StudyReport:
    """A study's results.

    ``table`` is the main table. ``unfiltered`` is the same over every submitted vote,
    None where no vote was excluded or it was not asked for. ``contrasts`` is None
    while a study is interim: no tests are made before it is closed, but for looks that
    were declared. ``mixed``, ``paper`` and ``split`` are None unless asked for.
    ``minutes`` are the working times of sessions, where known. ``methods`` is the
    methods paragraph, ``provenance`` name and value of what the report hangs on.
    """

    record: StudyRecord
    options: ReportOptions
    table: JudgedRealTable
    unfiltered: JudgedRealTable | None
    contrasts: ContrastReport | None
    detections: tuple[Detection, ...]
    agreements: tuple[Agreement, ...]
    patterns: tuple[Pattern, ...]
    quality: QualityReport
    mixed: MixedReport | None
    paper: PaperComparison | None
    split: SplitTable | None
    minutes: tuple[float, ...]
    methods: str
    provenance: Mapping[str, str]

    def signs(self) -> dict[tuple[str, str], str]:
        """Return the daggers of the main table by (row, method).

        One dagger: differs from the baseline after Holm, in its declared family; two:
        equivalent to the control within the declared margin.
        """
        found: dict[tuple[str, str], str] = {}
        if self.contrasts is None:
            return found
        baseline = self.contrasts.baseline
        wanted = ("generated", "generated-by-category", "baseline")
        for each in self.contrasts.contrasts:
            if each.family in wanted and each.significant:
                pair = {each.one, each.other}
                if baseline in pair and len(pair) == 2:
                    (method,) = pair - {baseline}
                    found[each.row, method] = DAGGER
        for test in self.contrasts.equivalences:
            if test.equivalent:
                key = test.row, test.method
                found[key] = found.get(key, "") + DOUBLE_DAGGER
        return found


DAGGER = "\N{DAGGER}"
DOUBLE_DAGGER = "\N{DOUBLE DAGGER}"
