"""Media: look at files, judge them, render what raters see and hear."""

from generation.media.audit import audit_arms
from generation.media.clips import ArmSource, ClipBuild, RenderedClip
from generation.media.errors import MediaError, MediaTimeoutError, ToolMissingError
from generation.media.probe import MediaFacts, inspect
from generation.media.render import build_clip
from generation.media.sound import Sound, read_sounds, write_wav
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
    "Sound",
    "ToolMissingError",
    "Verdict",
    "audit_arms",
    "build_clip",
    "inspect",
    "judge",
    "read_sounds",
    "write_wav",
]
