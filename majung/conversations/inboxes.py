"""What an account of a channel (채널 계정) is set up as, and the secret it may have.

What stands in ``config`` is the channel's own matter: channels tell by ``spell_config_with`` how
to read it.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts import audit, editables, of_brand
from majung.accounts.editables import Data, Editable, Mistake, Reading
from majung.accounts.models import Agent, Brand
from majung.conversations.models import Inbox, new_inbox_key
from majung.core.versions import save_version

SECRET_BYTES: Final = 32
FIELDS: Final = {
    "kind": gettext_lazy("종류"),
    "brand": gettext_lazy("브랜드"),
    "name": gettext_lazy("이름"),
    "key": gettext_lazy("키"),
    "is_active": gettext_lazy("켜짐"),
    "config": gettext_lazy("동작"),
}

# Given a kind and a config: its one right spelling, and what is wrong with it.
Spelling: TypeAlias = Callable[[str, Mapping[str, Any]], tuple[Data, list[Mistake]]]
_spellings: list[Spelling] = []
_followers: list[Callable[[Inbox], None]] = []


def spell_config_with(spelling: Spelling) -> Spelling:
    """Let the channels say how a config is read; ``Mistake.name`` is a name within the config."""
    _spellings[:] = [spelling]
    return spelling


def follow_config_with(follower: Callable[[Inbox], None]) -> Callable[[Inbox], None]:
    """Let the channels keep rows beside a config; called once it is saved, in its transaction."""
    _followers[:] = [follower]
    return follower


def make_secret(*, inbox: Inbox, by: Agent) -> str:
    """Give the inbox a new identity secret and return it: the only time it is ever shown.

    Tokens that were signed with the secret before prove nothing any more.
    """
    with transaction.atomic():
        locked = Inbox.objects.select_for_update().get(pk=inbox.pk)
        had_one = bool(locked.identity_secret)
        text = secrets.token_urlsafe(SECRET_BYTES)
        locked.identity_secret = text
        save_version(locked, fields=["identity_secret"], expected=locked.version)
        action = "secret_rotated" if had_one else "secret_made"
        audit.record(action=action, obj=locked, by=by)
    inbox.refresh_from_db()
    return text


def drop_secret(*, inbox: Inbox, by: Agent) -> bool:
    """Take the identity secret away: nobody is signed in by the host page any more."""
    with transaction.atomic():
        locked = Inbox.objects.select_for_update().get(pk=inbox.pk)
        if not locked.identity_secret:
            return False
        locked.identity_secret = ""
        save_version(locked, fields=["identity_secret"], expected=locked.version)
        audit.record(action="secret_dropped", obj=locked, by=by)
    inbox.refresh_from_db()
    return True


def _spelled(kind: str, config: Mapping[str, Any]) -> tuple[Data, list[Mistake]]:
    return _spellings[0](kind, config) if _spellings else (dict(config), [])


def _read(inbox: Inbox) -> Data:
    return {
        "kind": inbox.kind,
        "brand": str(inbox.brand.public_id),
        "name": inbox.name,
        "key": inbox.key,
        "is_active": inbox.is_active,
        "config": _spelled(inbox.kind, inbox.config)[0],
    }


def _clean(data: Data, inbox: Inbox | None) -> Data:
    reading = Reading(data, FIELDS)
    kind = _kept(reading, "kind", inbox, most=20) or "webchat"
    cleaned: Data = {
        "kind": kind,
        "brand": _brand(reading),
        "name": reading.text("name", most=80, required=True),
        "key": _kept(reading, "key", inbox, most=32) or new_inbox_key(),
        "is_active": reading.flag("is_active", default=True),
    }
    config = reading.take("config", {})
    if not isinstance(config, dict):
        reading.wrong("config", _("이름과 값으로 적어 주세요."))
        config = {}
    cleaned["config"], mistakes = _spelled(kind, config)
    for mistake in mistakes:
        reading.wrong(f"config.{mistake.name}", mistake.text)
    if inbox is None and Inbox.objects.filter(key=cleaned["key"]).exists():
        reading.wrong("key", _("다른 채널 계정이 쓰고 있어요. 다른 키를 적어 주세요."))
    reading.finish()
    return cleaned


def _kept(reading: Reading, name: str, inbox: Inbox | None, *, most: int) -> str:
    """Read what is chosen once: pages out there carry the key."""
    if inbox is None:
        return reading.text(name, most=most)
    now: str = getattr(inbox, name)
    if reading.take(name, now) != now:
        reading.wrong(name, _("만든 뒤에는 바꿀 수 없어요."))
    return now


def _brand(reading: Reading) -> str:
    public_id = reading.text("brand", most=36, required=True)
    try:
        known = Brand.objects.filter(public_id=UUID(public_id)).exists()
    except ValueError:
        known = False
    if public_id and not known:
        reading.wrong("brand", _("그런 브랜드는 없어요."))
    return public_id


def _put(inbox: Inbox, data: Data) -> None:
    inbox.kind, inbox.key = data["kind"], data["key"]
    inbox.brand = Brand.objects.get(public_id=data["brand"])
    inbox.name, inbox.is_active = data["name"], data["is_active"]
    inbox.config = data["config"]


def _relate(inbox: Inbox, _data: Data) -> None:
    _follow(inbox)


def _follow(inbox: Inbox) -> None:
    for follow in _followers:
        follow(inbox)


def _find(data: Data) -> Any:
    return Inbox.objects.alive().filter(key=str(data.get("key") or "")).first()


EDITABLE = editables.register(
    Editable(
        kind="inbox",
        section="inboxes",
        model=Inbox,
        label=gettext_lazy("채널 계정"),
        fields=FIELDS,
        columns=("kind", "key", "brand", "name", "is_active", "config"),
        read=_read,
        clean=_clean,
        put=_put,
        relate=_relate,
        spell=of_brand.spell,
        unspell=of_brand.unspell,
        find=_find,
        come_back=_follow,
    )
)
