"""How this program logs: one line of JSON per event, or readable lines on a terminal; never what people typed.

A traceback names files and lines, not the values in them: those may hold a password, a BSN or a bank account.
"""

import sys

import structlog
from structlog.typing import Processor


def set_up() -> None:
    """Configure logging for this process; safe to call again."""
    readable = sys.stderr.isatty()
    last: Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if readable else [structlog.processors.format_exc_info]),
            last,
        ],
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
