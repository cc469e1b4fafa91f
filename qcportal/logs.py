"""Logs: one JSON line per event, without secrets."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

HIDDEN = ("token", "secret", "password", "signature", "authorization", "cookie", "code", "url")


def set_up(level: str) -> None:
    """Write events of this level and above to standard error as JSON lines."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _hide,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        # Standard error as it is when something is said, not as it was at the start.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,  # tests and reloads set it up again
    )


def _hide(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank every value whose name says that it is a secret."""
    for name in event:
        if any(word in name.lower() for word in HIDDEN):
            event[name] = "[hidden]"
    return event
