"""What the media layer raises."""


class MediaError(Exception):
    """A file, or a run of ffmpeg, that cannot be used; the message says what to do.

    The message is for the person who owns the file: it names the file, says what is
    wrong in one line and is never blank.
    """


class ToolMissingError(OSError):
    """ffmpeg is not there: no file is to blame, and none can be read."""


class MediaTimeoutError(MediaError):
    """ffmpeg was stopped because it took longer than it was given."""
