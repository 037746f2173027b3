"""The words by which programs begin what they quote: header labels and separator lines."""

import re
from functools import lru_cache
from typing import Final, Literal

Label = Literal["from", "to", "cc", "date", "subject"]

_LABELS: Final[dict[str, Label]] = {
    **dict.fromkeys(
        [
            "from",
            "sender",
            "von",
            "de",
            "da",
            "van",
            "från",
            "fra",
            "от",
            "från:",
            "od",
            "lähettäjä",
            "보낸사람",
            "보낸이",
            "발신",
            "발신자",
            "발신인",
            "보낸분",
            "差出人",
            "送信者",
            "发件人",
            "寄件者",
            "發件人",
            "寄件人",
            "expéditeur",
            "remitente",
            "mittente",
            "từ",
        ],
        "from",
    ),
    **dict.fromkeys(
        [
            "to",
            "an",
            "à",
            "para",
            "a",
            "aan",
            "till",
            "til",
            "кому",
            "do",
            "받는사람",
            "받은사람",
            "받는이",
            "수신",
            "수신자",
            "수신인",
            "받는분",
            "宛先",
            "收件人",
            "收件者",
            "destinataire",
            "destinatario",
            "đến",
        ],
        "to",
    ),
    **dict.fromkeys(
        ["cc", "참조", "抄送", "副本", "копия", "kopie", "kopia", "bcc", "숨은참조"], "cc"
    ),
    **dict.fromkeys(
        [
            "date",
            "sent",
            "gesendet",
            "datum",
            "envoyé",
            "fecha",
            "enviado",
            "inviato",
            "data",
            "verzonden",
            "skickat",
            "дата",
            "날짜",
            "보낸날짜",
            "보낸시간",
            "보낸시각",
            "보낸일시",
            "발신일시",
            "발송일시",
            "발신일",
            "일시",
            "작성일",
            "받은날짜",
            "日付",
            "日時",
            "送信日時",
            "发送时间",
            "時間",
            "日期",
            "傳送時間",
            "发送日期",
            "senton",
        ],
        "date",
    ),
    **dict.fromkeys(
        [
            "subject",
            "title",
            "betreff",
            "objet",
            "asunto",
            "assunto",
            "oggetto",
            "onderwerp",
            "ämne",
            "emne",
            "тема",
            "제목",
            "件名",
            "主题",
            "主旨",
            "主題",
            "chủđề",
        ],
        "subject",
    ),
}
_ORIGINALS: Final = re.compile(
    r"(original (message|mail|e-?mail)|원본 ?(메시지|메일|이메일|메세지)|원문 ?(메시지|메일)?"
    r"|ursprüngliche nachricht|message d'origine|mensaje original|mensagem original"
    r"|messaggio originale|oorspronkelijk bericht|原始邮件|原始郵件|原邮件|元のメッセージ"
    r"|オリジナルメッセージ|исходное сообщение)",
    re.IGNORECASE,
)
_FORWARDS: Final = re.compile(
    r"(forwarded (message|mail)|begin forwarded message|전달된 ?(메시지|메일|메세지|이메일)( 시작)?"
    r"|전달 ?(메시지|메일)|weitergeleitete nachricht|message transféré|mensaje reenviado"
    r"|mensagem encaminhada|messaggio inoltrato|转发的邮件|转发邮件|轉寄郵件|転送メッセージ"
    r"|転送されたメッセージ)",
    re.IGNORECASE,
)
_DASHES: Final = "-–—_=*━ "
MARKS: Final = "> \t\u3000"
_RULER: Final = re.compile(r"[-–—_=*━─~]{4,}")


@lru_cache(maxsize=64)  # each line is asked for once per line above it
def label(line: str) -> tuple[Label, str] | None:
    """Return which header a quoted line such as ``보낸 사람: …`` shows, and its value."""
    bare = line.strip(MARKS + "*")
    at = min((bare.find(sign, 0, 24) for sign in (":", "：") if sign in bare[:24]), default=-1)
    if at < 1:
        return None
    name = bare[:at].replace(" ", "").strip("*").casefold()
    found = _LABELS.get(name)
    return (found, bare[at + 1 :].strip(" *\t")) if found else None


def is_original(line: str) -> bool:
    """Say whether a line like ``-----Original Message-----`` begins a quote."""
    return _dashed(line, _ORIGINALS)


def is_forward(line: str) -> bool:
    """Say whether a line says that a mail is passed on from here."""
    bare = line.strip(MARKS)
    if bare.endswith(":") and len(bare) < 60:
        match = _FORWARDS.match(bare)
        return match is not None and match.end() >= len(bare) - 2
    return _dashed(line, _FORWARDS)


def is_ruler(line: str) -> bool:
    return _RULER.fullmatch(line.strip()[:300]) is not None


def _dashed(line: str, pattern: re.Pattern[str]) -> bool:
    bare = line.strip(MARKS)[:400]
    if bare[:1] not in _DASHES:
        return False
    text = bare.lstrip(_DASHES)
    if not text or len(bare) - len(text) < 2:
        return False
    match = pattern.match(text)
    # Some phones write the quoted headers into the same line.
    return match is not None and text[match.end() :].lstrip()[:2].strip("-–—_=*━") == ""


def block(lines: list[str], start: int) -> int:
    """Return how many lines of quoted headers begin at ``start``; 0 if they are none.

    They name a sender and two more of receiver, date and subject, with little between them.
    """
    first = label(lines[start])
    if first is None:
        return 0
    kinds: set[str] = {first[0]}
    last = start
    odd = 0
    for index in range(start + 1, min(start + 16, len(lines))):
        text = lines[index].strip(MARKS)
        found = label(lines[index]) if text else None
        if found:
            kinds.add(found[0])
            last, odd = index, 0
        else:
            odd += 1
        if odd > 2:
            break
    return last - start + 1 if "from" in kinds and len(kinds - {"cc"}) >= 3 else 0
