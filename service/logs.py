"""Logs as JSON lines with known keys only: what is not on the list is dropped, so that nothing personal can slip in by a careless call."""

import logging
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

KEYS = frozenset(
    {"event", "level", "timestamp", "route", "method", "status", "ms", "request", "duty", "rule", "kind", "count", "logger", "where"}
)


def _known_only(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in event.items() if key in KEYS}


def set_up() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _known_only,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        logger_factory=structlog.BytesLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
