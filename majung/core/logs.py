"""Log lines as JSON without personal data (no models here: settings import this module)."""

import json
import logging
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

FIELDS: Final = frozenset(
    {
        "agent_id",
        "attempts",
        "blob_id",
        "brand_id",
        "channel",
        "conversation_id",
        "count",
        "delivery_id",
        "duration_ms",
        "epoch",
        "inbox_id",
        "job_id",
        "message_id",
        "method",
        "model",
        "reason",
        "route",
        "status",
        "task",
        "topic",
        "version",
    }
)
"""The extra fields a line may carry: ids, words of ours and numbers, nothing a person typed."""

_request_id: ContextVar[str] = ContextVar("majung_request_id", default="")
_address: ContextVar[str | None] = ContextVar("majung_address", default=None)
_SANE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

# A second net: messages should not carry these at all.
_MASKS: Final = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    # 주민등록번호 and 외국인등록번호: birth date, then a digit for sex and century, then six more.
    (re.compile(r"(?<!\d)\d{2}[01]\d[0-3]\d[-\s]?[1-8]\d{6}(?!\d)"), "[resident number]"),
    # Korean phone numbers, at home or with +82; the separators may be missing.
    (
        re.compile(
            r"(?<![\w.-])(?:\+82[-.\s]?\(?0?\)?|0)(?:1[016789]|2|[3-6][1-5]|70|50\d)"
            r"[-.\s)]?\d{3,4}[-.\s]?\d{4}(?![\w-])"
        ),
        "[phone]",
    ),
)


def scrub(text: str) -> str:
    """Mask e-mail addresses, Korean phone numbers and 주민등록번호 in a text."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


def current_request_id() -> str:
    """Return the id of the request this code runs for, or the empty text."""
    return _request_id.get()


def current_address() -> str | None:
    """Return the address this request came from, for the audit trail; never logged."""
    return _address.get()


def sane_request_id(given: str) -> str:
    """Return a request id given from outside if it is 8 to 64 letters or digits, else a new one."""
    return given if _SANE_ID.fullmatch(given) else uuid.uuid4().hex


@contextmanager
def request_id(value: str, *, address: str | None = None) -> Iterator[str]:
    """Carry a request id through the block; jobs may use it to continue their cause's."""
    token, from_where = _request_id.set(value), _address.set(address)
    try:
        yield value
    finally:
        _request_id.reset(token)
        _address.reset(from_where)


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, request_id, allowed extras."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrub(record.getMessage()),
        }
        if current_request_id():
            line["request_id"] = current_request_id()
        for name in sorted(FIELDS & record.__dict__.keys()):
            value = record.__dict__[name]
            line[name] = scrub(value) if isinstance(value, str) else value
        if record.exc_info:
            line["error"] = scrub(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def logging_config(level: str = "INFO") -> dict[str, Any]:
    """Return the dictConfig for ``LOGGING``: JSON lines on standard error, no second access log."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "majung.core.logs.JsonLines"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would write paths and mail tracebacks; ours writes once.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": False},
            "uvicorn": {"handlers": [], "level": level, "propagate": True},
            "uvicorn.access": {"handlers": [], "level": "WARNING", "propagate": False},
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
        },
    }
