"""Calls to other servers: one module, with limits, retries and a guard against our own network.

The guard sits where connections are opened: a name is resolved once, every address is looked at,
and the connection goes to an address that was looked at. A name that answers differently the
second time (DNS rebinding) and a redirect into the network gain nothing.
"""

import ipaddress
import json as json_module
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Final

import httpcore
import httpx
from django.conf import settings

Address = IPv4Address | IPv6Address
SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)

_IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_SAFE: Final = frozenset({"GET", "HEAD"})
_RETRY_STATUS: Final = frozenset({502, 503, 504})
_BEFORE_SENDING: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_PAUSE: Final = 0.2  # seconds before the first retry, doubled for the next
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_CHUNK: Final = 64 * 1024
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class OutboundError(Exception):
    """A call outside did not succeed; the message holds no address and no secret."""


class AddressRefused(OutboundError):
    """The URL leads into a private, local or reserved network that is not allowed."""


class AnswerTooLarge(OutboundError):
    """The answer is longer than the limit."""


class CallFailed(OutboundError):
    """No answer: the connection, TLS or time failed. ``unsent``: nothing was sent at all."""

    def __init__(self, text: str, *, unsent: bool = False) -> None:
        super().__init__(text)
        self.unsent = unsent


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the other server said; ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    @property
    def is_success(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON; raises ``ValueError``."""
        return json_module.loads(self.body)


def _embedded(address: Address) -> Address:
    """Return the IPv4 address inside an IPv6 form that leads to one, else the address."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def is_public(address: Address) -> bool:
    """Say whether an address belongs to the open internet (IANA special-purpose registries)."""
    inner = _embedded(address)
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def _is_allowed(host: str, address: Address) -> bool:
    """Say whether ``MAJUNG_OUTBOUND_ALLOW`` names this host, or a network with this address."""
    for entry in settings.MAJUNG_OUTBOUND_ALLOW:
        if entry.lower() == host.lower():
            return True
        try:
            if _embedded(address) in ipaddress.ip_network(entry, strict=False):
                return True
        except ValueError:
            continue  # a host name
    return False


def checked_addresses(host: str, port: int) -> list[str]:
    """Resolve a host and return its addresses; ``AddressRefused`` if any may not be reached."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        msg = "the host name has no address"
        raise httpcore.ConnectError(msg) from error
    addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
    for text in addresses:
        address = ipaddress.ip_address(text)
        if not is_public(address) and not _is_allowed(host, address):
            msg = "the URL leads into a private network (see MAJUNG_OUTBOUND_ALLOW)"
            raise AddressRefused(msg)
    return addresses


def connect(host: str, port: int, *, timeout: float) -> socket.socket:
    """Open a connection for another protocol than HTTP, to an address that was looked at.

    Raises:
        AddressRefused: the host leads into a network that is not allowed.
        CallFailed: there is no connection within ``timeout`` seconds.
    """
    failure: Exception | None = None
    try:
        addresses = checked_addresses(host, port)
    except httpcore.ConnectError as error:
        raise CallFailed(str(error), unsent=True) from error
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            failure = error
    msg = f"no connection: {type(failure).__name__}"
    raise CallFailed(msg, unsent=True) from failure


class _GuardedBackend(httpcore.NetworkBackend):
    """Opens sockets to addresses that were looked at, and to no other."""

    def __init__(self) -> None:
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception | None = None
        for address in checked_addresses(host, port):
            try:
                return self._sockets.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("no address")

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class _GuardedTransport(httpx.HTTPTransport):
    """httpx's own transport over a pool whose sockets the guard opens."""

    def __init__(self) -> None:
        super().__init__()
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=50,
            max_keepalive_connections=10,
            keepalive_expiry=15,
            network_backend=_GuardedBackend(),
        )


@cache
def _client() -> httpx.Client:
    return httpx.Client(
        transport=_GuardedTransport(),
        trust_env=False,  # a proxy from the environment would resolve names behind our back
        follow_redirects=False,
        headers={"User-Agent": "Majung", "Accept-Encoding": "identity"},
    )


def close() -> None:
    """Close kept connections; the next call opens its own."""
    if _client.cache_info().currsize:
        _client().close()
        _client.cache_clear()


def _checked_url(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        msg = "this is no URL"
        raise AddressRefused(msg) from error
    if parsed.scheme not in {"http", "https"} or not parsed.host or parsed.userinfo:
        msg = "only http and https URLs without a user name are called"
        raise AddressRefused(msg)
    return parsed


def _read(response: httpx.Response, *, limit: int, deadline: float) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes(_CHUNK):
        body += chunk
        if len(body) > limit:
            msg = f"the answer is longer than {limit} bytes"
            raise AnswerTooLarge(msg)
        if time.monotonic() > deadline:
            msg = "the answer took too long"
            raise CallFailed(msg)
    return bytes(body)


def _once(request: httpx.Request, *, limit: int, deadline: float) -> Answer:
    try:
        response = _client().send(request, stream=True)
        try:
            body = _read(response, limit=limit, deadline=deadline)
        finally:
            response.close()
    except httpx.HTTPError as error:
        msg = f"the call failed: {type(error).__name__}"
        raise CallFailed(msg, unsent=isinstance(error, _BEFORE_SENDING)) from error
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(
        status=response.status_code, headers=headers, body=body, url=str(response.request.url)
    )


def _with_retries(request: httpx.Request, *, limit: int, deadline: float, retries: int) -> Answer:
    pause = _PAUSE
    while True:
        last = retries <= 0 or time.monotonic() + pause > deadline
        try:
            answer = _once(request, limit=limit, deadline=deadline)
            if last or answer.status not in _RETRY_STATUS:
                return answer
        except CallFailed:
            if last:
                raise
        time.sleep(pause)
        pause, retries = pause * 2, retries - 1


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    json: object = None,
    data: Mapping[str, str] | None = None,
    content: bytes | None = None,
    timeout: float = 10,
    limit: int = 5 * 1024 * 1024,
    retries: int = 2,
    redirects: int = 0,
) -> Answer:
    """Call another server and return its answer, whatever its status.

    ``timeout`` is in seconds, for each step and for the whole call with its retries; ``limit`` is
    the longest body in bytes. Only idempotent calls (by method, or with an Idempotency-Key) are
    retried, on failed connections and 502 to 504. Redirects are followed for GET and HEAD up to
    ``redirects`` times, without the caller's headers once they leave the origin. Raises
    ``AddressRefused``, ``AnswerTooLarge`` or ``CallFailed``, all of them ``OutboundError``.
    """
    method = method.upper()
    target = _checked_url(url)
    sent = httpx.Headers(headers or {})
    again = method in _IDEMPOTENT or "idempotency-key" in sent
    deadline = time.monotonic() + timeout
    made = _client().build_request(
        method,
        target,
        headers=sent,
        params=params,
        json=json,
        data=data,
        content=content,
        timeout=timeout,
    )
    left = redirects if method in _SAFE else 0
    while True:
        answer = _with_retries(
            made, limit=limit, deadline=deadline, retries=retries if again else 0
        )
        if left <= 0 or answer.status not in _REDIRECTS or "location" not in answer.headers:
            return answer
        here = made.url
        there = _checked_url(str(here.join(answer.headers["location"])))
        same = (here.scheme, here.host, here.port) == (there.scheme, there.host, there.port)
        sent = sent if same else httpx.Headers()
        made = _client().build_request(method, there, headers=sent, timeout=timeout)
        left -= 1
