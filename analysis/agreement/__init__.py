"""How far raters agree about the same clips, beyond what chance would give."""

from analysis.agreement.build import agreement
from analysis.agreement.icc import icc_oneway
from analysis.agreement.patterns import vote_patterns
from analysis.agreement.record import Agreement, Pattern

__all__ = ["Agreement", "Pattern", "agreement", "icc_oneway", "vote_patterns"]
