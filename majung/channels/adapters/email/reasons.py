"""Why a mail was judged as it was, in words for people."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

from majung.channels.adapters.email.message import Why

_WORDS: Final[dict[str, Callable[[], str]]] = {
    "own_loop": lambda: _("우리가 보낸 메일이 되돌아왔어요."),
    "too_many_hops": lambda: _("너무 많은 서버를 거쳤어요. 돌고 도는 메일이에요."),
    "bounce": lambda: _("보낸 메일이 전달되지 않았다는 알림이에요."),
    "delayed": lambda: _("보낸 메일이 늦어지고 있다는 알림이에요. 아직 실패는 아니에요."),
    "delivered": lambda: _("보낸 메일이 전달되었다는 알림이에요."),
    "receipt": lambda: _("메일을 읽었다는 확인이에요."),
    "out_of_office": lambda: _("부재중 자동 응답이에요."),
    "auto_reply": lambda: _("프로그램이 보낸 자동 응답이에요."),
    "names_a_mail": lambda: _("이전 메일에 대한 답장이라고 적혀 있어요."),
    "first_mail": lambda: _("다른 메일을 가리키지 않는 새 메일이에요."),
    "auto_generated": lambda: _("프로그램이 보낸 메일이라 자동으로 답하지 않아요."),
    "list": lambda: _("메일링 리스트로 온 메일이라 자동으로 답하지 않아요."),
    "bulk": lambda: _("여러 사람에게 한꺼번에 보낸 메일이라 자동으로 답하지 않아요."),
    "null_return_path": lambda: _("답을 받을 주소 없이 온 메일이라 자동으로 답하지 않아요."),
    "forwarded": lambda: _("다른 사람의 메일을 전달한 메일이에요."),
    "encrypted": lambda: _("암호화되어 있어 내용을 읽을 수 없어요."),
    "broken_date": lambda: _("보낸 날짜를 읽을 수 없어 받은 시각을 써요."),
    "cut": lambda: _("너무 크거나 복잡해서 일부만 읽었어요. 원본은 그대로 있어요."),
}
_TOLD: Final = (
    "auto_generated",
    "list",
    "bulk",
    "null_return_path",
    "forwarded",
    "encrypted",
    "broken_date",
)
CUTS: Final = frozenset(
    {
        "addresses_cut", "headers_cut", "html_cut", "html_too_deep", "mail_cut", "references_cut",
        "text_cut", "too_deep", "too_many_parts",
    }
)  # fmt: skip


def tell(code: str, detail: str = "") -> Why:
    words = _WORDS[code]()
    return Why(code, f"{words} {detail}".strip())


def of_flags(flags: set[str]) -> list[Why]:
    """Return what else a person should know."""
    found = [tell(code) for code in _TOLD if code in flags]
    cuts = sorted(flags & CUTS)
    return [*found, tell("cut", f"({', '.join(cuts)})")] if cuts else found
