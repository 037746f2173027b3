"""The browsers that chat: begun anonymous, signed in by the host page, never mixed up."""

import hashlib
import logging
import secrets
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from majung.accounts.models import Brand
from majung.channels import identity_tokens
from majung.channels.identity_tokens import Member, Refused
from majung.channels.models import WidgetSession
from majung.conversations.models import Inbox
from majung.core import clock
from majung.core.ids import uuid7
from majung.core.statements import Statement, json_of, uuid_of
from majung.customers import circle, identity, merge
from majung.customers.identity import Known
from majung.customers.models import Customer, Identity, Merge

log = logging.getLogger("majung.sessions")

TOKEN_BYTES = 32
MERGE_TRIES = 3
NOTE_SEEN_EVERY = timedelta(minutes=5)
M = TypeVar("M", bound=Model)

_SESSION = (
    "id", "public_id", "inbox_id", "visitor_id", "user_id", "locale", "created_at", "seen_at",
)  # fmt: skip
_INBOX = ("id", "public_id", "kind", "brand_id", "name", "key", "is_active", "config", "version")
_BRAND = ("id", "public_id", "name", "slug", "locale", "timezone", "accent_hue", "greeting")
_IDENTITY = ("id", "public_id", "customer_id", "kind", "scope", "address")


def _columns(table: str, names: tuple[str, ...]) -> str:
    return ", ".join(f"{table}.{name}" for name in names)


_FIND = Statement(
    f"SELECT {_columns('s', _SESSION)}, {_columns('i', _INBOX)}, {_columns('b', _BRAND)}, "  # noqa: S608 - constants
    f"{_columns('v', _IDENTITY)}, {_columns('u', _IDENTITY)} "
    "FROM channels_widgetsession s "
    "JOIN conversations_inbox i ON i.id = s.inbox_id "
    "JOIN accounts_brand b ON b.id = i.brand_id "
    "JOIN customers_identity v ON v.id = s.visitor_id "
    "LEFT JOIN customers_identity u ON u.id = s.user_id "
    "WHERE s.token_hash = %s AND i.key = %s AND s.ended_at IS NULL AND i.is_active "
    "AND i.deleted_at IS NULL AND b.deleted_at IS NULL"
)


def begin(*, inbox: Inbox, locale: str, timezone: str = "") -> tuple[WidgetSession, str]:
    """Begin an anonymous session; return it and its token, which is stored only as a hash."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        visitor = identity.resolve(
            kind=Identity.Kind.VISITOR,
            scope=str(inbox.pk),
            address=str(uuid7()),
            evidence="session",
            locale=locale,
        )
        if timezone:
            Customer.objects.filter(pk=visitor.customer_id).update(timezone=timezone[:50])
        now = clock.now()
        session = WidgetSession.objects.create(
            inbox=inbox,
            token_hash=_hash(token),
            visitor_id=visitor.identity_id,
            locale=locale,
            created_at=now,
            seen_at=now,
        )
    return session, token


def find(*, inbox_key: str, token: str) -> WidgetSession | None:
    """Return the live session of a token, with its inbox, brand and addresses.

    Every request of a widget begins here, so it is one prepared statement; what it leaves out of
    the rows is deferred and would be read when asked for.
    """
    rows = _FIND.rows(_hash(token), inbox_key)
    return _built(iter(rows[0])) if rows else None


def _built(values: Iterator[Any]) -> WidgetSession:
    session = _row(WidgetSession, _SESSION, values)
    session.inbox = _row(Inbox, _INBOX, values)
    session.inbox.brand = _row(Brand, _BRAND, values)
    session.visitor = _row(Identity, _IDENTITY, values)
    user = _row(Identity, _IDENTITY, values)
    session.user = user if session.user_id else None
    return session


def _row(model: type[M], names: tuple[str, ...], values: Iterator[Any]) -> M:
    """Make a saved row of the next values, as the ORM would."""
    fields = dict(zip(names, values, strict=False))
    if isinstance(fields.get("public_id"), str):
        fields["public_id"] = uuid_of(fields["public_id"])
    if "config" in fields:
        fields["config"] = json_of(fields["config"])
    kept = _in_order(model, names)
    return model.from_db("default", kept, [fields[name] for name in kept])


@cache
def _in_order(model: type[Model], names: tuple[str, ...]) -> list[str]:
    """Return the names in the order of the model's columns, which ``from_db`` goes by."""
    return [field.attname for field in model._meta.concrete_fields if field.attname in names]


def note_seen(session: WidgetSession) -> None:
    """Note that the browser is there, at most every five minutes."""
    now = clock.now()
    if now - session.seen_at > NOTE_SEEN_EVERY:
        WidgetSession.objects.filter(pk=session.pk).update(seen_at=now)


def speak(*, session: WidgetSession, locale: str) -> None:
    """Note the language that the page around the browser's widget has now."""
    if session.locale != locale:
        WidgetSession.objects.filter(pk=session.pk).update(locale=locale)
        session.locale = locale


def sign_in(*, session: WidgetSession, token: str) -> WidgetSession:
    """Let the host page's token say who this browser is; anonymous becomes known.

    The visitor's profile joins the member's, by a merge that can be taken back.

    Raises:
        Refused: forged, expired or replayed token; or ``identity_other_user``, when this
            session belongs to another member already: it must begin anew, or one person
            would read the other's words on a shared computer.
    """
    with transaction.atomic():
        current = (
            WidgetSession.objects.select_for_update(of=("self",))
            .select_related("inbox__brand", "visitor", "user")
            .get(pk=session.pk)
        )
        already = current.user.address if current.user else ""
        member = identity_tokens.verify(token=token, inbox=current.inbox, already=already)
        if current.user and current.user.address != member.id:
            raise Refused("identity_other_user")
        known = _member(current.inbox, member)
        if current.user is None:
            _join(current, known)
        _learn(known, member)
    return WidgetSession.objects.select_related(
        "inbox__brand", "visitor__customer", "user__customer"
    ).get(pk=session.pk)


def _member(inbox: Inbox, member: Member) -> Known:
    return identity.resolve(
        kind=Identity.Kind.USER,
        scope=str(inbox.brand_id),
        address=member.id,
        evidence="identity_token",
        name=member.name,
        locale=member.locale,
    )


def _join(session: WidgetSession, known: Known) -> None:
    session.user_id = known.identity_id
    session.save(update_fields=["user"])
    for _ in range(MERGE_TRIES):
        member = identity.person_of(known.customer_id)
        visitor = identity.person_of(session.visitor.customer_id)
        if visitor == member or _is_of_another_member(visitor, session.inbox):
            return
        try:
            merge.merge(
                winner_id=member,
                loser_id=visitor,
                evidence=Merge.Evidence.SIGNED_IN,
                identity_id=session.visitor_id,
                by=None,
            )
        except merge.CannotMerge:
            continue  # somebody merged one of the two just now: look again who they are
        return
    # One of them is in the trash. The sign-in holds; the visitor's profile stays by itself.
    log.warning("a visitor was not joined to the member", extra={"session_id": session.pk})


def _is_of_another_member(person_id: int, inbox: Inbox) -> bool:
    """Say whether the visitor's profile has come to stand for another member of the brand.

    The host page says that two member ids are two people; one browser does not outweigh that.
    """
    return (
        circle.identities(circle.ids(person_id))
        .filter(kind=Identity.Kind.USER, scope=str(inbox.brand_id), verified_at__isnull=False)
        .exists()
    )


def _learn(known: Known, member: Member) -> None:
    """Take over what the host page knows: the name, and addresses it has verified."""
    customer = Customer.objects.get(pk=known.customer_id)
    if member.name and customer.name != member.name:
        Customer.objects.filter(pk=customer.pk).update(name=member.name)
    for kind, address in ((Identity.Kind.EMAIL, member.email), (Identity.Kind.PHONE, member.phone)):
        if not address:
            continue
        try:
            identity.prove(customer=customer, kind=kind, address=address, evidence="identity_token")
        except ValueError:
            continue
    circle.signal(customer.pk)


def end(*, session: WidgetSession) -> None:
    """End a session: its token opens nothing any more."""
    WidgetSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=clock.now())


def identities(session: WidgetSession) -> QuerySet[Identity]:
    """Return the addresses whose messages this browser may read: its own, and its member's."""
    return Identity.objects.filter(pk__in=identity_ids(session))


def identity_ids(session: WidgetSession) -> list[int]:
    """Return the keys of ``identities``, known without asking the database."""
    return [key for key in (session.visitor_id, session.user_id) if key is not None]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
