"""The way out that adapters are given: guarded calls, with a limit on time."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from majung.channels.contract import Context, HttpAnswer, Unreached
from majung.core import clock, outbound


class Outside:
    """The ``channels.contract.Context`` of the product."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | None = None,
        timeout: float = 10.0,
    ) -> HttpAnswer:
        try:
            answer = outbound.request(
                method, url, headers=headers, json=json, content=content, timeout=timeout, retries=0
            )
        except outbound.OutboundError as error:
            failed = isinstance(error, outbound.CallFailed) and error.unsent
            unsent = failed or isinstance(error, outbound.AddressRefused)
            raise Unreached(str(error), perhaps_sent=not unsent) from error
        return HttpAnswer(status=answer.status, headers=answer.headers, body=answer.body)

    def connect(self, host: str, port: int, *, timeout: float) -> socket.socket:
        try:
            return outbound.connect(host, port, timeout=timeout)
        except outbound.OutboundError as error:
            raise Unreached(str(error), perhaps_sent=False) from error

    def now(self) -> datetime:
        return clock.now()


OUTSIDE = Outside()
_instead: ContextVar[Context | None] = ContextVar("majung_outside", default=None)


def context() -> Context:
    """Return the way out for an adapter."""
    return _instead.get() or OUTSIDE


@contextmanager
def instead(other: Context) -> Iterator[None]:
    """Let adapters called in this thread speak to a vendor that is played (``conformance``)."""
    token = _instead.set(other)
    try:
        yield
    finally:
        _instead.reset(token)
