"""The customers of the demo company, invented from a seed.

Telephone numbers can reach nobody: in Korea the exchange behind 010 begins with 2 to 9, so every
number here is 010-0xxx-xxxx; for the United States 555-0100 to 555-0199 is kept for fiction, for
the United Kingdom 07700 900000 to 900999 (Ofcom, numbers for drama). E-mail addresses are at
example.com, which RFC 2606 reserves.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import TypeVar

from majung.demo.content.company import AGENTS, BRANDS, DOMAIN, GRADES
from majung.demo.content.facts import Address, Person, Tone
from majung.demo.content.names import (
    CITIES,
    CITIES_ABROAD,
    CITY_ENGLISH,
    COHORTS,
    DEVICES,
    FOREIGN_FIRST,
    FOREIGN_LAST,
    SURNAMES,
)

FOREIGN_SHARE = 0.1
ABROAD_SHARE = 0.4
T = TypeVar("T")
_TONES: tuple[Tone, ...] = ("polite", "plain", "terse")
_US_AREAS = (202, 206, 212, 213, 303, 305, 312, 404, 415, 503, 512, 617, 702, 713, 720, 808)
_INITIALS = "g kk n d tt r m b pp s ss - j jj ch k t p h".replace("-", "").split(" ")
_VOWELS = [
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
]
_FINALS = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t".replace("-", "").split(" ")
_WORDS = ("run", "day", "home", "star", "moon", "mom", "cat", "note", "box", "sky")


def people(rng: Random, *, count: int, now: datetime) -> Iterator[Person]:
    """Yield `count` customers; the first has been one for longer than the window of talks."""
    surnames = _weighted([(row[:2], row[2]) for row in SURNAMES])
    cohorts = _weighted([((row[0], row[2].split()), row[1]) for row in COHORTS])
    cities = _weighted([((row[0], row[2].split()), row[1]) for row in CITIES])
    devices = _weighted([((row[0], row[1]), row[2]) for row in DEVICES])
    taken = {agent.email for agent in AGENTS}
    offset = rng.randrange(10**7)
    away = 0
    for index in range(count):
        foreign = rng.random() < FOREIGN_SHARE
        since, given_names = _draw(cohorts, rng)
        born = since + rng.randrange(10)
        city, districts = _draw(cities, rng)
        if foreign:
            name, handles = _foreign(rng)
        else:
            name, handles = _korean(rng, _draw(surnames, rng), rng.choice(given_names), born)
        phone = _phone_abroad(away) if foreign and rng.random() < ABROAD_SHARE else ""
        away += bool(phone)
        device, browser = _draw(devices, rng)
        city = rng.choice(CITIES_ABROAD) if phone else city
        yield Person(
            key=f"p{index:06d}",
            name=name,
            language="en" if foreign else "ko",
            emails=_emails(rng, handles, taken),
            phone=phone or _phone(index, offset=offset),
            joined_at=_joined(rng, first=index == 0, now=now),
            birth_year=born,
            device=device,
            browser=browser,
            city=CITY_ENGLISH.get(city, city) if foreign else city,
            addresses=_addresses(rng, city, districts, english=foreign, abroad=bool(phone)),
            grade=rng.choices(GRADES, weights=(58, 25, 12, 5))[0],
            tone=rng.choices(_TONES, weights=(38, 42, 20))[0],
            brands=_brands(rng),
            marketing=rng.random() < 0.62,
        )


def romanised(word: str) -> str:
    """Return Hangul in Latin letters, syllable by syllable (Revised Romanization, simplified)."""
    letters = []
    for char in word:
        vowel_and_final = ord(char) - 0xAC00
        initial, rest = divmod(vowel_and_final, 588)
        vowel, final = divmod(rest, 28)
        letters.append(_INITIALS[initial] + _VOWELS[vowel] + _FINALS[final])
    return "".join(letters)


def _weighted(rows: Sequence[tuple[T, int]]) -> tuple[list[T], list[int]]:
    return [row[0] for row in rows], list(accumulate(row[1] for row in rows))


def _draw(table: tuple[list[T], list[int]], rng: Random) -> T:
    values, sums = table
    return values[bisect_right(sums, rng.random() * sums[-1])]


def _korean(
    rng: Random, surname: tuple[str, str], given: str, born: int
) -> tuple[str, tuple[str, ...]]:
    """Return the name and likely handles of a Korean customer."""
    family, family_latin = surname
    given_latin = romanised(given)
    short = given_latin[0] + given_latin[-1]
    return family + given, (
        f"{given_latin}.{family_latin}",
        f"{family_latin}{given_latin}{born % 100:02d}",
        f"{given_latin}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}",
        f"{given_latin}_{rng.choice(_WORDS)}",
        f"{family_latin}{short}{born}",
        f"{rng.choice(_WORDS)}{given_latin}{rng.randint(2, 99)}",
    )


def _foreign(rng: Random) -> tuple[str, tuple[str, ...]]:
    first, last = rng.choice(FOREIGN_FIRST), rng.choice(FOREIGN_LAST)
    low = first.lower()
    return f"{first} {last}", (
        f"{low}.{last.lower()}",
        f"{low[0]}{last.lower()}{rng.randint(2, 99)}",
        f"{low}{rng.randint(70, 99)}",
    )


def _emails(rng: Random, handles: tuple[str, ...], taken: set[str]) -> tuple[str, ...]:
    """Return one address, or for one in eight people two; nobody else has them."""
    found = []
    for handle in rng.sample(handles, 2 if rng.random() < 0.125 else 1):
        email, number = f"{handle}@{DOMAIN}", 2
        while email in taken:
            email, number = f"{handle}{number}@{DOMAIN}", number + rng.randint(1, 40)
        taken.add(email)
        found.append(email)
    return tuple(found)


def _phone(index: int, *, offset: int) -> str:
    # Multiplying by a number prime to ten million walks through all of them without repeating.
    number = (index * 6_180_339 + offset) % 10**7
    return f"010-0{number // 10_000:03d}-{number % 10_000:04d}"


def _phone_abroad(number: int) -> str:
    """Return the `number`-th fictional number abroad, or nothing when they are used up."""
    half, american = divmod(number, 2)
    if american and half < len(_US_AREAS) * 100:
        return f"+1 {_US_AREAS[half % len(_US_AREAS)]} 555 01{half // len(_US_AREAS):02d}"
    return f"+44 7700 900{half:03d}" if not american and half < 1000 else ""


def _joined(rng: Random, *, first: bool, now: datetime) -> datetime:
    days = 400.0 if first else rng.uniform(0.2, 180) if rng.random() < 0.3 else _long_ago(rng)
    return (now - timedelta(days=days)).astimezone(UTC).replace(microsecond=0)


def _long_ago(rng: Random) -> float:
    return rng.triangular(180, 1500, 300)


def _addresses(
    rng: Random, city: str, districts: list[str], *, english: bool, abroad: bool
) -> tuple[Address, ...]:
    """Return where parcels go: home for all, work too for one in five who live in Korea."""
    if abroad:
        return (Address(label="Home", city=city, district="", detail=f"Flat {rng.randint(1, 60)}"),)
    labels = ("Home", "Work") if english else ("집", "회사")
    places = labels[: 2 if rng.random() < 0.2 else 1]
    return tuple(
        Address(
            label=label,
            city=CITY_ENGLISH[city] if english else city,
            district=_district(rng.choice(districts), english=english),
            detail=_detail(rng, home=label in {"Home", "집"}, english=english),
        )
        for label in places
    )


def _district(district: str, *, english: bool) -> str:
    """Return 해운대구 as it is, or as Haeundae-gu."""
    if not english:
        return district
    stem = romanised(district[:-1]).capitalize()
    return f"{stem}-{romanised(district[-1])}"


def _detail(rng: Random, *, home: bool, english: bool) -> str:
    if not home:
        return f"Floor {rng.randint(2, 14)}" if english else f"{rng.randint(2, 14)}층"
    building, flat = rng.randint(101, 118), rng.randint(2, 22) * 100 + rng.randint(1, 6)
    return f"Building {building}, Unit {flat}" if english else f"{building}동 {flat}호"


def _brands(rng: Random) -> tuple[str, ...]:
    """Return the brands a person buys from, the one they know first in front."""
    slugs = [brand.slug for brand in BRANDS]
    if rng.random() < 0.45:
        slugs.reverse()
    return tuple(slugs) if rng.random() < 0.22 else tuple(slugs[:1])
