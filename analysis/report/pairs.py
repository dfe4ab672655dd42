"""What a report of pairs says of itself: its methods and what it hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.intervals import method_name
from analysis.report.provenance import software
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.pairs import PairsReport


def pairs_methods(report: PairsReport) -> str:
    """Return the methods paragraph of a study of pairs; how it was run is not known."""
    sentences = [_who(report), *_control(report), _statistics(report)]
    sentences += _strengths(report)
    used = software()
    ours = used.pop("analysis")
    versions = ", ".join(f"{name} {value}" for name, value in used.items())
    sentences.append(
        f"Software: realfake {ours} ({versions}); SHA-256 of the answers "
        f"{report.sha256}."
    )
    return " ".join(sentences)


def pairs_provenance(report: PairsReport) -> Mapping[str, str]:
    """Return name and value of everything the report hangs on, without any time."""
    found = {
        **software(),
        "answers": str(report.votes),
        "answers sha256": report.sha256,
        "option alpha": f"{report.alpha:g}",
        "option control": report.control or "",
        "option seed": str(report.seed),
        "option replicates": str(report.replicates),
    }
    return {name: value for name, value in found.items() if value}


def _who(report: PairsReport) -> str:
    asked = [part.question for part in report.questions if part.question]
    questions = f" to {counted(len(asked), 'question')}" if asked else ""
    return (
        f"{counted(report.raters, 'rater')} gave {counted(report.votes, 'answer')}"
        f"{questions} on {counted(report.items, 'pair')} made of "
        f"{counted(report.videos, 'source clip')}; a pair shows one clip under two of "
        f"{', '.join(report.methods) or 'the methods'}, and a rater chooses one."
    )


def _control(report: PairsReport) -> list[str]:
    if report.control is None:
        return []
    words = (
        "Fooled is the share of answers that took the generated clip for the real one "
        f"({report.control}): at 50% the two cannot be told apart. d' is sqrt(2) z of "
        "the share that found the real one."
    )
    return [words]


def _strengths(report: PairsReport) -> list[str]:
    strengths = [
        each
        for part in report.questions
        if part.strengths is not None
        for each in part.strengths.strengths
    ]
    sentences = []
    if any(each.strength is not None for each in strengths):
        sentences.append(
            "Strengths are maximum-likelihood estimates of the Bradley-Terry model on "
            "the log scale with mean zero."
        )
    if any(each.low is not None for each in strengths):
        sentences.append(
            "Intervals of strengths and ranks are percentiles over "
            f"{counted(report.replicates, 'replicate')} that resample raters and "
            f"source clips together (seed {report.seed})."
        )
    return sentences


def _statistics(report: PairsReport) -> str:
    level = f"{100 * (1 - report.alpha):g}%"
    return (
        f"Averages weigh categories alike. {level} intervals: {method_name('twoway')}, "
        "clusters being raters and source videos; where another had to stand in, it is "
        "named beside the figure. The clustered p values test 50% by the same error; "
        "the binomial ones take answers as independent and are a reference only. None "
        "is adjusted for the number of tests. Adjusted shares weigh the answers with a "
        "method on the left and on the right alike."
    )
