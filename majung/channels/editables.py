"""How the settings of channel accounts are spelled: tells the inboxes below."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from majung.accounts.editables import Data, Mistake
from majung.channels import inbox_config, leases, prechat, registry
from majung.channels.mail import addresses
from majung.channels.mail import config as mail_config
from majung.conversations.inboxes import follow_config_with, spell_config_with
from majung.conversations.models import Inbox

# How long after its end a conversation goes on: a rule of ours for every channel.
REOPEN: Final = "reopen_hours"


@spell_config_with
def spell_config(kind: str, config: Mapping[str, Any]) -> tuple[Data, list[Mistake]]:
    """Return the config with every default written out, and what is wrong with it."""
    if not registry.works(kind):
        text = _("%(kind)s: 그런 채널은 설치되어 있지 않아요.") % {"kind": kind}
        return dict(config), [Mistake("kind", text)]
    if registry.capabilities(kind).letters:
        return mail_config.spell(config)
    if kind not in registry.BUILT_IN:
        return _plugged(kind, config), _mistakes(kind, config)
    mistakes = [
        Mistake(each.name, each.text) for each in inbox_config.mistakes(kind=kind, config=config)
    ]
    return (_chat if kind == "webchat" else _form)(config), mistakes


def _plugged(kind: str, config: Mapping[str, Any]) -> Data:
    asked = {each.name: each.default for each in registry.asked(kind) if each.kind != "secret"}
    return {**asked, **config}


def _mistakes(kind: str, config: Mapping[str, Any]) -> list[Mistake]:
    """Return what a package asks for and is not there, and what it does not ask for."""
    asked = [each for each in registry.asked(kind) if each.kind != "secret"]
    spelled = _plugged(kind, config)
    unknown = set(config) - {each.name for each in asked} - {REOPEN}
    return [
        *(
            Mistake(each.name, _("비워 둘 수 없어요."))
            for each in asked
            if each.required and not str(spelled[each.name])
        ),
        *(Mistake(name, _("이런 설정은 없어요.")) for name in sorted(unknown)),
    ]


@follow_config_with
def follow_config(inbox: Inbox) -> None:
    """Keep the addresses of a mailbox as rows; fetch by the new settings at once."""
    if registry.works(inbox.kind) and registry.capabilities(inbox.kind).letters:
        addresses.follow(inbox)
    leases.wake(inbox.pk)


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
