"""Makes the world of the demo: the same seed and `now` give the same people and conversations."""

import heapq
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import cast

from majung.demo.content import hours, talks_en, talks_ko
from majung.demo.content.around import happenings
from majung.demo.content.company import BRAND, Agent, Brand, Team
from majung.demo.content.context import Subject, agent_for, slots_for, subject_for, team_for
from majung.demo.content.facts import Channel, Person, Status, Talk, Turn
from majung.demo.content.live import LiveScript, Say, after_answer, after_silence, live_script
from majung.demo.content.people import people
from majung.demo.content.talks import Script
from majung.demo.content.telling import Setting, tell
from majung.demo.content.wording import fill

__all__ = ["LiveScript", "Say", "after_answer", "after_silence", "live_script", "world"]

FORM_SHARE = 0.24
# What cannot wait for the morning, or is about a line that is busy, is not told at night.
BY_DAY = frozenset({"급한 일정", "연결 지연"})
SEQUEL_SHARE = 0.3
FRESH_SHARE = 0.03
_GIVEN_UP = timedelta(days=3)
_SCRIPTS = {"ko": talks_ko.SCRIPTS, "en": talks_en.SCRIPTS}
_SEQUELS = {s.after: s for scripts in _SCRIPTS.values() for s in scripts if s.after}


@dataclass(frozen=True, slots=True)
class _Sequel:
    """A conversation that will go on later."""

    script: Script
    person: Person
    brand: Brand
    subject: Subject
    talk: str


@dataclass(slots=True)
class _Plan:
    """What is drawn from while conversations are made."""

    rng: Random
    now: datetime
    everyone: list[Person]
    joined: list[datetime]
    sums: list[float]
    sequels: list[tuple[datetime, int, _Sequel]] = field(default_factory=list)


def world(
    seed: int, *, customers: int, conversations: int, now: datetime
) -> Iterator[Person | Talk]:
    """Yield `customers` people, then `conversations` talks in order of `opened_at`.

    `now` is aware; talks lie in the 180 days before it, and no turn is later than it.
    """
    rng = Random(seed)
    moment = now.astimezone(UTC)
    everyone = list(people(rng, count=customers, now=moment))
    yield from everyone
    by_age = sorted(everyone, key=lambda person: (person.joined_at, person.key))
    plan = _Plan(
        rng=rng,
        now=moment,
        everyone=by_age,
        joined=[person.joined_at for person in by_age],
        # A few people write often, most once or twice.
        sums=list(accumulate(min(rng.paretovariate(1.5), 25.0) for _ in by_age)),
    )
    fresh = min(conversations // 2, max(8, min(60, round(conversations * FRESH_SHARE))))
    times = [
        *((at, False) for at in hours.arrivals(rng, count=conversations - fresh, now=moment)),
        *((at, True) for at in hours.recent(rng, count=fresh, now=moment)),
    ]
    for index, (opened, unfinished) in enumerate(sorted(times)):
        yield _talk(plan, index=index, opened=opened, unfinished=unfinished)


def _talk(plan: _Plan, *, index: int, opened: datetime, unfinished: bool) -> Talk:
    rng = plan.rng
    key = f"t{index:06d}"
    sequel = None
    if plan.sequels and plan.sequels[0][0] <= opened and not unfinished:
        sequel = heapq.heappop(plan.sequels)[2]
    if sequel:
        person, brand, script, subject = sequel.person, sequel.brand, sequel.script, sequel.subject
        channel = script.channels[0]
    else:
        person = _person(plan, opened)
        brand = BRAND[person.brands[0] if rng.random() < 0.8 else rng.choice(person.brands)]
        channel = "form" if rng.random() < FORM_SHARE else "chat"
        endings = ("open", "waiting") if unfinished else ("closed", "quiet", "waiting")
        script = _script(rng, person.language, brand.slug, channel, endings)
        while script.category[2] in BY_DAY and hours.working(opened, hours=brand.hours) > opened:
            script = _script(rng, person.language, brand.slug, channel, endings)
        subject = subject_for(script, brand=brand, opened=opened, rng=rng)
    team = team_for(script, brand=brand.slug, language=person.language)
    agent = agent_for(team, rng)
    slots = slots_for(
        subject, person=person, brand=brand, team=team, agent=agent, at=opened, rng=rng
    )
    setting = Setting(
        script=script,
        person=person,
        brand=brand,
        agent=agent,
        channel=channel,
        slots=slots,
        opened=opened,
    )
    made = _finish(plan, key, setting, team, agent, subject, sequel.talk if sequel else "")
    _plan_sequel(plan, index, made, _Sequel(script, person, brand, subject, key))
    return made


def _finish(
    plan: _Plan,
    key: str,
    setting: Setting,
    team: Team,
    agent: Agent,
    subject: Subject,
    sequel_of: str,
) -> Talk:
    rng, script, person = plan.rng, setting.script, setting.person
    told = tell(setting, rng)
    turns = tuple(turn for turn in told if turn.at <= plan.now)
    status, closed_at = _status(script, turns, whole=len(turns) == len(told), now=plan.now, rng=rng)
    answered = any(turn.speaker != "customer" for turn in turns)
    signed_in = rng.random() < (0.45 if subject.order is None else 0.8)
    subject_line = ""
    if setting.channel == "form" and script.subjects:
        subject_line = fill(rng.choice(script.subjects), slots=setting.slots, rng=rng)
    return Talk(
        key=key,
        script=script.id,
        person=person.key,
        brand=setting.brand.slug,
        language=person.language,
        channel=setting.channel,
        category=script.category,
        team=team.slug,
        agent=agent.email if answered else "",
        subject=subject_line,
        status=status,
        signed_in=signed_in,
        turns=turns,
        happenings=happenings(setting, subject, signed_in=signed_in, now=plan.now, rng=rng),
        opened_at=setting.opened,
        closed_at=closed_at,
        sequel_of=sequel_of,
    )


def _status(
    script: Script, turns: tuple[Turn, ...], *, whole: bool, now: datetime, rng: Random
) -> tuple[Status, datetime | None]:
    """Return how the talk stands at `now`: cut off, waiting, given up after days, or closed."""
    last = turns[-1]
    if not whole:
        spoken = [turn for turn in turns if turn.speaker != "note"]
        return ("waiting" if spoken[-1].speaker == "agent" else "open"), None
    if script.ending in {"open", "waiting"}:
        given_up = last.at + _GIVEN_UP
        if given_up <= now:
            return "closed", given_up
        return cast("Status", script.ending), None
    closed = last.at + timedelta(minutes=rng.uniform(0.5, 12))
    return ("closed", closed) if closed <= now else ("waiting", None)


def _plan_sequel(plan: _Plan, index: int, talk: Talk, told: _Sequel) -> None:
    """Remember that this person will write again about the same thing."""
    script = _SEQUELS.get(talk.script)
    if script and plan.rng.random() < SEQUEL_SHARE:
        due = talk.turns[-1].at + timedelta(days=plan.rng.uniform(1.5, 6))
        later = _Sequel(script, told.person, told.brand, told.subject, talk.key)
        heapq.heappush(plan.sequels, (due, index, later))


def _person(plan: _Plan, opened: datetime) -> Person:
    """Return somebody who was a customer by then, frequent writers more often."""
    known = max(1, bisect_right(plan.joined, opened))
    at = bisect_right(plan.sums, plan.rng.random() * plan.sums[known - 1], hi=known - 1)
    return plan.everyone[at]


def _script(
    rng: Random, language: str, brand: str, channel: Channel, endings: tuple[str, ...]
) -> Script:
    scripts, sums = _choice(language, brand, channel, endings)
    return scripts[bisect_right(sums, rng.random() * sums[-1], hi=len(sums) - 1)]


@lru_cache(maxsize=64)
def _choice(
    language: str, brand: str, channel: Channel, endings: tuple[str, ...]
) -> tuple[tuple[Script, ...], tuple[int, ...]]:
    """Return what can be told there, with running sums of the weights."""
    fitting = tuple(
        script
        for script in _SCRIPTS[language]
        if script.weight
        and brand in script.brands
        and channel in script.channels
        and script.ending in endings
    )
    return fitting, tuple(accumulate(script.weight for script in fitting))


def categories() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the tree of categories in use: 대 → 중 → 소, in the order of the scripts."""
    tree: dict[str, dict[str, tuple[str, ...]]] = {}
    for script in (*talks_ko.SCRIPTS, *talks_en.SCRIPTS):
        large, middle, small = script.category
        known = tree.setdefault(large, {}).get(middle, ())
        if small not in known:
            tree[large][middle] = (*known, small)
    return tree
