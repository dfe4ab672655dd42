"""Why votes do not count, in words and by rule."""

NOT_JUDGED = "not judged yet"
RELEASED = "its place went to another rater"
_UNUSABLE = "not usable"
# what the reasons of single sessions and votes have in common, and what it is called
_RULES = (
    ("catch items right", "too few catch items right"),
    ("median answer", "answers too quick"),
    ("alike are too many", "all answers the same"),
    ("not played to its end", "clip not played to its end"),
)


def excluded(
    *, used: bool | None, session: str, usable: bool, vote: str, released: bool
) -> str:
    """Return why a vote does not count, empty where it does, as `counted()` decides.

    `session` and `vote` are the reasons kept with the session and with the vote. The
    session's comes first.
    """
    if not used:
        return NOT_JUDGED if used is None else session or _UNUSABLE
    if not usable:
        return vote or _UNUSABLE
    return RELEASED if released else ""


def rule_of(reason: str) -> str:
    """Return the rule behind a reason: without the figures of a single session."""
    return next((rule for part, rule in _RULES if part in reason), reason)
