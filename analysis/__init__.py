"""Statistics of judged-real votes: from a table of votes to the paper's table."""

__version__ = "0.1.0"
