"""Demo data: ten categories of small videos whose sound follows their picture.

Synthetic, made from formulas, for trying the tool: votes on them say nothing about any
published result, and everything made here is labelled demo.
"""

from generation.demoset.build import DEMO_NOTE, DemoClip, make_clip, render_demoset
from generation.demoset.catalog import CATEGORIES

__all__ = ["CATEGORIES", "DEMO_NOTE", "DemoClip", "make_clip", "render_demoset"]
