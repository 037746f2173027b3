"""Where a signature begins: after "-- ", what phones add, blocks of companies, legal notices."""

import re
from typing import Final

from majung.channels.adapters.email import labels, limits

_LONGEST_BLOCK: Final = 15  # lines
_MOST_BLOCKS: Final = 8  # of one signature: a notice, what a phone says, a company …
_LONGEST_LINE: Final = 110
_MOST_MARKED: Final = 60  # lines after "-- "; more is no signature
_DEVICE: Final = re.compile(
    r"(iphone|ipad|ipod|mac|galaxy|갤럭시|아이폰|아이패드|삼성|samsung|android|안드로이드|스마트폰"
    r"|모바일|휴대폰|휴대전화|메일앱|메일 앱|앱|outlook|windows|daum|다음|네이버|lg |blackberry"
    r"|huawei|xiaomi|pixel)",
    re.IGNORECASE,
)
_SENT_BY: Final = re.compile(
    r"(에서 (보냄|보냈습니다|보낸 메일입니다|보낸 메시지|발송|전송|전송됨|발송됨)|로 (보냄|보냈습니다))"
    r"[.!]?$"
)
_SENT_FROM: Final = re.compile(
    r"(sent from (my|outlook|mail for|yahoo|samsung|proton|naver|galaxy|an? )|get outlook for"
    r"|sent (via|with) |von meinem .{1,30} gesendet|gesendet von |envoyé de(puis)? m|enviado desde"
    r"|enviado do|inviato da|iphoneから送信|.{0,20}から送信$|发自我的|從我的|发送自|отправлено с)",
    re.IGNORECASE,
)
_OUTLOOK: Final = re.compile(
    r"outlook.{0,20}(다운로드|가져오기|받기)|(ios|android)용 outlook", re.IGNORECASE
)
_CLOSING: Final = re.compile(
    r"(감사합니다|감사드립니다|고맙습니다|감사해요|수고하세요|안녕하세요|드림|올림|배상|拜上"
    r"|thanks|thank you|regards|sincerely|best|cheers|grüße)[\s.,!~^]*$",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(
    r"(다|요|죠|까|니|세요|네요|ㅠ|ㅎ|ㅋ)[.!?~^;)ㅠㅎㅋ ]*$|[?!？！]\s*$|(?<!ltd)(?<!inc)(?<!co)(?<!corp)[.。]$",
    re.IGNORECASE,
)
_NUMBER: Final = r"[\s.:)|/\]]{0,4}\+?[\d(][\d\s().~-]{6,20}"
_CONTACT: Final = re.compile(
    rf"(?<![\w@])(tel|t|phone|mobile|m|mp|h\.?p|hp|c|cell|fax|f|direct|d|office|o|직통|대표|대표전화|팩스"
    rf"|사무실|내선|휴대폰|핸드폰|전화|연락처){_NUMBER}"
    r"|(?<![\w@])(e|e-?mail|mail|이메일|메일)[\s.:)|/\]]{1,4}[\w.+-]{1,64}@[\w-]"
    r"|(?<![\w@])(w|web|homepage|홈페이지|h)[\s.:)|]{1,4}(www\.|https?:)",
    re.IGNORECASE,
)
_BARE: Final = re.compile(
    r"(www\.\S+|https?://\S+|[\w.+-]{1,64}@[\w.-]{3,80}|\+?[\d(][\d\s().-]{7,18}\d)", re.IGNORECASE
)
_COMPANY: Final = re.compile(
    r"\(주\)|㈜|주식회사|유한회사|사단법인|재단법인|inc\b|co\.|ltd|corp\b|llc|gmbh|대학교|학과|병원"
    r"|연구소|본부|센터|사업부|[가-힣]{1,10}팀\b|부장|차장|과장|대리|사원|주임|실장|이사|대표|팀장|매니저"
    r"|책임|선임|수석|manager|director|engineer|team|department",
    re.IGNORECASE,
)
# A customer's own details are what the mail is about.
_FORM: Final = re.compile(
    r"\s*[-*•]?\s*(성함|성명|이름|주문\s?번호|주문자|상품|제품|모델|수량|옵션|사이즈|색상|계좌|은행|예금주"
    r"|아이디|id|문의|내용|생년월일|수령인|받는\s?분|구매|결제|날짜|사유|order|name)\s{0,3}[:：]",
    re.IGNORECASE,
)
_NOTICE: Final = re.compile(
    r"\s*[※*]?\s*(본|이)\s?(메일|전자우편|전자 메일|이메일|e-?mail|메시지|통신문)|\s*\*{0,3}(this (e-?mail|message"
    r"|communication|transmission)|the information (contained|in this)|confidential)",
    re.IGNORECASE,
)
_LEGAL: Final = re.compile(
    r"기밀|비밀|수신인|수신자|발신전용|법률|confidential|intended|privileged|recipient",
    re.IGNORECASE,
)
_POSTSCRIPT: Final = re.compile(r"\s*(p\.?s\.?\b|추신|덧붙)", re.IGNORECASE)
_LIST_RULER: Final = re.compile(r"_{20,}")


def start(lines: list[str]) -> int:
    """Return the index of the signature's first line; the number of lines if there is none."""
    marked = _marked(lines)
    end = len(lines) if marked is None else marked
    for _ in range(_MOST_BLOCKS):
        last = _last(lines, end)
        if last < 0:
            return end
        found = next(
            (
                at
                for at in (_phone(lines, last), _notice(lines, last), _company(lines, last))
                if at is not None
            ),
            None,
        )
        if found is None:
            return end
        end = _with_ruler(lines, found)
    return end


def _last(lines: list[str], end: int) -> int:
    """Return the last line before ``end`` that says something."""
    index = end - 1
    while index >= 0 and not lines[index].strip():
        index -= 1
    return index


def _marked(lines: list[str]) -> int | None:
    for index, line in enumerate(lines):
        if line.strip() == "--" and len(lines) - index <= _MOST_MARKED:
            after = next((each for each in lines[index + 1 :] if each.strip()), "")
            return None if _POSTSCRIPT.match(after[:20]) else index
        if _LIST_RULER.fullmatch(line.strip()[:100]) and "list" in " ".join(
            lines[index + 1 : index + 3]
        ):
            return index
    return None


def _phone(lines: list[str], last: int) -> int | None:
    line = lines[last].strip()
    if len(line) > 80:
        return None
    if _SENT_BY.search(line) and _DEVICE.search(line):
        return last
    return last if _SENT_FROM.match(line) or _OUTLOOK.search(line) else None


def _notice(lines: list[str], last: int) -> int | None:
    first = last
    while first > 0 and last - first < 20 and lines[first - 1].strip():
        if labels.is_ruler(lines[first - 1]):
            break
        first -= 1
    for index in range(first, last + 1):
        if _NOTICE.match(lines[index][:200]):
            text = " ".join(lines[index : last + 1])[: limits.MOST_LINE]
            return index if _LEGAL.search(text) else None
    return None


def _company(lines: list[str], last: int) -> int | None:
    """Find a block that names a company or a post and at least two ways to get there."""
    first = last
    while first > 0 and last - first < _LONGEST_BLOCK and _fits(lines, first - 1):
        first -= 1
    if not _fits(lines, last) or any(_FORM.match(line[:60]) for line in lines[first : last + 1]):
        return None
    ways = 0
    begin = None
    named = False
    for index in range(first, last + 1):
        line = lines[index].strip()
        bare = sum(_BARE.fullmatch(piece.strip()) is not None for piece in line.split("|"))
        found = len(_CONTACT.findall(line)) or bare
        company = _COMPANY.search(line) is not None
        ways += found
        named = named or company
        if begin is None and (found or company):
            begin = index
    if begin is None or ways < 2 or not named:
        return None
    if (
        begin > first
        and 0 < len(lines[begin - 1].strip()) <= 20
        and not labels.is_ruler(lines[begin - 1])
    ):
        begin -= 1  # the name stands above
    return begin if any(line.strip() for line in lines[:begin]) else None


def _fits(lines: list[str], index: int) -> bool:
    line = lines[index].strip()
    if not line:
        return index > 0 and bool(lines[index - 1].strip())
    if len(line) > _LONGEST_LINE or _CLOSING.search(line):
        return False
    return (
        _CONTACT.search(line) is not None
        or _BARE.fullmatch(line) is not None
        or not _SENTENCE.search(line)
    )


def _with_ruler(lines: list[str], begin: int) -> int:
    above = _last(lines, begin)
    return above if above > 0 and begin - above <= 2 and labels.is_ruler(lines[above]) else begin
