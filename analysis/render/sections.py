"""What a report says beside its main table, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.render.background import (
    agreement_section,
    diagnostics_section,
    methods_section,
    paper_section,
    provenance_section,
    raters_section,
)
from analysis.render.exclusions import exclusions_section
from analysis.render.findings import comparisons_section, overview_section
from analysis.render.hearing import detection_section
from analysis.render.models import looks_section, mixed_section

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.render.blocks import Section
    from analysis.report import StudyReport

_MAKERS: tuple[Callable[[StudyReport], Section], ...] = (
    overview_section,
    comparisons_section,
    looks_section,
    detection_section,
    mixed_section,
    agreement_section,
    exclusions_section,
    raters_section,
    diagnostics_section,
    paper_section,
    methods_section,
    provenance_section,
)


def sections(report: StudyReport) -> tuple[Section, ...]:
    """Return the sections of a report in their order, empty ones left out."""
    made = (make(report) for make in _MAKERS)
    return tuple(section for section in made if not section.is_empty)
