"""Signal detection: telling generated clips from the control's, apart from leaning."""

from analysis.detection.detect import detect
from analysis.detection.formulas import Counts, dprime_2afc
from analysis.detection.record import Detection

__all__ = ["Counts", "Detection", "detect", "dprime_2afc"]
