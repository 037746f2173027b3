"""Telling open screens that something changed.

`signal` says after commit that a topic changed; the browser then fetches the thing again through
its ordinary, permission-checked view. A topic is a word like `conversation:<public id>`; who may
listen to it is said by a signed grant in the page. A page also carries `marks`, the numbers its
topics had before it was queried, so that a browser sees what it missed while it was not connected.
"""

import importlib
import logging
import threading
from collections.abc import Sequence
from functools import partial

from django.conf import settings
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.translation import gettext as _

from majung.core.live_broker import Broker, Marks
from majung.core.live_memory import MemoryBroker

GRANT_MAX_AGE = 2 * 60 * 60
"""Seconds for which a grant opens streams: who may hear no more hears at most so much longer."""

logger = logging.getLogger(__name__)
_signer = partial(signing.TimestampSigner, salt="majung.core.live")
_brokers: dict[str, Broker] = {}
_lock = threading.Lock()


def broker() -> Broker:
    """Return this process's broker for LIVE_URL. Raises ImproperlyConfigured."""
    url = str(getattr(settings, "LIVE_URL", "memory:"))
    with _lock:
        if url not in _brokers:
            _brokers[url] = _open(url)
        return _brokers[url]


def _open(url: str) -> Broker:
    scheme = url.partition(":")[0]
    if scheme == "memory":
        return MemoryBroker()
    if scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured(
            _("LIVE_URL은 memory: 또는 redis://호스트:포트/번호 꼴이어야 해요: %s") % scheme
        )
    # Loaded by name because the redis package is an extra that one process alone does not need.
    try:
        module = importlib.import_module("majung.core.live_redis")
    except ModuleNotFoundError as error:
        raise ImproperlyConfigured(
            _("LIVE_URL이 redis://인데 redis 패키지가 없어요. pip install 'majung[redis]'")
        ) from error
    opened: Broker = module.RedisBroker(url)
    return opened


def begin() -> None:
    """Begin a long-running process that has no live hub (worker, tick); called once there."""
    broker().begin()


def signal(topic: str, *, ids: Sequence[str] = (), kind: str = "changed") -> None:
    """Say that `topic` changed, once the running transaction has committed (at once without one).

    `ids` are the public ids of the changed things inside the topic; empty means anything. Kinds
    "typing" and "presence" only pass through. Never raises and hardly waits: a lost broker costs
    freshness, which is made good by a new epoch, and never the work that was just done.
    """
    said = partial(_publish, topic=topic, ids=tuple(map(str, ids)), kind=kind)
    try:
        transaction.on_commit(said)
    except Exception:
        logger.exception("live: a signal was not registered")


def _publish(*, topic: str, ids: tuple[str, ...], kind: str) -> None:
    # Not on_commit's own robust=True: that cannot name a partial and fails while logging.
    try:
        broker().publish(topic=topic, ids=ids, kind=kind)
    except Exception:
        logger.exception("live: a signal was not sent")


def marks(topics: Sequence[str]) -> Marks:
    """Return the topics' numbers now, JSON-able. Read them BEFORE the queries of the page.

    The other way round, a change between query and mark would be taken for already seen.
    """
    return broker().marks(topics)


def grant(topics: Sequence[str]) -> str:
    """Sign a token that lets its bearer listen to `topics` for GRANT_MAX_AGE seconds."""
    return _signer().sign_object(list(topics), compress=True)


def granted(token: str) -> list[str]:
    """Return the topics of a token. Raises signing.BadSignature when forged or too old."""
    topics = _signer().unsign_object(token, max_age=GRANT_MAX_AGE)
    return [str(topic) for topic in topics]
