"""Is a file fit for its part in a study? Each answer says what to do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from generation.media.probe import MediaFacts

SILENT_MEAN_DB = -60.0
"""Mean level under which a sound counts as silent, when its peak is low as well.

Digital silence reads -91; real clips that are merely quiet read -34 to -40.
"""

SILENT_PEAK_DB = -55.0
"""A sound with something louder than this in it is a quiet room, not silence."""

NEARLY_EQUAL_SECONDS = 0.05
"""A sound may end this much before its picture and be padded with silence.

It is what codecs' frames leave; more silence at the end of one arm would tell it from
the others, so all arms of the clip are cut instead.
"""

_NONSENSE_SECONDS = 3600.0
_BROWSER_CONTAINERS = ("mp4", "webm")
_BROWSER_CODECS = ("h264", "vp8", "vp9", "av1")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`problems` keep a file out of a study; `warnings` are handled and told."""

    problems: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def is_fit(self) -> bool:
        """Whether nothing keeps the file out."""
        return not self.problems


def judge(facts: MediaFacts, *, role: str) -> Verdict:
    """Judge a file by the part it is to play.

    `role` is "real" (picture and sound both needed), "generated" (sound needed, with a
    picture or alone) or "source" (picture needed: something to generate sound for).
    Raises ValueError for another role.
    """
    if role not in _CHECKS:
        known = ", ".join(_CHECKS)
        raise ValueError(f"role {role!r} is not known; it is one of {known}")
    problems, warnings = _CHECKS[role]
    return Verdict(
        problems=tuple(_said(problems, facts)), warnings=tuple(_said(warnings, facts))
    )


Check = Callable[[MediaFacts], str]


def _said(checks: Iterable[Check], facts: MediaFacts) -> Iterable[str]:
    return (said for check in checks if (said := check(facts)))


def _no_picture(facts: MediaFacts) -> str:
    if facts.video_stream is None:
        return (
            "no video stream: a picture is needed here; give the video with its sound"
        )
    if not facts.frames:
        return (
            "no frame decodes: the file is truncated or broken"
            f"{_quoted(facts)}; get the whole file"
        )
    return ""


def _no_sound(facts: MediaFacts) -> str:
    if facts.audio_stream is None:
        return "no audio stream: a sound is needed here; give a file that has one"
    if facts.audio_seconds <= 0:
        return f"no sound decodes{_quoted(facts)}; get the whole file or encode it anew"
    return ""


def _silent(facts: MediaFacts) -> str:
    if facts.mean_db is None or facts.audio_seconds <= 0:
        return ""
    peak = facts.mean_db if facts.peak_db is None else facts.peak_db
    if facts.mean_db < SILENT_MEAN_DB and peak < SILENT_PEAK_DB:
        return (
            f"silent audio: mean {facts.mean_db:.1f} dB, peak {peak:.1f} dB; "
            "there is nothing to judge, leave this clip out"
        )
    return ""


def _decoded_seconds(facts: MediaFacts) -> float:
    return max(facts.video_seconds, facts.audio_seconds)


def _falls_short(facts: MediaFacts) -> bool:
    if facts.capped or facts.declared_seconds is None:
        return False
    return _decoded_seconds(facts) < 0.8 * facts.declared_seconds - 0.25


def _truncated(facts: MediaFacts) -> str:
    declared = facts.declared_seconds or 0.0
    if not _falls_short(facts):
        return ""
    if declared > _NONSENSE_SECONDS and not facts.decode_errors:
        return ""
    return (
        f"truncated: {declared:.1f} s declared, "
        f"{_decoded_seconds(facts):.1f} s decode; get the whole file"
    )


def _wrong_header(facts: MediaFacts) -> str:
    if not _falls_short(facts) or _truncated(facts):
        return ""
    return (
        f"the header declares {facts.declared_seconds:.0f} s, "
        f"{_decoded_seconds(facts):.1f} s are there: the decoded length is used"
    )


def _corrupt(facts: MediaFacts) -> str:
    if not facts.decode_errors:
        return ""
    return (
        f"{facts.decode_errors} decode errors{_quoted(facts)}; "
        "get an intact copy or encode it anew"
    )


def _too_long(facts: MediaFacts) -> str:
    if not facts.capped:
        return ""
    seconds = _decoded_seconds(facts)
    return f"longer than the {seconds:.0f} s that are read; cut it to the clip"


def _uneven_rate(facts: MediaFacts) -> str:
    if not facts.is_vfr:
        return ""
    return (
        f"variable frame rate (mean {facts.fps:.2f} per second): "
        "resampled by time, not by index"
    )


def _short_sound(facts: MediaFacts) -> str:
    missing = facts.video_seconds - facts.audio_seconds
    if not facts.frames or facts.audio_seconds <= 0 or missing <= 0.25:
        return ""
    return (
        f"audio ends {missing:.2f} s before the picture: "
        "every arm of the clip is cut to the shortest"
    )


def _stops_sounding(facts: MediaFacts) -> str:
    whole = facts.video_seconds or facts.audio_seconds
    if (
        _silent(facts)
        or facts.audio_seconds <= 0
        or facts.sounding_seconds >= 0.8 * whole
    ):
        return ""
    return (
        f"audio covers {100 * facts.sounding_seconds / whole:.0f} % of the clip "
        f"({facts.sounding_seconds:.2f} of {whole:.2f} s): the rest is digital silence"
    )


def _faint(facts: MediaFacts) -> str:
    if facts.mean_db is None or facts.mean_db >= SILENT_MEAN_DB or _silent(facts):
        return ""
    return (
        f"nearly silent: mean {facts.mean_db:.1f} dB; its noise is raised with it when "
        "loudness is made equal"
    )


def _not_for_browsers(facts: MediaFacts) -> str:
    playable = facts.video_codec in _BROWSER_CODECS and any(
        name in facts.container for name in _BROWSER_CONTAINERS
    )
    if facts.video_stream is None or playable:
        return ""
    return (
        f"browsers cannot play {facts.video_codec} in {facts.container}: "
        "raters get it transcoded to H.264 in MP4"
    )


def _dropped(facts: MediaFacts) -> str:
    if not facts.other_streams:
        return ""
    return f"further streams are dropped: {', '.join(facts.other_streams)}"


def _quoted(facts: MediaFacts) -> str:
    return f" ({facts.decode_detail})" if facts.decode_detail else ""


_BROKEN: tuple[Check, ...] = (_truncated, _corrupt, _too_long)
_TOLD: tuple[Check, ...] = (_wrong_header, _uneven_rate, _not_for_browsers, _dropped)
_HEARD: tuple[Check, ...] = (_short_sound, _stops_sounding, _faint)
_CHECKS: dict[str, tuple[tuple[Check, ...], tuple[Check, ...]]] = {
    "real": ((_no_picture, _no_sound, _silent, *_BROKEN), (*_TOLD, *_HEARD)),
    "generated": ((_no_sound, _silent, *_BROKEN), (*_TOLD, *_HEARD)),
    "source": ((_no_picture, *_BROKEN), _TOLD),
}
