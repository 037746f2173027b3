"""Tells one script as one conversation: who says what when, as it would be found in the archive."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from majung.demo.content import hours, talks_en, talks_ko
from majung.demo.content.company import Agent, Brand, Hours
from majung.demo.content.context import promises
from majung.demo.content.facts import Channel, Person, Speaker, Turn
from majung.demo.content.formats import formatted
from majung.demo.content.talks import Line, Script
from majung.demo.content.wording import Phrases, as_written, fill, pick

PHRASES: Mapping[str, Phrases] = {"ko": talks_ko.PHRASES, "en": talks_en.PHRASES}

_LATE = timedelta(minutes=25)
_NEXT_DAY = timedelta(hours=5)
_LEFT = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is fixed before a conversation begins."""

    script: Script
    person: Person
    brand: Brand
    agent: Agent
    channel: Channel
    slots: Mapping[str, str]
    opened: datetime


def tell(setting: Setting, rng: Random) -> tuple[Turn, ...]:
    """Return the turns, the first at `setting.opened`; agents speak in opening hours only."""
    phrases = PHRASES[setting.person.language]
    thread = rng.randrange(10**6)
    turns: list[Turn] = []
    slots = dict(setting.slots)
    for line in _lines(setting, phrases, rng):
        if line.part == "hold" and setting.channel == "form":
            continue
        variants = phrases.agent_hold if line.part == "hold" else line.variants
        text = pick(variants, linked=line.linked, thread=thread, rng=rng)
        speaker: Speaker = "agent" if line.part == "hold" else line.part
        at = _when(turns, line, speaker, setting, rng) if turns else setting.opened
        if at.astimezone(hours.SEOUL).date().isoformat() >= slots["until"]:
            language = setting.person.language
            slots |= promises(at, brand=setting.brand, language=language, rng=rng)
        text = fill(text, slots=slots, rng=rng)
        _add(turns, line, Turn(speaker=speaker, text=text, at=at, photos=line.photos), setting, rng)
    return tuple(_formatted(turn) for turn in _politely(turns, setting, phrases, rng))


def _formatted(turn: Turn) -> Turn:
    if turn.speaker == "customer":
        return turn
    text, rich = formatted(turn.text)
    return replace(turn, text=text, rich=rich)


def _lines(setting: Setting, phrases: Phrases, rng: Random) -> list[Line]:
    """Return the script's lines, with the thanks and the good-bye that most people exchange."""
    lines = list(setting.script.lines)
    if setting.script.ending != "closed":
        return lines
    in_chat = setting.channel == "chat"
    last = next(line.part for line in reversed(lines) if line.part != "note")
    if last == "agent" and rng.random() < (0.62 if in_chat else 0.3):
        lines.append(Line("customer", phrases.thanks[setting.person.tone]))
        last = "customer"
    if last == "customer" and in_chat and rng.random() < 0.85:
        lines.append(Line("agent", phrases.agent_bye))
    return lines


def _add(turns: list[Turn], line: Line, turn: Turn, setting: Setting, rng: Random) -> None:
    """Append the turn, or in a form join it to the same speaker's text before it."""
    person = setting.person
    if turn.speaker != "customer":
        turn = replace(turn, author=setting.agent.email)
    elif setting.channel == "chat":
        phrases = PHRASES[person.language]
        written = as_written(turn.text, tone=person.tone, phrases=phrases, rng=rng)
        turn = replace(turn, text=written)
    joins = turns and turns[-1].speaker == turn.speaker != "note" and not line.wait
    if joins and setting.channel == "form":
        before = turns.pop()
        turn = replace(
            before, text=f"{before.text}\n{turn.text}", photos=before.photos + turn.photos
        )
    turns.append(turn)


def _when(
    turns: list[Turn], line: Line, speaker: Speaker, setting: Setting, rng: Random
) -> datetime:
    """Return when the next turn is said, in UTC."""
    before = turns[-1]
    at = before.at + line.wait * rng.uniform(1.0, 1.3)
    if setting.channel == "form" and speaker != "note":
        hour = rng.lognormvariate(0.6, 0.8) if speaker == "agent" else rng.lognormvariate(1.2, 1.0)
        at += timedelta(hours=min(hour, 40))
    else:
        at += timedelta(seconds=_pause(turns, line, speaker, rng))
    if speaker == "customer":
        slow = line.wait or setting.channel == "form"
        return hours.awake(at, rng).astimezone(UTC) if slow else at
    return _at_work(at, setting.brand.hours, rng).astimezone(UTC)


def _pause(turns: list[Turn], line: Line, speaker: Speaker, rng: Random) -> float:
    """Return the seconds of a chat's pause, by who spoke before and how long the text is."""
    before = turns[-1]
    typing = len(max(line.variants, key=len, default="")) * rng.uniform(0.12, 0.3)
    if speaker == "note":
        return rng.uniform(20, 90)
    if before.speaker == speaker:
        return rng.uniform(40, 170) if speaker == "agent" else rng.uniform(3, 22) + typing
    if speaker == "agent" and not any(turn.speaker == "agent" for turn in turns):
        return max(12.0, min(rng.lognormvariate(4.4, 0.9), 2400))
    if speaker == "customer" and len(turns) > 1 and before.at - turns[-2].at > _LEFT:
        # They had closed the window; the answer reaches them by message some time later.
        return min(rng.lognormvariate(6.0, 1.2), 14_400)
    return min(rng.lognormvariate(3.4, 0.7), 600) + typing


def _at_work(at: datetime, opening: Hours, rng: Random) -> datetime:
    """Return `at`, or some minutes after agents begin again."""
    begins = hours.working(at, hours=opening)
    if begins <= at:
        return at
    return begins + timedelta(minutes=rng.triangular(1, 95, 12))


def _politely(turns: list[Turn], setting: Setting, phrases: Phrases, rng: Random) -> list[Turn]:
    """Return the turns with greetings put before first words, and signatures under letters."""
    done: list[Turn] = []
    greeted = False
    for turn in turns:
        text = turn.text
        if turn.speaker == "customer" and not done:
            text = _opening(text, setting, phrases, rng)
        elif turn.speaker == "agent" and not greeted:
            greeted = True
            text = _greeting(text, turn.at - setting.opened, setting, phrases, rng)
        if turn.speaker == "agent" and setting.channel == "form":
            sign = fill(rng.choice(phrases.agent_sign), slots=setting.slots, rng=rng)
            text = f"{text}\n\n{sign}"
        done.append(replace(turn, text=text))
    return done


def _opening(text: str, setting: Setting, phrases: Phrases, rng: Random) -> str:
    slots = setting.slots
    if text.startswith(("안녕", "저기요", "Hi", "Hello", "hello", "hi", "야 ")):
        return text
    if setting.script.ending == "quiet":
        return text
    if setting.channel == "form":
        first = fill(rng.choice(phrases.form_hello), slots=slots, rng=rng)
        last = fill(rng.choice(phrases.form_close), slots=slots, rng=rng)
        if last.split(" ")[-1].rstrip(".") in text:
            last = ""
        return "\n".join(part for part in (first, text, last) if part)
    if rng.random() > 0.4:
        return text
    hello = rng.choice(phrases.hello[setting.person.tone])
    if hello.endswith(",") and not text.startswith(("I ", "I'")):
        text = text[:1].lower() + text[1:]
    return f"{hello}{rng.choice((' ', ' ', chr(10)))}{text}"


def _greeting(text: str, waited: timedelta, setting: Setting, phrases: Phrases, rng: Random) -> str:
    if text.startswith(("안녕하세요", "네, 고객님. 무엇을")):
        return text
    pool = phrases.agent_hello
    if hours.working(setting.opened, hours=setting.brand.hours) > setting.opened + _NEXT_DAY:
        pool = phrases.agent_hello_night
    elif waited > _LATE and setting.channel == "chat":
        pool = phrases.agent_hello_late
    hello = fill(rng.choice(pool), slots=setting.slots, rng=rng)
    return f"{hello}{chr(10) if setting.channel == 'form' else ' '}{text}"
