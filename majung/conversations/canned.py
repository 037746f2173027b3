"""Canned replies (답변 템플릿): shared ones are settings, personal ones their owner's own matter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts import audit, editables, of_brand
from majung.accounts.editables import Data, Editable, Reading
from majung.accounts.models import Agent
from majung.conversations import canned_text, parts, pictures
from majung.conversations.models import CannedReply, Conversation, SharedReply
from majung.conversations.parts import Parts
from majung.core import clock
from majung.core.text import korean
from majung.core.versions import save_version

MOST_TEXT: Final = 4000
MOST_USED_AT_ONCE: Final = 20
LOCALES: Final = ("ko", "en")
FIELDS: Final = {
    "title": gettext_lazy("제목"),
    "shortcut": gettext_lazy("줄임말"),
    "text": gettext_lazy("내용"),
    "choices": gettext_lazy("빠른 답장"),
    "card": gettext_lazy("카드"),
    "folder": gettext_lazy("폴더"),
    "locale": gettext_lazy("언어"),
    "brand": gettext_lazy("브랜드"),
    "is_retired": gettext_lazy("그만 씀"),
}
_IN_PARTS: Final = ("choices", "card")  # stand in one column together
_OWN_FIELDS: Final = {name: label for name, label in FIELDS.items() if name != "brand"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A canned reply as it reads in a conversation."""

    reply: CannedReply
    text: str
    parts: Parts = parts.NOTHING


def offered(*, conversation: Conversation, agent: Agent) -> list[CannedReply]:
    """Return what the agent may use there: in the customer's language first, used most first."""
    rows = CannedReply.objects.offered_to(agent, brand_id=conversation.brand_id)
    customer = conversation.customer.merged_into or conversation.customer
    spoken = (customer.locale or conversation.brand.locale)[:2]
    ordered = rows.order_by("-used_count", "folder", "title", "pk")
    return sorted(ordered, key=lambda each: each.locale != spoken)


def fill(*, conversation: Conversation, agent: Agent, public_id: UUID) -> Filled:
    """Return one of the offered replies as it reads there.

    Raises:
        CannedReply.DoesNotExist: it is not offered to the agent in this conversation.
    """
    rows = CannedReply.objects.offered_to(agent, brand_id=conversation.brand_id)
    reply = rows.get(public_id=public_id)
    fill = partial(canned_text.fill, conversation=conversation, agent=agent, locale=reply.locale)
    return Filled(
        reply=reply,
        text=fill(reply.text),
        parts=parts.filled(parts.of({parts.KEY: reply.parts}), fill),
    )


def note_use(*, public_ids: Sequence[UUID], conversation: Conversation, by: Agent) -> int:
    """Count that a message was written with these; return how many are known."""
    rows = CannedReply.objects.offered_to(by, brand_id=conversation.brand_id)
    wanted = list(dict.fromkeys(public_ids))[:MOST_USED_AT_ONCE]
    keys = list(rows.filter(public_id__in=wanted).order_by("pk").values_list("pk", flat=True))
    used = CannedReply.objects.filter(pk__in=keys)
    return used.update(used_count=F("used_count") + 1, used_at=clock.now())


def matching(rows: Iterable[CannedReply], query: str) -> list[CannedReply]:
    """Keep those that somebody may mean: by title, shortcut, folder, initials (초성) or text."""
    if not query.strip():
        return list(rows)
    return [
        each
        for each in rows
        if any(korean.finds(query, part) for part in (each.title, each.shortcut, each.folder))
        or korean.finds(query, each.text)
    ]


def make_own(*, data: Data, by: Agent) -> CannedReply:
    """Make a canned reply that is the agent's own.

    Raises:
        Invalid: the state is not right.
    """
    with transaction.atomic():
        cleaned = _clean_own(data)
        reply = CannedReply(owner=by)
        _put_own(reply, cleaned)
        reply.save()
        audit.record(action="canned_reply_made", obj=reply, by=by)
    return reply


def change_own(*, reply: CannedReply, data: Data, by: Agent, expected: int) -> None:
    """Change what is the agent's own; ``expected`` is the version the agent had on screen.

    Raises:
        Invalid: the state is not right.
        core.versions.EditConflict: it was changed meanwhile, in another window.
        PermissionError: it is not the agent's.
    """
    if reply.owner_id != by.pk:
        raise PermissionError
    with transaction.atomic():
        cleaned = _clean_own(data)
        _put_own(reply, cleaned)
        columns = [name for name in _OWN_FIELDS if name not in _IN_PARTS]
        save_version(reply, fields=[*columns, "parts"], expected=expected)
        audit.record(action="canned_reply_changed", obj=reply, by=by)


def own(agent: Agent) -> QuerySet[CannedReply]:
    """Return the agent's own ones, those out of use last."""
    return CannedReply.objects.of(agent).order_by("is_retired", "folder", "title", "pk")


def state_of(reply: CannedReply) -> Data:
    """Return a personal reply as its form edits it."""
    return _state(reply, _OWN_FIELDS)


def _clean_own(data: Data) -> Data:
    reading = Reading(data, _OWN_FIELDS)
    cleaned = _words(reading)
    reading.finish()
    return cleaned


def _put_own(reply: CannedReply, data: Data) -> None:
    reply.parts = _parts_of(data)
    for name, value in data.items():
        if name not in _IN_PARTS:
            setattr(reply, name, value)


def _words(reading: Reading) -> Data:
    text = reading.text("text", most=MOST_TEXT, required=True)
    for mistake in canned_text.mistakes(text):
        reading.wrong("text", mistake)
    shortcut = reading.text("shortcut", most=40).lstrip("/").lower()
    if len(shortcut.split()) > 1 or "/" in shortcut:
        reading.wrong("shortcut", _("띄어쓰기와 / 없이 한 낱말로 적어 주세요."))
    return {
        "title": reading.text("title", most=80, required=True),
        "shortcut": shortcut,
        "text": text,
        **_parts(reading),
        "folder": _path(reading.text("folder", most=120)),
        "locale": reading.choice("locale", LOCALES, default="ko"),
        "is_retired": reading.flag("is_retired", default=False),
    }


def _parts(reading: Reading) -> Data:
    """Read the quick replies and the one card, ``{}`` for none; its picture stays from now on."""
    card = reading.take("card", {})
    given = {"choices": reading.take("choices", []), "cards": [card] if card else []}
    try:
        found = parts.read(given)
    except parts.Wrong as error:
        for mistake in error.mistakes:
            reading.wrong(mistake.name.replace("cards.0", "card", 1), mistake.text)
        return {"choices": [], "card": {}}
    for text in parts.words(found):
        for told in canned_text.mistakes(text):
            reading.wrong("choices" if text in found.choices else "card", told)
    for each in found.cards:
        if each.picture and not pictures.hold(each.picture):
            reading.wrong("card.picture", _("그림을 찾을 수 없어요. 다시 올려 주세요."))
    spelled = parts.spell(found)
    cards = spelled.get("cards", [])
    return {"choices": spelled.get("choices", []), "card": cards[0] if cards else {}}


def _parts_of(data: Data) -> Data:
    """Return what the row keeps of the quick replies and the card."""
    choices, card = data.get("choices"), data.get("card")
    return {
        **({"choices": choices} if choices else {}),
        **({"cards": [card]} if card else {}),
    }


def _state(reply: CannedReply, fields: Iterable[str]) -> Data:
    card: Data = next(iter(reply.parts.get("cards", [])), {})
    held: Data = {"choices": reply.parts.get("choices", []), "card": card}
    return {name: held[name] if name in held else getattr(reply, name) for name in fields}


def _path(folder: str) -> str:
    return "/".join(part for part in (each.strip() for each in folder.split("/")) if part)


def _read(reply: SharedReply) -> Data:
    brand = str(reply.brand.public_id) if reply.brand else ""
    return _state(reply, [name for name in FIELDS if name != "brand"]) | {"brand": brand}


def _clean(data: Data, _reply: SharedReply | None) -> Data:
    reading = Reading(data, FIELDS)
    words = _words(reading)
    brand = of_brand.read(reading)
    reading.finish()
    return {name: words.get(name, brand) for name in FIELDS}


def _put(reply: SharedReply, data: Data) -> None:
    reply.parts = _parts_of(data)
    for name, value in data.items():
        if name != "brand" and name not in _IN_PARTS:
            setattr(reply, name, value)
    reply.brand = of_brand.named(data["brand"]) if data["brand"] else None


def _find(data: Data) -> Any:
    rows = SharedReply.objects.filter(title=str(data.get("title", "")))
    brand = str(data.get("brand") or "")
    rows = rows.filter(brand__public_id=brand) if brand else rows.filter(brand=None)
    return rows.filter(locale=str(data.get("locale") or "ko")).order_by("pk").first()


EDITABLE = editables.register(
    Editable(
        kind="canned",
        section="canned_replies",
        model=SharedReply,
        label=gettext_lazy("답변 템플릿"),
        fields=FIELDS,
        columns=(*(name for name in FIELDS if name not in _IN_PARTS), "parts"),
        read=_read,
        clean=_clean,
        put=_put,
        spell=of_brand.spell,
        unspell=of_brand.unspell,
        find=_find,
    )
)
