"""Numbers in sentences."""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: '1 vote', '15,360 votes'."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
