"""Statistics of judged-real votes: from a table of votes to the paper's table."""
