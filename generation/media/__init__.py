"""Media: look at files, judge them, render what raters see and hear."""

from generation.media.audit import audit_arms
from generation.media.errors import MediaError, MediaTimeoutError
from generation.media.probe import MediaFacts, inspect
from generation.media.render import ArmSource, ClipBuild, RenderedClip, build_clip
from generation.media.spec import RENDER_VERSION, RenderSpec
from generation.media.verdict import Verdict, judge

__all__ = [
    "RENDER_VERSION",
    "ArmSource",
    "ClipBuild",
    "MediaError",
    "MediaFacts",
    "MediaTimeoutError",
    "RenderSpec",
    "RenderedClip",
    "Verdict",
    "audit_arms",
    "build_clip",
    "inspect",
    "judge",
]
