"""Structured logs on stderr: one JSON object a line, no personal data, no secrets."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

import structlog
from structlog.typing import EventDict


def trace(logger: object, method: str, event: EventDict) -> EventDict:
    """What was raised and where, innermost last, but not what it says: that may quote what people wrote."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    error = given if isinstance(given, BaseException) else _current(given)
    raised = []
    while error is not None:
        raised.append({"type": type(error).__qualname__, "at": _places(error.__traceback__)})
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    event["exception"] = raised[::-1]
    return event


def quote_nothing(logger: object, method: str, event: EventDict) -> EventDict:
    """The event loop reports a lost exception with its words, which may be somebody's: keep the first line."""
    if event.get("logger") == "asyncio":
        event["event"] = str(event.get("event", "")).partition("\n")[0]
    return event


def _current(given: object) -> BaseException | None:
    return given[1] if isinstance(given, tuple) else sys.exc_info()[1]


def _places(found: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(found)]


def configure(level: str) -> None:
    """Send everything that is logged, ours and the libraries', to stderr as JSON."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        trace,
        quote_nothing,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
