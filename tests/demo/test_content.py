"""The demo's world: the same from the same seed, whole, varied, plausible, and nobody's real data."""

import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import phonenumbers
import pytest

from majung.demo.content import hours, talks_en, talks_ko
from majung.demo.content.company import AGENT, AGENTS, BRAND, BRANDS, PRODUCTS, TEAM, Hours
from majung.demo.content.facts import Person, Talk
from majung.demo.content.formats import formatted
from majung.demo.content.live import after_answer, after_silence, live_script
from majung.demo.content.make import categories, world
from majung.demo.content.people import people, romanised
from majung.demo.content.talks import STAGES, ScriptError, parse
from majung.demo.content.wording import fill, particle, slot_names

NOW = datetime(2026, 3, 11, 5, 30, tzinfo=UTC)  # a Wednesday, 14:30 in Seoul
SCRIPTS = (*talks_ko.SCRIPTS, *talks_en.SCRIPTS)
FICTIONAL = re.compile(
    r"010-0\d{3}-\d{4}|\+1 \d{3} 555 01\d{2}|\+44 7700 900\d{3}",
)


def _world(seed: int = 11, conversations: int = 1500) -> tuple[list[Person], list[Talk]]:
    made = list(world(seed, customers=600, conversations=conversations, now=NOW))
    return (
        [item for item in made if isinstance(item, Person)],
        [item for item in made if isinstance(item, Talk)],
    )


PEOPLE, TALKS = _world()


def _texts() -> list[str]:
    return [t.subject for t in TALKS] + [turn.text for t in TALKS for turn in t.turns]


def test_world_is_the_same_for_the_same_seed() -> None:
    assert _world() == (PEOPLE, TALKS)


def test_world_differs_for_another_seed() -> None:
    others, talks = _world(seed=12)
    assert others != PEOPLE
    assert talks != TALKS


def test_world_counts_and_orders() -> None:
    assert (len(PEOPLE), len(TALKS)) == (600, 1500)
    assert [t.opened_at for t in TALKS] == sorted(t.opened_at for t in TALKS)
    assert len({p.key for p in PEOPLE}) == 600
    assert len({t.key for t in TALKS}) == 1500


@pytest.mark.slow
def test_world_is_quick() -> None:
    began = time.process_time()
    made = sum(1 for _ in world(3, customers=2000, conversations=5000, now=NOW))
    assert made == 7000
    assert time.process_time() - began < 6  # twice what is promised, for a loaded machine


def test_scripts_are_many_and_both_brands_speak_both_languages() -> None:
    assert len(talks_ko.SCRIPTS) >= 60
    assert len(talks_en.SCRIPTS) >= 15
    told = Counter((talk.brand, talk.language, talk.channel) for talk in TALKS)
    assert set(told) == {
        (brand.slug, language, channel)
        for brand in BRANDS
        for language in ("ko", "en")
        for channel in ("chat", "form")
    }
    assert min(told.values()) >= 10
    assert {s.stage for s in SCRIPTS} == set(STAGES)


@pytest.mark.slow
def test_scripts_are_all_told_sometime() -> None:
    talks = (t for t in world(5, customers=600, conversations=6000, now=NOW))
    told = {talk.script for talk in talks if isinstance(talk, Talk)}
    assert told == {script.id for script in SCRIPTS}


def test_first_customer_lines_have_variants() -> None:
    firsts = [s for s in talks_ko.SCRIPTS if s.weight >= 4]
    assert [s.id for s in firsts if len(s.lines[0].variants) < 3] == []


def test_texts_have_no_open_slot_choice_or_doubled_particle() -> None:
    bad = re.compile(
        r"[{}\[\]|]|\([가이을를은는과와으]\)|을/를|이/가|은/는| {2}|\s[,.?!](?!\.)|^\s*$"
    )
    allowed = {"", "[광고] 상위 노출 보장합니다"}
    assert [text for text in _texts() if text not in allowed and bad.search(text)] == []


def test_particles_behind_slots_are_always_chosen() -> None:
    """A particle that depends on the word must not be written fixed behind a slot."""
    fixed = re.compile(r"\{\w+\}(?:을|를|은|는|과|와|으로|로|이에요|예요|이요|요)(?=[\s.,?!]|$)")
    words = [
        text
        for script in SCRIPTS
        for line in script.lines
        for text in (*line.variants, *script.subjects)
    ]
    assert [text for text in words if fixed.search(text)] == []


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("새벽길 2", ("을", "를"), "를"),
        ("첫걸음 데일리", ("은", "는"), "는"),
        ("차곡 선반장", ("이", "가"), "이"),
        ("240", ("으로", "로"), "으로"),
        ("265", ("으로", "로"), "로"),
        ("XL", ("으로", "로"), "로"),
        ("퀸", ("이요", "요"), "이요"),
        ("7,000원", ("이에요", "예요"), "이에요"),
    ],
)
def test_particle_follows_the_sound(word: str, pair: tuple[str, str], expected: str) -> None:
    assert particle(word, *pair) == expected


def test_fill_chooses_slots_and_particles() -> None:
    text = "[{item:을/를}|{item:을/를}] {size:으로/로} 교환"
    assert fill(text, slots={"item": "이불", "size": "퀸"}, rng=Random(1)) == "이불을 퀸으로 교환"
    assert slot_names(text) == {"item", "size"}


def test_conversations_vary() -> None:
    firsts = [talk.turns[0].text for talk in TALKS if talk.language == "ko"]
    assert len(set(firsts)) / len(firsts) > 0.6
    whole = [tuple(turn.text for turn in talk.turns) for talk in TALKS if len(talk.turns) > 2]
    assert len(set(whole)) / len(whole) > 0.97


def test_turns_follow_one_another_in_the_window() -> None:
    for talk in TALKS:
        times = [turn.at for turn in talk.turns]
        assert times[0] == talk.opened_at
        assert times[-1] <= NOW
        assert all(earlier < later for earlier, later in pairwise(times))
        assert talk.opened_at > NOW - timedelta(days=hours.WINDOW_DAYS)
        assert all(turn.at.utcoffset() == timedelta() for turn in talk.turns)


def test_agents_speak_in_opening_hours() -> None:
    for talk in TALKS:
        for turn in talk.turns:
            if turn.speaker != "customer":
                assert hours.working(turn.at, hours=BRAND[talk.brand].hours) == turn.at


def test_customers_write_by_day_more_than_by_night_and_less_on_sundays() -> None:
    local = [talk.opened_at.astimezone(hours.SEOUL) for talk in TALKS]
    by_hour = Counter(at.hour for at in local)
    assert sum(by_hour[h] for h in range(9, 18)) > 6 * sum(by_hour[h] for h in range(7))
    by_day = Counter(at.weekday() for at in local)
    assert by_day[0] > 1.5 * by_day[6]


def test_states_agree_with_turns() -> None:
    for talk in TALKS:
        assert (talk.closed_at is not None) == (talk.status == "closed")
        assert talk.closed_at is None or talk.turns[-1].at <= talk.closed_at <= NOW
        authors = {turn.author for turn in talk.turns if turn.speaker != "customer"}
        assert authors == ({talk.agent} if talk.agent else set())
        assert not talk.agent or talk.team in AGENT[talk.agent].teams
        if talk.status == "open":
            assert NOW - talk.turns[-1].at < timedelta(days=4)
    assert {talk.status for talk in TALKS} == {"open", "waiting", "closed"}


def test_sequels_are_told_by_the_same_person_about_the_same_thing() -> None:
    by_key = {talk.key: talk for talk in TALKS}
    sequels = [talk for talk in TALKS if talk.sequel_of]
    assert len(sequels) >= 5
    for talk in sequels:
        earlier = by_key[talk.sequel_of]
        assert (talk.person, talk.brand) == (earlier.person, earlier.brand)
        assert talk.opened_at > earlier.turns[-1].at
        assert _orders(talk) == _orders(earlier)


def _orders(talk: Talk) -> set[str | int]:
    return {h.data["order"] for h in talk.happenings if h.kind == "order_placed"}


def test_happenings_are_ordered_and_order_steps_precede_the_talk() -> None:
    for talk in TALKS:
        times = [happening.at for happening in talk.happenings]
        assert times == sorted(times)
        assert all(at <= talk.opened_at for at in times)
        steps = [h.kind for h in talk.happenings if h.kind.startswith(("order", "return"))]
        whole = ["order_placed", "order_shipped", "order_delivered", "return_requested"]
        assert steps == whole[: len(steps)]


def test_people_write_after_they_joined() -> None:
    joined = {person.key: person.joined_at for person in PEOPLE}
    assert [talk.key for talk in TALKS if talk.opened_at < joined[talk.person]] == []


def test_addresses_and_numbers_are_fictional_and_nobody_elses() -> None:
    many = list(people(Random(2), count=4000, now=NOW))
    emails = [email for person in many for email in person.emails] + [a.email for a in AGENTS]
    assert len(emails) == len(set(emails))
    assert [e for e in emails if not re.fullmatch(r"[a-z0-9._]+@example\.com", e)] == []
    phones = [person.phone for person in many]
    assert len(phones) == len(set(phones))
    assert [phone for phone in phones if not FICTIONAL.fullmatch(phone)] == []
    foreign = sum(person.language == "en" for person in many) / len(many)
    assert 0.07 < foreign < 0.13
    assert 0.08 < sum(len(person.emails) == 2 for person in many) / len(many) < 0.17


def test_korean_numbers_can_be_parsed() -> None:
    mobile = next(person.phone for person in PEOPLE if person.phone.startswith("010"))
    parsed = phonenumbers.parse(mobile, "KR")
    assert (parsed.country_code, len(str(parsed.national_number))) == (82, 10)


def test_texts_hold_no_other_address_or_number() -> None:
    for text in _texts():
        assert all(domain == "example.com" for domain in re.findall(r"@([a-z.]+)", text))
        assert re.findall(r"\b01[016789]-?\d{3,4}-?\d{4}\b", text) == []


def test_names_are_romanised() -> None:
    assert [romanised(name) for name in ("하늘", "서연", "옥순")] == ["haneul", "seoyeon", "oksun"]


def test_company_hangs_together() -> None:
    assert {slug for team in TEAM.values() for slug in team.brands} == set(BRAND)
    assert {team for agent in AGENTS for team in agent.teams} == set(TEAM)
    assert {agent.role for agent in AGENTS} == {"admin", "lead", "agent"}
    assert len({product.slug for product in PRODUCTS}) == len(PRODUCTS)
    assert {s.category[0] for s in SCRIPTS} == set(categories())


def test_working_skips_lunch_nights_weekends_and_holidays() -> None:
    def seoul(*parts: int) -> datetime:
        return datetime(*parts, tzinfo=hours.SEOUL)  # type: ignore[misc,arg-type]

    opening = Hours()
    cases = {
        seoul(2026, 3, 11, 10, 5): seoul(2026, 3, 11, 10, 5),
        seoul(2026, 3, 11, 12, 30): seoul(2026, 3, 11, 13),
        seoul(2026, 3, 11, 18): seoul(2026, 3, 12, 9),
        seoul(2026, 3, 13, 21): seoul(2026, 3, 16, 9),
        seoul(2026, 2, 15, 11): seoul(2026, 2, 19, 9),  # 설날
    }
    assert {at: hours.working(at, hours=opening) for at in cases} == cases


def test_live_script_goes_from_opening_to_thanks() -> None:
    rng = Random(4)
    for person in PEOPLE[:80]:
        live = live_script(rng, person=person, now=NOW)
        assert live.opening
        assert all(say.text and say.after > 0 for say in (*live.opening, *live.turns, live.thanks))
        said = 0
        while after_answer(live, answer="네, 확인했습니다.", said=said, rng=rng):
            said += 1
        assert said == len(live.turns) + 1


def test_live_visitor_answers_what_is_asked() -> None:
    rng = Random(6)
    person = next(p for p in PEOPLE if p.language == "ko")
    live = live_script(rng, person=person, now=NOW)
    said = after_answer(live, answer="주문번호를 알려주시겠어요?", said=0, rng=rng)
    assert said is not None
    assert said.text == live.facts["order"]
    photo = after_answer(live, answer="사진을 보내주시겠어요?", said=0, rng=rng)
    assert photo is not None
    assert photo.photos == 1


def test_live_visitor_nudges_twice_then_leaves() -> None:
    live = live_script(Random(7), person=PEOPLE[0], now=NOW, brand=BRANDS[0].slug)
    assert [after_silence(live, nudged=n) for n in range(3)] == [*live.nudges, None]


def test_live_scripts_are_the_same_for_the_same_seed() -> None:
    first, second = (live_script(Random(8), person=PEOPLE[1], now=NOW) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "text",
    [
        "text without a header",
        "= a | 하나/둘 | 둘 | chat | closed | 주문 | 1\n고 말",
        "= a | 하나/둘/셋 | 둘 | chat | closed | 없는 단계 | 1\n고 말",
        "= a | 하나/둘/셋 | 둘 | form | closed | 주문 | 1\n고 제목이 없는 말",
        "= a | 하나/둘/셋 | 둘 | chat | closed | 주문 | 1\n고= 하나\n/ 둘\n상= 하나",
        "= a | 하나/둘/셋 | 둘 | chat | closed | 주문 | 1\n고",
        "= a | 하나/둘/셋 | 둘 | chat | closed | 주문 | 1\n누구 말",
    ],
)
def test_parse_refuses_a_broken_script(text: str) -> None:
    with pytest.raises(ScriptError):
        parse(text)


def test_script_files_end_up_in_the_package() -> None:
    folder = Path(talks_ko.__file__).parent / "scripts"
    assert sorted(path.name for path in folder.iterdir()) == ["en", "ko"]


def test_agents_write_with_formatting_now_and_then() -> None:
    said = [turn for t in TALKS for turn in t.turns if turn.speaker != "customer"]
    rich = [turn for turn in said if turn.rich]
    assert rich
    assert len(rich) < len(said) / 4
    assert not [turn.text for turn in said if "¶" in turn.text or "**" in turn.text]
    assert any("\n1. " in turn.text for turn in rich)


def test_signs_in_scripts_become_formatting() -> None:
    assert formatted("그냥 글") == ("그냥 글", None)
    assert formatted("한 줄 ¶ 또 한 줄") == ("한 줄\n또 한 줄", None)
    text, rich = formatted("**굵게** 이렇게요. ¶ - 하나 ¶ - 둘 ¶ > 말씀")
    assert text == "굵게 이렇게요.\n- 하나\n- 둘\n> 말씀"
    assert rich
    assert [block["type"] for block in rich["content"]] == [
        "paragraph",
        "bulletList",
        "blockquote",
    ]
