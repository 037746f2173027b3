"""Trying out a mailbox as it stands in a form: really connecting, storing nothing."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Timer
from time import monotonic
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from majung.accounts.models import Brand
from majung.channels import leases
from majung.channels.adapters.email import adapter, looking
from majung.channels.adapters.email.looking import Look
from majung.channels.contract import (
    Accepted,
    Account,
    Address,
    Answer,
    Denied,
    Outgoing,
    OutLetter,
    Permanent,
    Person,
    Unknown,
    Unreached,
)
from majung.channels.line import Line
from majung.channels.mail import config as mail_config
from majung.channels.mail import html_form
from majung.channels.mail.config import Server
from majung.core import clock
from majung.core.ids import uuid7

PATIENCE: Final = 18.0  # seconds, then what still waits is cut off
MOST_NAMED: Final = 12
_NO_SMTP: Final = "-1 "  # how the standard client calls a line without a number


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the log, for a person to read; ``is_well`` is None for a mere remark."""

    words: str
    is_well: bool | None = True


@dataclass(slots=True)
class Trial:
    """What was tried, step by step."""

    steps: list[Step] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        return all(step.is_well is not False for step in self.steps)

    def well(self, words: str) -> None:
        self.steps.append(Step(words))

    def wrong(self, words: str) -> None:
        self.steps.append(Step(words, is_well=False))

    def remark(self, words: str) -> None:
        self.steps.append(Step(words, is_well=None))


class _Timed(Line):
    """A way out that ends in time and knows whether there was a connection."""

    def __init__(self) -> None:
        super().__init__()
        self.is_connected = False
        self.is_late = False
        self._deadline = monotonic() + PATIENCE

    def connect(self, host: str, port: int, *, timeout: float) -> socket.socket:
        left = max(1.0, self._deadline - monotonic())
        made = super().connect(host, port, timeout=min(timeout, left))
        self.is_connected = True
        return made

    def end(self) -> None:
        self.is_late = True
        self.cut()


def receive(account: Account, *, known: Mapping[str, str]) -> Trial:
    """Connect, sign in, look into the folders; ``known`` is where an inbox stands."""
    trial = Trial()
    server = mail_config.server(account.config, "imap")
    if server is None:
        trial.wrong(_("받는 서버의 주소를 적어 주세요."))
        return trial
    with _way_out() as line:
        try:
            with adapter.pull(account, line) as mailbox:
                _connected(trial, server)
                trial.well(_("로그인했어요."))
                _folders(trial, looking.folders(mailbox))
                _looks(trial, looking.look(mailbox, account, known), account)
        except (Denied, Unreached) as error:
            _failed(trial, server, line, _told(error))
    return trial


def send(account: Account, *, brand: Brand | None, name: str, to: str) -> Trial:
    """Send a real mail to one address."""
    trial = Trial()
    server = mail_config.server(account.config, "smtp")
    senders = mail_config.people(account.config)
    if server is None:
        trial.wrong(_("보내는 서버의 주소를 적어 주세요."))
    elif not senders:
        trial.wrong(_("보내는 사람이 될 우리 주소를 하나는 적어 주세요."))
    if server is None or not senders:
        return trial
    with _way_out() as line:
        answer = adapter.send(_mail(senders[0], brand, name=name, to=to), account, line)
        _answered(trial, server, line, answer, to)
    return trial


@contextmanager
def _way_out() -> Iterator[_Timed]:
    line = _Timed()
    timer = Timer(PATIENCE, line.end)
    timer.daemon = True
    timer.start()
    try:
        yield line
    finally:
        timer.cancel()
        line.close()


def _connected(trial: Trial, server: Server) -> None:
    where = {"host": server.host, "port": server.port}
    if server.security == "none":
        trial.well(_("%(host)s:%(port)d에 연결했어요.") % where)
        trial.remark(_("암호화하지 않는 연결이라 비밀번호와 메일이 그대로 지나가요."))
    else:
        trial.well(_("%(host)s:%(port)d에 안전하게 연결했어요.") % where)


def _failed(trial: Trial, server: Server, line: _Timed, words: str) -> None:
    """Say how far it went, and what stopped it."""
    if line.is_connected and not trial.steps:
        where = {"host": server.host, "port": server.port}
        trial.well(_("%(host)s:%(port)d에 닿았어요.") % where)
    if line.is_late:
        trial.wrong(_("서버가 제때 대답하지 않아서 그만뒀어요. 주소와 포트, 보안을 확인해 주세요."))
    else:
        trial.wrong(words)


def _told(error: Denied | Unreached) -> str:
    return leases.told(error.reason if isinstance(error, Unreached) else str(error))


def _folders(trial: Trial, names: Sequence[str]) -> None:
    shown = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    told = ngettext(
        "폴더 %(n)d개가 있어요: %(names)s", "폴더 %(n)d개가 있어요: %(names)s", len(names)
    )
    trial.well(told % {"n": len(names), "names": shown})


def _looks(trial: Trial, looks: Sequence[Look], account: Account) -> None:
    for each in looks:
        if not each.is_there:
            text = _("%(name)s 폴더를 열 수 없어요. 위의 이름 가운데에서 골라 적어 주세요.")
            trial.wrong(text % {"name": each.name})
            continue
        told = ngettext(
            "%(name)s 폴더를 읽을 수 있어요. 메일 %(n)d통이 있어요.",
            "%(name)s 폴더를 읽을 수 있어요. 메일 %(n)d통이 있어요.",
            each.mails,
        )
        trial.well(told % {"name": each.name, "n": each.mails})
    waiting = sum(each.waiting for each in looks)
    if waiting:
        told = ngettext("가져올 메일은 %(n)d통이에요.", "가져올 메일은 %(n)d통이에요.", waiting)
        trial.remark(told % {"n": waiting} + " " + _("시험이라 아무것도 가져오지 않았어요."))
    elif account.config.get("since"):
        trial.remark(_("가져올 메일은 아직 없어요."))
    else:
        trial.remark(_("지금 있는 메일은 그대로 두고, 이제부터 오는 메일을 가져와요."))


def _mail(sender: Person, brand: Brand | None, *, name: str, to: str) -> Outgoing:
    locale = brand.locale if brand else "ko"
    with override(locale):
        subject = _("[%(brand)s] 시험 메일") % {"brand": brand.name if brand else "Majung"}
        text = _(
            "이 메일이 보인다면 %(inbox)s 메일함에서 메일이 잘 나가고 있어요.\n\n"
            "이 메일에 답장해서 메일이 들어오는지도 확인해 보세요."
        ) % {"inbox": name or sender.address}
    key = uuid7()
    return Outgoing(
        key=str(key),
        to=Address(kind="email", address=to),
        text=text,
        html=html_form.page(locale=locale, body=html_form.paragraphs(text)),
        subject=subject,
        letter=OutLetter(
            message_id=f"<mj-test.{key.hex}@{sender.address.rpartition('@')[2]}>",
            sender=sender,
            to=(Person("", to),),
            date=clock.now(),
        ),
    )


def _answered(trial: Trial, server: Server, line: _Timed, answer: Answer, to: str) -> None:
    match answer:
        case Accepted():
            _connected(trial, server)
            if server.user:
                trial.well(_("로그인했어요."))
            trial.well(_("서버가 시험 메일을 받았어요."))
            text = _("%(to)s의 받은편지함을 확인해 주세요. 안 보이면 스팸함도 봐 주세요.")
            trial.remark(text % {"to": to})
        case Permanent(denied=True):
            words = _(
                "메일 서버가 계정이나 비밀번호를 받지 않아요. 계정을 확인하고, 앱 비밀번호가 필요한 "
                "서비스라면 새로 만들어 적어 주세요."
            )
            _failed(trial, server, line, words)
        case Unknown():
            text = _("보내는 중에 연결이 끊겨서 나갔는지 몰라요. %(to)s에 왔는지 확인해 주세요.")
            _failed(trial, server, line, text % {"to": to})
        case _ if not line.is_connected:
            text = _("%(host)s:%(port)d에 연결하지 못했어요. 주소와 포트를 확인해 주세요.")
            words = text % {"host": server.host, "port": server.port}
            _failed(trial, server, line, f"{words} ({leases.told(answer.reason)})")
        case _ if answer.reason.startswith(_NO_SMTP):
            words = _(
                "거기서 대답한 것은 보내는 서버(SMTP)가 아니에요. 주소와 포트를 확인해 주세요."
            )
            _failed(trial, server, line, words)
        case _:
            _failed(trial, server, line, leases.told(answer.reason))
