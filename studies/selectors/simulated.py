"""How simulated raters are told from people."""

SIMULATED = "ASIM"
"""Worker ids of simulated raters start so; what they say is marked everywhere."""
