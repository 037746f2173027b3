"""Particles (조사) that agree with the word before them, and finding by initials (초성)."""

import re
import unicodedata
from typing import Final

# (after a consonant, after a vowel) by every way people write the pair.
_PAIRS: Final = (
    ("은", "는"),
    ("이", "가"),
    ("을", "를"),
    ("과", "와"),
    ("아", "야"),
    ("이여", "여"),
    ("이랑", "랑"),
    ("이나", "나"),
    ("이라", "라"),
    ("이라고", "라고"),
    ("이라는", "라는"),
    ("이에요", "예요"),
    ("이었", "였"),
    ("이며", "며"),
    ("으로", "로"),
    ("으로서", "로서"),
    ("으로써", "로써"),
    ("으로부터", "로부터"),
)
_HANGUL_FIRST, _HANGUL_LAST = "가", "힣"
_INITIALS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_OF_INITIAL: Final = 588  # syllables that begin with the same consonant
_FINALS: Final = 28  # final consonants of a syllable, none included
_RIEUL: Final = 8  # the number of ㄹ among them

# Final sound of a digit as it is read: 영 일 이 삼 사 오 육 칠 팔 구.
_DIGITS: Final = dict(zip("0123456789", "ㅇㄹ ㅁ  ㄱㄹㄹ ", strict=True))
# A number that ends in zeros is read by its last unit: 십 백 천, 만, 억, 조.
_ZEROS: Final = {1: "ㅂ", 2: "ㄱ", 3: "ㄴ", 4: "ㄴ", 5: "ㄴ", 6: "ㄴ", 7: "ㄴ", 8: "ㄱ"}
_ZEROS_MORE: Final = {9: "ㄱ", 10: "ㄱ", 11: "ㄱ", 12: " "}
# Names of Latin letters that end in a consonant: 엘 엠 엔 알.
_LETTERS: Final = {"l": "ㄹ", "m": "ㅁ", "n": "ㄴ", "r": "ㄹ"}
_SYMBOLS: Final = {"%": " ", "℃": " ", "$": " ", "€": " ", "₩": "ㄴ", "&": " ", "+": " "}
# Endings of Latin words as Koreans say them; what is not here ends in a vowel sound (스, 드, 크).
_WORD_ENDINGS: Final = (
    (re.compile(r"(?:l|le)$"), "ㄹ"),  # mail 메일, Apple 애플
    (re.compile(r"(?:m|me)$"), "ㅁ"),  # team 팀, Chrome 크롬
    (re.compile(r"(?:n|ne)$"), "ㄴ"),  # Amazon 아마존, phone 폰
    (re.compile(r"ng$"), "ㅇ"),  # Samsung 삼성
    (re.compile(r"(?:^|[^aeiou])[aeiou](?:p|pp|b)$"), "ㅂ"),  # shop 숍, app 앱, web 웹
    (re.compile(r"(?:ck|ook|alk|(?:^|[^aeiou])[aeiou][ck])$"), "ㄱ"),  # Slack 슬랙, Talk 톡
    (re.compile(r"(?:^|[^aeiou])[aeiou]t$"), "ㅅ"),  # bot 봇, internet 인터넷
)
_WORD: Final = re.compile(r"[A-Za-z]+$")
_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?$")
_SKIPPED: Final = re.compile(r"[\s)\]}>」』”’\"'.,!?…·~]+$")
_BRACKETED: Final = re.compile(r"\s*\([^()]*\)\s*$")


def _of_number(number: str) -> str:
    whole, _, fraction = number.replace(",", "").partition(".")
    if fraction or not whole.endswith("0") or whole.startswith("0"):
        return _DIGITS[number[-1]]
    zeros = len(whole) - len(whole.rstrip("0"))
    return (_ZEROS | _ZEROS_MORE).get(zeros, " ")


def _of_word(word: str) -> str:
    """Return the final of a Latin word: capitals are spelt out, other words are said."""
    if len(word) == 1 or word.isupper():
        return _LETTERS.get(word[-1].lower(), " ")
    low = word.lower()
    return next((final for ending, final in _WORD_ENDINGS if ending.search(low)), " ")


def final_sound(word: str) -> str:
    """Return the final consonant of a word as it is read: a 자모, or a space after a vowel.

    Consonants other than ㄹ are only told apart as far as particles need. Closing brackets and
    punctuation are skipped, and so is a remark in brackets.
    """
    text = unicodedata.normalize("NFC", word)
    bare = _SKIPPED.sub("", _BRACKETED.sub("", text)) or _SKIPPED.sub("", text)
    if not bare:
        return " "
    last = bare[-1]
    if _HANGUL_FIRST <= last <= _HANGUL_LAST:
        final = (ord(last) - ord(_HANGUL_FIRST)) % _FINALS
        return "ㄹ" if final == _RIEUL else "ㅇ" if final else " "
    if number := _NUMBER.search(bare):
        return _of_number(number.group())
    if found := _WORD.search(bare):
        return _of_word(found.group())
    if "ㄱ" <= last <= "ㅎ":
        return "ㅇ"  # 기역, 니은; 리을 is read with ㄹ but stands alone in jokes only
    return _SYMBOLS.get(last, " ")


def _pair(particle: str) -> tuple[str, str]:
    """Return (after a consonant, after a vowel) for "은/는", "(으)로", "는" and the like."""
    parts = {part for part in re.split(r"[/()]", particle) if part}
    joined = particle.replace("(", "").replace(")", "")
    for consonant, vowel in _PAIRS:
        if parts == {consonant, vowel} or particle in {consonant, vowel} or joined == consonant:
            return consonant, vowel
    msg = f"unknown particle: {particle}"
    raise ValueError(msg)


def josa(word: str, particle: str) -> str:
    """Return the form of a particle that fits a word: ``josa("상담원", "은/는")`` is "은".

    Knows Hangul, numbers (3이, 7로, 265로, 10,000은), and Latin letters and words as Koreans read
    them; 로 follows ㄹ. Raises ``ValueError`` for a particle it does not know.
    """
    consonant, vowel = _pair(particle)
    final = final_sound(word)
    if final == " " or (final == "ㄹ" and consonant.startswith("으로")):
        return vowel
    return consonant


def with_josa(word: str, particle: str) -> str:
    """Return the word with the fitting form of the particle behind it."""
    return word + josa(word, particle)


def initials(text: str) -> str:
    """Return the text with each syllable as its first consonant: "배송 지연" is "ㅂㅅ ㅈㅇ"."""
    return "".join(map(_initial, unicodedata.normalize("NFC", text)))


def finds(query: str, text: str) -> bool:
    """Say whether a text holds what somebody types: "배송", "ㅂㅅ", "배ㅅ", "배소".

    Spaces do not matter, nor does case; the last syllable may be half typed.
    """
    wanted = _squeezed(query)
    looked_at = _squeezed(text)
    last = len(looked_at) - len(wanted)
    return any(_begins(wanted, looked_at[at:]) for at in range(last + 1))


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).lower().split())


def _begins(wanted: str, text: str) -> bool:
    for place, (sign, there) in enumerate(zip(wanted, text, strict=False)):
        if sign == there or sign == _initial(there):
            continue
        half_typed = place == len(wanted) - 1 and _is_syllable(sign) and _is_syllable(there)
        return half_typed and _letters(there).startswith(_letters(sign))
    return True


def _initial(sign: str) -> str:
    if not _is_syllable(sign):
        return sign
    return _INITIALS[(ord(sign) - ord(_HANGUL_FIRST)) // _OF_INITIAL]


def _is_syllable(sign: str) -> bool:
    return _HANGUL_FIRST <= sign <= _HANGUL_LAST


def _letters(syllable: str) -> str:
    return unicodedata.normalize("NFD", syllable)
