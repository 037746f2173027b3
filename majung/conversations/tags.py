"""Tags (태그): put on conversations by agents, made and looked after by leads and admins."""

import unicodedata
import zlib
from collections.abc import Sequence
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts import editables, of_brand, revisions
from majung.accounts.editables import Data, Editable, Invalid, Reading
from majung.accounts.models import Agent
from majung.conversations import changes
from majung.conversations.events import TagPut, TagTakenOff
from majung.conversations.models import Conversation, ConversationTag, Tag
from majung.conversations.models.tags import HUES, MOST_NAME, folded
from majung.core import clock
from majung.core.events import publish
from majung.customers import timeline

FIELDS: Final = {
    "name": gettext_lazy("이름"),
    "hue": gettext_lazy("색"),
    "brand": gettext_lazy("브랜드"),
    "is_retired": gettext_lazy("그만 씀"),
}
HUE_STEP: Final = 30


class CannotTag(Exception):
    """The tag is retired, or another brand's."""


class MayNotMake(Exception):
    """Only leads and admins make tags."""


def may_make(agent: Agent) -> bool:
    """Say whether the agent may make tags that are not there yet."""
    return agent.role in {Agent.Role.LEAD, Agent.Role.ADMIN}


def put(*, conversation: Conversation, tag: Tag, by: Agent | None) -> bool:
    """Put a tag on a conversation; ``False`` when it was there already.

    Raises:
        CannotTag: the tag is retired or another brand's.
    """
    with transaction.atomic():
        # Locked, so that nobody retires it meanwhile.
        usable = Tag.objects.usable_on(conversation).select_for_update(of=("self",))
        if not usable.filter(pk=tag.pk).exists():
            raise CannotTag
        _row, is_new = ConversationTag.objects.get_or_create(
            conversation=conversation, tag=tag, defaults={"put_by": by, "put_at": clock.now()}
        )
        if is_new:
            _tell(conversation, tag, by, name="Tag Put")
    return is_new


def take_off(*, conversation: Conversation, tag: Tag, by: Agent | None) -> bool:
    """Take a tag off a conversation, retired or not; ``False`` when it was not there."""
    with transaction.atomic():
        gone, _each = ConversationTag.objects.filter(conversation=conversation, tag=tag).delete()
        if gone:
            _tell(conversation, tag, by, name="Tag Taken Off")
    return bool(gone)


def make(*, name: str, by: Agent) -> Tag:
    """Make a tag for all brands, of a colour of its own; one that is there already is returned.

    Raises:
        MayNotMake: ``by`` is neither lead nor admin.
        editables.Invalid: the name is empty or too long.
    """
    if not may_make(by):
        raise MayNotMake
    if known := named(name):
        return known
    data = {"name": name, "hue": zlib.crc32(folded(name).encode()) % HUES // HUE_STEP * HUE_STEP}
    try:
        made: Tag = revisions.create(kind="tag", data=data, by=by)
    except (IntegrityError, Invalid):
        # Somebody made it at the same moment.
        if known := named(name):
            return known
        raise
    return made


def named(name: str) -> Tag | None:
    """Return the tag in use of that name, however it is spelled."""
    return Tag.objects.in_use().filter(folded=folded(name)).first()


def on(conversations: Sequence[Conversation]) -> dict[int, list[Tag]]:
    """Return the tags of each conversation by its key, in the order they were put. One query."""
    found: dict[int, list[Tag]] = {}
    rows = ConversationTag.objects.filter(conversation__in=[each.pk for each in conversations])
    for row in rows.select_related("tag"):
        found.setdefault(row.conversation_id, []).append(row.tag)
    return found


def _tell(conversation: Conversation, tag: Tag, by: Agent | None, *, name: str) -> None:
    timeline.record(
        name=name,
        source="desk",
        customer_id=conversation.customer_id,
        brand_id=conversation.brand_id,
        properties={
            "conversation": str(conversation.public_id),
            "tag": str(tag.public_id),
            "name": tag.name,
        },
    )
    fact = TagPut if name == "Tag Put" else TagTakenOff
    publish(fact(conversation_id=conversation.pk, tag_id=tag.pk, by_id=by.pk if by else None))
    changes.conversation(conversation.public_id, brand_id=conversation.brand_id)


def _read(tag: Tag) -> Data:
    return {
        "name": tag.name,
        "hue": tag.hue,
        "brand": str(tag.brand.public_id) if tag.brand else "",
        "is_retired": tag.is_retired,
    }


def _clean(data: Data, tag: Tag | None) -> Data:
    reading = Reading(data, FIELDS)
    is_retired = reading.flag("is_retired", default=False)
    cleaned: Data = {
        "name": _name(reading, tag, is_retired=is_retired),
        "hue": reading.number("hue", least=0, most=HUES - 1, default=210),
        "brand": of_brand.read(reading),
        "is_retired": is_retired,
    }
    reading.finish()
    return cleaned


def _name(reading: Reading, tag: Tag | None, *, is_retired: bool) -> str:
    given = reading.text("name", most=MOST_NAME, required=True)
    name = " ".join(unicodedata.normalize("NFC", given).split())
    others = Tag.objects.in_use().filter(folded=folded(name))
    if tag:
        others = others.exclude(pk=tag.pk)
    if not is_retired and others.exists():
        reading.wrong("name", _("같은 이름의 태그가 있어요. 다른 이름을 적어 주세요."))
    return name


def _put(tag: Tag, data: Data) -> None:
    tag.name, tag.folded, tag.hue = data["name"], folded(data["name"]), data["hue"]
    tag.brand = of_brand.named(data["brand"]) if data["brand"] else None
    if data["is_retired"] != tag.is_retired:
        tag.retired_at = clock.now() if data["is_retired"] else None


def _find(data: Data) -> Any:
    return named(str(data.get("name") or ""))


EDITABLE = editables.register(
    Editable(
        kind="tag",
        section="tags",
        model=Tag,
        label=gettext_lazy("태그"),
        fields=FIELDS,
        columns=("name", "folded", "hue", "brand", "retired_at"),
        read=_read,
        clean=_clean,
        put=_put,
        spell=of_brand.spell,
        unspell=of_brand.unspell,
        find=_find,
    )
)
