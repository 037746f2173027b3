"""What a mailbox is set up as: how it fetches and sends, its addresses, and its rules.

Flat names; passwords and keys are no part of it (``channels.models.AccountSecret``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from email.utils import formataddr, getaddresses
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts.editables import Data, Mistake, Reading
from majung.channels.contract import Person
from majung.customers import normal

SECURITIES: Final = ("tls", "starttls", "none")
NEW_MAIL: Final = ("link", "join")
LOCALES: Final = ("ko", "en")
SECRETS: Final = ("imap_password", "smtp_password", "dkim_key")
MOST_ADDRESSES: Final = 20
MOST_FOLDERS: Final = 50
MOST_TRUSTED: Final = 10
MOST_HOURLY: Final = 100_000
SIGNATURE_LENGTH: Final = 2_000
LONGEST_REOPEN: Final = 24 * 365
FIELDS: Final = {
    "imap_host": gettext_lazy("받는 서버"),
    "imap_port": gettext_lazy("받는 포트"),
    "imap_security": gettext_lazy("받을 때 보안"),
    "imap_user": gettext_lazy("받는 계정"),
    "folders": gettext_lazy("폴더"),
    "since": gettext_lazy("언제부터"),
    "smtp_host": gettext_lazy("보내는 서버"),
    "smtp_port": gettext_lazy("보내는 포트"),
    "smtp_security": gettext_lazy("보낼 때 보안"),
    "smtp_user": gettext_lazy("보내는 계정"),
    "addresses": gettext_lazy("받는 주소"),
    "tags": gettext_lazy("상담별 주소"),
    "trusts": gettext_lazy("믿는 검사 서버"),
    "new_mail": gettext_lazy("새 메일"),
    "through": gettext_lazy("함께 받는 메일함"),
    "signature": gettext_lazy("서명"),
    "reopen_hours": gettext_lazy("다시 열기"),
    "continues_chats": gettext_lazy("채팅 이어 보내기"),
    "hourly": gettext_lazy("시간당 발송"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where to connect; ``security`` is "tls", "starttls" or "none"."""

    host: str
    port: int
    security: str
    user: str


def spell(config: Mapping[str, Any]) -> tuple[Data, list[Mistake]]:
    """Return the config with every default written out, and what is wrong with it."""
    reading = Reading(dict(config), FIELDS)
    spelled: Data = {
        **_server(reading, "imap", 993),
        "folders": _folders(reading),
        "since": _since(reading),
        **_server(reading, "smtp", 465),
        "addresses": _addresses(reading),
        "tags": reading.flag("tags", default=True),
        "trusts": [name.lower() for name in reading.names("trusts")][:MOST_TRUSTED],
        "new_mail": reading.choice("new_mail", NEW_MAIL, default="link"),
        "through": reading.text("through", most=32),
        "signature": _signature(reading),
        "reopen_hours": reading.number("reopen_hours", least=0, most=LONGEST_REOPEN, default=72),
        "continues_chats": reading.flag("continues_chats", default=False),
        "hourly": reading.number("hourly", least=0, most=MOST_HOURLY, default=0),
    }
    return spelled, reading.mistakes


def people(config: Mapping[str, Any]) -> list[Person]:
    """Return the addresses of a mailbox with their names, the main one first."""
    found = []
    for name, address in getaddresses([str(line) for line in config.get("addresses") or ()]):
        try:
            found.append(Person(name, normal.address("email", address)))
        except ValueError:
            continue
    return list({each.address: each for each in reversed(found)}.values())[::-1]


def server(config: Mapping[str, Any], kind: str) -> Server | None:
    """Return where to fetch (``imap``) or send (``smtp``); ``None`` if that is not set."""
    host = str(config.get(f"{kind}_host") or "")
    if not host:
        return None
    return Server(
        host=host,
        port=int(config.get(f"{kind}_port") or 0),
        security=str(config.get(f"{kind}_security") or "tls"),
        user=str(config.get(f"{kind}_user") or ""),
    )


def _server(reading: Reading, kind: str, port: int) -> Data:
    return {
        f"{kind}_host": reading.text(f"{kind}_host", most=253).lower(),
        f"{kind}_port": reading.number(f"{kind}_port", least=1, most=65535, default=port),
        f"{kind}_security": reading.choice(f"{kind}_security", SECURITIES, default="tls"),
        f"{kind}_user": reading.text(f"{kind}_user", most=254),
    }


def _folders(reading: Reading) -> list[str]:
    names = [name.strip() for name in reading.names("folders") if name.strip()]
    if len(names) > MOST_FOLDERS:
        reading.wrong("folders", _("%(most)d개까지 적을 수 있어요.") % {"most": MOST_FOLDERS})
    return names[:MOST_FOLDERS] or ["INBOX"]


def _since(reading: Reading) -> str:
    text = reading.text("since", most=10)
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        reading.wrong("since", _("2026-11-01처럼 날짜로 적어 주세요."))
        return ""


def _addresses(reading: Reading) -> list[str]:
    lines = reading.names("addresses")
    found = people({"addresses": lines})
    if not lines:
        reading.wrong("addresses", _("받는 주소를 하나는 적어 주세요."))
    elif len(found) < len(lines):
        reading.wrong("addresses", _("한 줄에 하나씩, 온담 <help@example.com>처럼 적어 주세요."))
    if len(lines) > MOST_ADDRESSES:
        reading.wrong("addresses", _("%(most)d개까지 적을 수 있어요.") % {"most": MOST_ADDRESSES})
    return [_written(each) for each in found]


def _written(person: Person) -> str:
    # The standard library would encode a Korean name; people are to read it.
    plain = person.name.isascii()
    return formataddr((person.name, person.address)) if plain else _quoted(person)


def _quoted(person: Person) -> str:
    name = person.name.replace("\\", "").replace('"', "")
    special = any(sign in name for sign in ",;:<>()[]@.")
    return f'"{name}" <{person.address}>' if special else f"{name} <{person.address}>"


def _signature(reading: Reading) -> dict[str, str]:
    given = reading.take("signature", {})
    if not isinstance(given, dict) or set(given) - set(LOCALES):
        reading.wrong("signature", _("언어별로 적어 주세요."))
        return {}
    found = {}
    for locale, text in given.items():
        if not isinstance(text, str) or len(text) > SIGNATURE_LENGTH:
            problem = _("%(most)d자까지 적을 수 있어요.")
            reading.wrong("signature", problem % {"most": SIGNATURE_LENGTH})
        elif text.strip():
            found[locale] = text.strip()
    return found
