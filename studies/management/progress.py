"""Progress as a bar on standard error."""

from analysis.planning.progress import Bar

__all__ = ["Bar"]
