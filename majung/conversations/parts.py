"""What a reply may carry beside its words: quick replies (빠른 답장) and cards (카드).

They stand in a message's ``data`` under ``KEY``, in one shape, which ``read`` checks strictly and
docs/widget.md describes. Where a channel cannot show them, ``plain`` says them in lines of text.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext as _

from majung.accounts.editables import Mistake

KEY: Final = "parts"
MOST_CHOICES, LONGEST_CHOICE = 8, 40
MOST_CARDS, MOST_BUTTONS = 5, 3
LONGEST_TITLE, LONGEST_TEXT = 80, 300
LONGEST_LABEL, LONGEST_SAY, LONGEST_LINK = 30, 200, 1000

Data = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Opens ``link``, or says ``say`` as the customer's own words: one of the two."""

    label: str
    link: str = ""
    say: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """``picture`` is the public id of one that ``pictures.keep`` has stored, or empty."""

    title: str
    text: str = ""
    picture: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Quick replies under a message, and cards; both may be missing."""

    choices: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.choices or self.cards)


NOTHING: Final = Parts()


class Wrong(Exception):
    """The given parts are no right ones; ``Mistake.name`` is a path such as ``cards.0.title``."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(f"{each.name}: {each.text}" for each in mistakes))
        self.mistakes = list(mistakes)


def read(data: object) -> Parts:
    """Read ``{choices, cards}`` as it is stored or sent.

    Raises:
        Wrong: anything is missing, too long, too many, of another kind or unknown.
    """
    reader = _Reader()
    parts = reader.parts(data)
    if reader.mistakes:
        raise Wrong(reader.mistakes)
    return parts


def read_json(text: str) -> Parts:
    """Read what a page sends; nothing is no parts.

    Raises:
        Wrong: as ``read``, or it is no JSON.
    """
    try:
        data = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        told = _("카드를 읽을 수 없어요. 다시 골라 주세요.")
        raise Wrong([Mistake("parts", told)]) from error
    return read(data)


def read_choices(value: object) -> tuple[str, ...]:
    """Read quick replies alone.

    Raises:
        Wrong: as ``read``.
    """
    return read({"choices": value}).choices


def of(data: Mapping[str, Any]) -> Parts:
    """Return the parts of a message's ``data``; none where there are none."""
    try:
        return read(data[KEY]) if KEY in data else NOTHING
    except Wrong:
        return NOTHING


def spell(parts: Parts) -> Data:
    """Return the one right spelling, without what is empty: ``{}`` for nothing."""
    told: Data = {}
    if parts.choices:
        told["choices"] = list(parts.choices)
    if parts.cards:
        told["cards"] = [spell_card(card) for card in parts.cards]
    return told


def spell_card(card: Card) -> Data:
    """Return one card as ``spell`` does."""
    told: Data = {"title": card.title}
    if card.text:
        told["text"] = card.text
    if card.picture:
        told["picture"] = card.picture
    if card.buttons:
        told["buttons"] = [_button(button) for button in card.buttons]
    return told


def put_into(parts: Parts) -> Data:
    """Return what a message's ``data`` holds of them."""
    return {KEY: spell(parts)} if parts else {}


def filled(parts: Parts, fill: Callable[[str], str]) -> Parts:
    """Return them with the places in their words filled in, cut to what each may hold."""
    return Parts(
        choices=tuple(fill(choice)[:LONGEST_CHOICE] for choice in parts.choices),
        cards=tuple(
            Card(
                title=fill(card.title)[:LONGEST_TITLE],
                text=fill(card.text)[:LONGEST_TEXT],
                picture=card.picture,
                buttons=tuple(
                    Button(
                        label=fill(button.label)[:LONGEST_LABEL],
                        link=button.link,
                        say=fill(button.say)[:LONGEST_SAY],
                    )
                    for button in card.buttons
                ),
            )
            for card in parts.cards
        ),
    )


def words(parts: Parts) -> list[str]:
    """Return every text that people read in them."""
    found = list(parts.choices)
    for card in parts.cards:
        found += [card.title, card.text]
        for button in card.buttons:
            found += [button.label, button.say]
    return [text for text in found if text]


def said(text: str, stored: object) -> str:
    """Return all that people read in a message: its text and the words of its stored parts."""
    return "\n".join([text, *words(of({KEY: stored}))]) if stored else text


def plain(parts: Parts) -> str:
    """Say them in lines of text, for channels that show nothing else."""
    blocks = []
    for card in parts.cards:
        lines = [card.title, *([card.text] if card.text else [])]
        for button in card.buttons:
            said = button.link or (button.say if button.say != button.label else "")
            lines.append(f"▸ {button.label}{f': {said}' if said else ''}")
        blocks.append("\n".join(lines))
    if parts.choices:
        blocks.append("\n".join(f"· {choice}" for choice in parts.choices))
    return "\n\n".join(blocks)


def with_plain(text: str, parts: Parts) -> str:
    """Return a message's text followed by its parts in lines."""
    return "\n\n".join(each for each in (text, plain(parts)) if each)


def _button(button: Button) -> Data:
    if button.link:
        return {"label": button.label, "link": button.link}
    return {"label": button.label, "say": button.say}


class _Reader:
    """Reads what may be anything and notes what is wrong with it."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def parts(self, data: object) -> Parts:
        if not self._is_record(data, "parts", {"choices", "cards"}):
            return Parts()
        assert isinstance(data, Mapping)
        choices = self._list(data.get("choices"), "choices", MOST_CHOICES)
        cards = self._list(data.get("cards"), "cards", MOST_CARDS)
        return Parts(
            choices=self._choices(choices),
            cards=tuple(self._card(card, f"cards.{at}") for at, card in enumerate(cards)),
        )

    def _choices(self, given: Sequence[object]) -> tuple[str, ...]:
        found = [self._text(each, "choices", LONGEST_CHOICE, required=True) for each in given]
        if any("\n" in each for each in found):
            self._wrong("choices", _("한 줄에 하나씩 적어 주세요."))
        return tuple(dict.fromkeys(found))

    def _card(self, data: object, at: str) -> Card:
        if not self._is_record(data, at, {"title", "text", "picture", "buttons"}):
            return Card(title="")
        assert isinstance(data, Mapping)
        buttons = self._list(data.get("buttons"), f"{at}.buttons", MOST_BUTTONS)
        return Card(
            title=self._text(data.get("title"), f"{at}.title", LONGEST_TITLE, required=True),
            text=self._text(data.get("text"), f"{at}.text", LONGEST_TEXT),
            picture=self._picture(data.get("picture"), f"{at}.picture"),
            buttons=tuple(
                self._read_button(button, f"{at}.buttons.{place}")
                for place, button in enumerate(buttons)
            ),
        )

    def _read_button(self, data: object, at: str) -> Button:
        if not self._is_record(data, at, {"label", "link", "say"}):
            return Button(label="")
        assert isinstance(data, Mapping)
        label = self._text(data.get("label"), at, LONGEST_LABEL, required=True)
        link = self._text(data.get("link"), at, LONGEST_LINK)
        say = self._text(data.get("say"), at, LONGEST_SAY)
        if bool(link) == bool(say):
            self._wrong(at, _("버튼은 주소를 열거나 말을 보내요. 둘 가운데 하나만 적어 주세요."))
        if link and not is_link(link):
            self._wrong(
                at,
                _("%(link)s: http://나 https://로 시작하는 주소를 적어 주세요.")
                % {"link": link[:80]},
            )
        return Button(label=label, link=link, say=say)

    def _picture(self, value: object, at: str) -> str:
        text = self._text(value, at, 36)
        try:
            return str(UUID(text)) if text else ""
        except ValueError:
            self._wrong(at, _("그림을 찾을 수 없어요. 다시 올려 주세요."))
            return ""

    def _text(self, value: object, at: str, most: int, *, required: bool = False) -> str:
        if value is None:
            value = ""
        if not isinstance(value, str):
            self._wrong(at, _("글자로 적어 주세요."))
            return ""
        # Also no half of a surrogate pair: no database takes one.
        text = value.replace("\x00", "").encode("utf-8", "replace").decode().strip()
        if required and not text:
            self._wrong(at, _("비워 둘 수 없어요."))
        if len(text) > most:
            self._wrong(at, _("%(most)d자까지 적을 수 있어요.") % {"most": most})
        return text

    def _list(self, value: object, at: str, most: int) -> Sequence[object]:
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            self._wrong(at, _("목록으로 적어 주세요."))
            return ()
        if len(value) > most:
            self._wrong(at, _("%(most)d개까지 적을 수 있어요.") % {"most": most})
        return value[:most]

    def _is_record(self, data: object, at: str, names: set[str]) -> bool:
        if isinstance(data, Mapping) and not set(data) - names:
            return True
        self._wrong(at, _("이름과 값으로 적어 주세요."))
        return False

    def _wrong(self, name: str, text: str) -> None:
        self.mistakes.append(Mistake(name, text))


def is_link(text: str) -> bool:
    """Say whether it is an address of the web that a button may open."""
    if any(sign.isspace() or not sign.isprintable() for sign in text):
        return False
    try:
        found = urlsplit(text)
        return found.scheme in {"http", "https"} and bool(found.hostname) and found.username is None
    except ValueError:
        return False
