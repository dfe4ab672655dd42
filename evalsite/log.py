"""What the site writes to standard error."""

from typing import Any


def log_of(level: str) -> dict[str, Any]:
    """Django's logging configuration for everything from `level` on."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # a refused request is its visitor's affair: a name taken, a page not there
            "django.request": {"level": "ERROR" if level == "WARNING" else level}
        },
    }
