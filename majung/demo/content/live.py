"""What a simulated visitor says in a live chat: an opening, answers to whoever answers, nudges.

All functions are pure: the simulator keeps the place it is at, and asks what comes next.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from majung.demo.content import talks_en, talks_ko
from majung.demo.content.around import happenings
from majung.demo.content.company import AGENTS, BRAND
from majung.demo.content.context import slots_for, subject_for, team_for
from majung.demo.content.facts import Happening, Person
from majung.demo.content.talks import Script
from majung.demo.content.telling import PHRASES, Setting
from majung.demo.content.wording import as_written, fill, pick

_SCRIPTS = {"ko": talks_ko.SCRIPTS, "en": talks_en.SCRIPTS}


@dataclass(frozen=True, slots=True)
class Say:
    """A message, `after` seconds from what came before it; `photos` are to be attached."""

    after: float
    text: str
    photos: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveScript:
    """Everything one visitor will do.

    `answers` are what an agent of the script writes, if one of the simulated ones takes the chat.
    `opening` is said unasked; `turns` answer the agent's first, second, … message unless the
    agent asks for something in `facts`; `thanks` ends it. `nudges` come one by one after so many
    seconds without any answer, then the visitor leaves after `patience` seconds more.
    """

    person: Person
    brand: str
    script: str
    category: tuple[str, str, str]
    pages: tuple[Happening, ...]
    opening: tuple[Say, ...]
    turns: tuple[Say, ...]
    answers: tuple[str, ...]
    nudges: tuple[Say, ...]
    thanks: Say
    patience: float
    facts: Mapping[str, str]


# What an agent may ask for: the fact it asks, in either language.
_ASKED = (
    ("order", re.compile(r"주문\s?번호.*(?:알려|말씀|부탁|\?)|order number.*\?", re.IGNORECASE)),
    ("photo", re.compile(r"사진.*(?:보내|부탁|첨부|올려)|(?:send|share).*photo", re.IGNORECASE)),
    ("email", re.compile(r"이메일.*(?:알려|말씀|부탁)|your e-?mail", re.IGNORECASE)),
    ("phone", re.compile(r"(?:연락처|전화번호|휴대폰).*(?:알려|말씀|부탁)|phone number\?", re.IGNORECASE)),
    ("name", re.compile(r"(?:성함|이름).*(?:알려|말씀|부탁|어떻게)|your (?:full )?name", re.IGNORECASE)),
    ("address", re.compile(r"(?:주소|배송지).*(?:알려|말씀|부탁|남겨)|(?:new|full) address", re.IGNORECASE)),
    ("size", re.compile(r"(?:사이즈|치수).*(?:알려|말씀|원하|어떤)|(?:which|what) size", re.IGNORECASE)),
    ("yes", re.compile(r"(?:될까요|드릴까요|할까요|괜찮으실까요|맞으실까요|맞을까요)\?|shall I|is that (?:ok|right)", re.IGNORECASE)),
)  # fmt: skip

_FACTS_KO = {
    "order": ("{order}입니다", "주문번호 {order:이요/요}", "{order}"),
    "photo": ("사진 보냈어요", "이 사진이에요", "찍어서 올렸습니다"),
    "email": ("{email}입니다", "{email}"),
    "phone": ("가입할 때 적은 번호예요. 뒷자리 {phone4}입니다", "끝자리 {phone4:이요/요}"),
    "name": ("{name}입니다", "{name:이요/요}" , "{name:이에요/예요}"),
    "address": ("{city} {dong}입니다", "{city} {dong:이에요/예요}"),
    "size": ("{size2:이요/요}", "{size2:으로/로} 부탁드려요"),
    "yes": ("네 그렇게 해주세요", "네 부탁드려요", "네네 좋아요", "넵 맞아요"),
}  # fmt: skip
_FACTS_EN = {
    "order": ("It's {order}", "{order}"),
    "photo": ("Photo attached", "Here you go"),
    "email": ("{email}", "It's {email}"),
    "phone": ("The one in my account, ending in {phone4}",),
    "name": ("{name}", "I'm {name}"),
    "address": ("{dong}, {city}",),
    "size": ("{size2} please",),
    "yes": ("Yes please", "That works, thank you", "Sure"),
}
_NUDGES = {
    "ko": (
        ("혹시 계신가요?", "저기요", "답변 언제쯤 받을 수 있을까요?", "상담원님 계세요?", "확인 중이신가요"),
        ("바쁘신가 보네요.. 조금 더 기다릴게요", "10분만 더 기다려볼게요", "나중에 다시 올게요", "답변 남겨주시면 나중에 볼게요"),
    ),
    "en": (
        ("Hello? Anyone there?", "Are you still there?", "Any news?"),
        ("I'll check back later", "Please leave your answer here, I'll read it tonight"),
    ),
}  # fmt: skip


def live_script(
    rng: Random, *, person: Person, now: datetime, brand: str | None = None
) -> LiveScript:
    """Return what `person` will say from `now` on, about something that fits them and the brand."""
    about = BRAND[brand or rng.choice(person.brands)]
    script = _script(rng, person.language, about.slug)
    subject = subject_for(script, brand=about, opened=now, rng=rng)
    team = team_for(script, brand=about.slug, language=person.language)
    agent = next(agent for agent in AGENTS if team.slug in agent.teams)
    slots = slots_for(subject, person=person, brand=about, team=team, agent=agent, at=now, rng=rng)
    setting = Setting(
        script=script, person=person, brand=about, agent=agent, channel="chat", slots=slots,
        opened=now,
    )  # fmt: skip
    say = _speaker(setting, rng)
    opening, turns = _spoken(script, say, rng)
    english = person.language == "en"
    facts = {
        key: fill(rng.choice(texts), slots=slots, rng=rng)
        for key, texts in (_FACTS_EN if english else _FACTS_KO).items()
        if key != "size" or slots["size2"]
    }
    return LiveScript(
        person=person,
        brand=about.slug,
        script=script.id,
        category=script.category,
        pages=happenings(setting, subject, signed_in=False, now=now, rng=rng),
        opening=opening,
        turns=turns,
        answers=_answers(script, setting, rng),
        nudges=tuple(
            Say(rng.uniform(60, 180), rng.choice(texts)) for texts in _NUDGES[person.language]
        ),
        thanks=Say(rng.uniform(4, 20), rng.choice(PHRASES[person.language].thanks[person.tone])),
        patience=rng.uniform(120, 420),
        facts=facts,
    )


def after_answer(live: LiveScript, *, answer: str, said: int, rng: Random) -> Say | None:
    """Return what the visitor says to an agent's message, or None when they have gone.

    `said` counts the answers this function has given so far in the chat. A question for a fact is
    answered with it; else comes the next line of the script, in the end thanks.
    """
    for fact, question in _ASKED:
        if fact in live.facts and question.search(answer) and said <= len(live.turns) + 2:
            after = 3 + len(live.facts[fact]) * rng.uniform(0.15, 0.4)
            return Say(after, live.facts[fact], photos=1 if fact == "photo" else 0)
    if said < len(live.turns):
        return live.turns[said]
    return live.thanks if said == len(live.turns) else None


def after_silence(live: LiveScript, *, nudged: int) -> Say | None:
    """Return the next nudge (its `after` counts from the last message), or None: they leave."""
    return live.nudges[nudged] if nudged < len(live.nudges) else None


def _script(rng: Random, language: str, brand: str) -> Script:
    fitting = [
        script
        for script in _SCRIPTS[language]
        if script.weight and brand in script.brands and "chat" in script.channels
    ]
    return rng.choices(fitting, weights=[script.weight for script in fitting])[0]


def _speaker(setting: Setting, rng: Random) -> Callable[[str], str]:
    """Return the person's way of putting a script's wording."""
    phrases = PHRASES[setting.person.language]

    def say(text: str) -> str:
        words = fill(text, slots=setting.slots, rng=rng)
        return as_written(words, tone=setting.person.tone, phrases=phrases, rng=rng)

    return say


def _answers(script: Script, setting: Setting, rng: Random) -> tuple[str, ...]:
    thread = rng.randrange(10**6)
    return tuple(
        fill(
            pick(line.variants, linked=line.linked, thread=thread, rng=rng),
            slots=setting.slots,
            rng=rng,
        )
        for line in script.lines
        if line.part == "agent"
    )


def _spoken(
    script: Script, say: Callable[[str], str], rng: Random
) -> tuple[tuple[Say, ...], tuple[Say, ...]]:
    """Return the customer's lines before the first answer, and those after it."""
    opening: list[Say] = []
    turns: list[Say] = []
    answered = False
    thread = rng.randrange(10**6)
    for line in script.lines:
        if line.part in {"agent", "hold"}:
            answered = True
        if line.part != "customer":
            continue
        text = say(pick(line.variants, linked=line.linked, thread=thread, rng=rng))
        after = 2 + len(text) * rng.uniform(0.12, 0.35)
        (turns if answered else opening).append(Say(after, text, photos=line.photos))
    return tuple(opening), tuple(turns)
