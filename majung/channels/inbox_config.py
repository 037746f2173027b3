"""What a widget or a form is set up to do: read strictly when it is saved, safely when it is used.

``mistakes`` tells a person what is wrong before a setting is saved. ``chat`` and ``form`` never
fail: whatever is wrong in a stored setting counts as not set, and what is not set is safe (no
foreign page may hold the widget, no optional field is asked).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from majung.channels import prechat
from majung.channels.prechat import NOTHING_ASKED, PreChat

ANY_ORIGIN: Final = "*"
LOCALES: Final = ("ko", "en")
POSITIONS: Final = ("right", "left")
FARTHEST: Final = 200
LABEL_LENGTH: Final = 20
PHONE_CHOICES: Final = ("off", "optional", "required")
MOST_ORIGINS: Final = 50
MOST_TOPICS: Final = 20
TOPIC_LENGTH: Final = 40
TEXT_LENGTH: Final = 500
LONGEST_REOPEN: Final = 24 * 365

_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong value: under which name, and what to do about it, for a person to read."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatConfig:
    """A widget. ``origins`` are the pages that may hold it; "*" is any, none is only our own.

    ``greeting`` is by locale; ``reopen_hours`` is how long after closing a customer's next
    message opens the same conversation again; ``prechat`` is what is asked before the first one;
    ``asks_contact``: who waits for nobody may leave an address.

    The button stands ``side`` and ``bottom`` CSS pixels from the window's edges with ``label``, by
    locale, on it; without ``launcher`` the page opens the window by a button of its own. ``locales``
    are the languages offered, the first for those who speak none of them. ``sound`` and ``title``
    say whether new messages sound, and are counted in the page's title, for whoever chose nothing.
    """

    origins: tuple[str, ...] = ()
    greeting: Mapping[str, str] = field(default_factory=dict)
    reopen_hours: int = 72
    position: str = "right"
    side: int = 24
    bottom: int = 24
    launcher: bool = True
    label: Mapping[str, str] = field(default_factory=dict)
    locales: tuple[str, ...] = LOCALES
    sound: bool = False
    title: bool = True
    prechat: PreChat = NOTHING_ASKED
    asks_contact: bool = True

    def greets(self, locale: str) -> str:
        return _in_locale(self.greeting, locale)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormConfig:
    """A contact form: what stands above it, what one may choose from, what is asked.

    ``phone`` is one of "off", "optional", "required"; ``files`` says whether files may be sent.
    """

    intro: Mapping[str, str] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    phone: str = "optional"
    files: bool = True

    def introduces(self, locale: str) -> str:
        return _in_locale(self.intro, locale)


def chat(config: Mapping[str, Any]) -> ChatConfig:
    """Read a widget's setting; what is wrong or missing has its safe default."""
    return _Reader(config).chat()


def form(config: Mapping[str, Any]) -> FormConfig:
    """Read a form's setting; what is wrong or missing has its safe default."""
    return _Reader(config).form()


def mistakes(*, kind: str, config: Mapping[str, Any]) -> list[Mistake]:
    """Return all that is wrong with the setting of an inbox of that kind."""
    reader = _Reader(config)
    if kind == "webchat":
        reader.chat()
    elif kind == "webform":
        reader.form()
    return [*reader.mistakes, *reader.unknown()]


def origin(text: str) -> str:
    """Return the one spelling of an origin such as ``https://shop.example``, or "*".

    Raises:
        ValueError: it is none, or has a path, a user or a star inside.
    """
    cleaned = text.strip().lower().rstrip("/")
    if cleaned == ANY_ORIGIN:
        return cleaned
    parts = urlsplit(cleaned)
    host, port = parts.hostname or "", parts.port
    named = f"[{host}]" if ":" in host else host
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(named):
        raise ValueError(text)
    default = {"http": 80, "https": 443}[parts.scheme]
    spelled = f"{parts.scheme}://{named}{f':{port}' if port and port != default else ''}"
    if cleaned not in {spelled, f"{spelled}:{default}"}:
        raise ValueError(text)
    return spelled


def _in_locale(texts: Mapping[str, str], locale: str) -> str:
    return texts.get(locale) or next((texts[known] for known in LOCALES if texts.get(known)), "")


class _Reader:
    """Reads values by name and notes what is wrong with them."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._config = config
        self._read: set[str] = set()
        self.mistakes: list[Mistake] = []

    def chat(self) -> ChatConfig:
        return ChatConfig(
            origins=self._origins("origins"),
            greeting=self._texts("greeting"),
            reopen_hours=self._number("reopen_hours", 72, LONGEST_REOPEN),
            position=self._choice("position", POSITIONS),
            side=self._number("side", 24, FARTHEST),
            bottom=self._number("bottom", 24, FARTHEST),
            launcher=self._flag("launcher", default=True),
            label=self._texts("label", LABEL_LENGTH),
            locales=self._locales("locales"),
            sound=self._flag("sound", default=False),
            title=self._flag("title", default=True),
            prechat=self._prechat("prechat"),
            asks_contact=self._flag("asks_contact", default=True),
        )

    def _prechat(self, name: str) -> PreChat:
        given = self._take(name, {})
        if not isinstance(given, Mapping):
            self._mistake(name, _("묻는 항목을 다시 골라 주세요."))
            return NOTHING_ASKED
        inner = _Reader(given)
        asks = {each: inner._choice(each, prechat.ASKS) for each in (*prechat.CONTACTS, "topic")}
        question = inner._texts("question", prechat.LONGEST_QUESTION)
        topics = inner._topics_by_locale("topics")
        only_closed = inner._flag("only_closed", default=False)
        if asks["topic"] != "off" and not topics:
            inner._mistake("topics", _("고를 주제를 두 개에서 여덟 개까지 적어 주세요."))
            asks["topic"] = "off"
        self.mistakes += [
            Mistake(f"{name}.{each.name}", each.text)
            for each in [*inner.mistakes, *inner.unknown()]
        ]
        return PreChat(**asks, question=question, topics=topics, only_closed=only_closed)

    def _topics_by_locale(self, name: str) -> dict[str, tuple[str, ...]]:
        value = self._take(name, {})
        if not isinstance(value, Mapping) or set(value) - set(LOCALES):
            self._mistake(name, _("언어별로 적어 주세요."))
            return {}
        found = {}
        for locale, lines in value.items():
            inner = _Reader({locale: lines})
            topics = inner._topics(locale)
            self.mistakes += [Mistake(name, each.text) for each in inner.mistakes]
            if topics and not prechat.LEAST_TOPICS <= len(topics) <= prechat.MOST_TOPICS:
                self._mistake(name, _("고를 주제를 두 개에서 여덟 개까지 적어 주세요."))
            elif topics:
                found[locale] = topics
        return found

    def form(self) -> FormConfig:
        fields = self._take("fields", {})
        if not isinstance(fields, Mapping):
            self._mistake("fields", _("묻는 항목을 다시 골라 주세요."))
            fields = {}
        inner = _Reader(fields)
        config = FormConfig(
            intro=self._texts("intro"),
            topics=self._topics("topics"),
            phone=inner._choice("phone", PHONE_CHOICES, default="optional"),
            files=inner._flag("files", default=True),
        )
        self.mistakes += [*inner.mistakes, *inner.unknown()]
        self._read.add("reopen_hours")
        return config

    def unknown(self) -> list[Mistake]:
        names = sorted(str(name) for name in self._config.keys() - self._read)
        return [Mistake(name, _("그런 설정은 없어요.")) for name in names]

    def _take(self, name: str, default: Any) -> Any:
        self._read.add(name)
        value = self._config.get(name)
        return default if value is None else value

    def _mistake(self, name: str, text: str) -> None:
        self.mistakes.append(Mistake(name, text))

    def _lines(self, name: str, most: int) -> Sequence[str]:
        value = self._take(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._mistake(name, _("한 줄에 하나씩 적어 주세요."))
            return ()
        if len(value) > most:
            self._mistake(name, _("%(most)d개까지 적을 수 있어요.") % {"most": most})
        return value[:most]

    def _origins(self, name: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for line in self._lines(name, MOST_ORIGINS):
            try:
                found[origin(line)] = None
            except ValueError:
                text = _("%(origin)s: https://shop.example처럼 주소의 앞부분만 적어 주세요.")
                self._mistake(name, text % {"origin": line[:100]})
        return tuple(found)

    def _topics(self, name: str) -> tuple[str, ...]:
        lines = [line.strip() for line in self._lines(name, MOST_TOPICS)]
        if any(len(line) > TOPIC_LENGTH for line in lines):
            text = _("주제는 %(most)d자까지 적을 수 있어요.") % {"most": TOPIC_LENGTH}
            self._mistake(name, text)
        return tuple(dict.fromkeys(line for line in lines if 0 < len(line) <= TOPIC_LENGTH))

    def _texts(self, name: str, most: int = TEXT_LENGTH) -> dict[str, str]:
        value = self._take(name, {})
        if not isinstance(value, Mapping):
            self._mistake(name, _("언어별로 적어 주세요."))
            return {}
        found = {}
        for locale, text in value.items():
            if locale not in LOCALES or not isinstance(text, str) or len(text) > most:
                problem = _("한국어와 영어로 %(most)d자까지 적을 수 있어요.")
                self._mistake(name, problem % {"most": most})
            elif text.strip():
                found[locale] = text.strip()
        return found

    def _number(self, name: str, default: int, most: int) -> int:
        value = self._take(name, default)
        if type(value) is not int or not 0 <= value <= most:
            self._mistake(name, _("0부터 %(most)d까지의 숫자로 적어 주세요.") % {"most": most})
            return default
        return value

    def _locales(self, name: str) -> tuple[str, ...]:
        value = self._take(name, list(LOCALES))
        is_list = isinstance(value, list) and all(isinstance(each, str) for each in value)
        chosen = tuple(dict.fromkeys(value)) if is_list else ()
        if not chosen or not set(chosen) <= set(LOCALES):
            self._mistake(name, _("한국어와 영어 가운데 하나는 골라 주세요."))
            return LOCALES
        return chosen

    def _choice(self, name: str, choices: Sequence[str], *, default: str = "") -> str:
        default = default or choices[0]
        value = self._take(name, default)
        if value not in choices:
            self._mistake(name, _("보기 가운데 하나를 골라 주세요."))
            return default
        return str(value)

    def _flag(self, name: str, *, default: bool) -> bool:
        value = self._take(name, default)
        if not isinstance(value, bool):
            self._mistake(name, _("켜거나 꺼 주세요."))
            return default
        return value
