"""How the settings of widgets and forms are spelled: tells the inboxes below."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from majung.accounts.editables import Data, Mistake
from majung.channels import inbox_config, prechat, registry
from majung.conversations.inboxes import spell_config_with


@spell_config_with
def spell_config(kind: str, config: Mapping[str, Any]) -> tuple[Data, list[Mistake]]:
    """Return the config with every default written out, and what is wrong with it."""
    if kind not in registry.kinds():
        text = _("%(kind)s: 그런 채널은 설치되어 있지 않아요.") % {"kind": kind}
        return dict(config), [Mistake("kind", text)]
    mistakes = [
        Mistake(each.name, each.text) for each in inbox_config.mistakes(kind=kind, config=config)
    ]
    if kind == "webchat":
        return _chat(config), mistakes
    if kind == "webform":
        return _form(config), mistakes
    return dict(config), mistakes


def _chat(config: Mapping[str, Any]) -> Data:
    chat = inbox_config.chat(config)
    return {
        "origins": list(chat.origins),
        "greeting": dict(chat.greeting),
        "position": chat.position,
        "side": chat.side,
        "bottom": chat.bottom,
        "launcher": chat.launcher,
        "label": dict(chat.label),
        "locales": list(chat.locales),
        "sound": chat.sound,
        "title": chat.title,
        "reopen_hours": chat.reopen_hours,
        "prechat": prechat.spell(chat.prechat),
        "asks_contact": chat.asks_contact,
    }


def _form(config: Mapping[str, Any]) -> Data:
    form = inbox_config.form(config)
    spelled: Data = {
        "intro": dict(form.intro),
        "topics": list(form.topics),
        "fields": {"phone": form.phone, "files": form.files},
    }
    if "reopen_hours" in config:
        spelled["reopen_hours"] = config["reopen_hours"]
    return spelled
