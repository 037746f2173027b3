"""``/shop/<brand>/mail/``: the demo customers' mailbox. What a brand sent them, and writing to it."""

import smtplib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate, make_msgid, parseaddr
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from majung.accounts.models import Brand
from majung.channels import demo_post
from majung.channels.adapters.email.message import Mail
from majung.channels.adapters.email.read import read
from majung.channels.demo_post import Kept
from majung.channels.models import MailAddress
from majung.web.widget.views.shop import demo_only

LONGEST: Final = 20_000
SOMEBODY: Final = "김하늘 <haneul.kim@example.com>"


@require_http_methods(["GET", "HEAD", "POST"])
@demo_only
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Show the mails of the brand to its customers, or send one as a customer."""
    ours = _addresses(brand)
    problem = ""
    if request.method == "POST" and ours:
        sender = request.POST.get("sender", "").strip() or SOMEBODY
        subject = request.POST.get("subject", "").strip() or _("문의드려요")
        problem = _write(sender, ours[0], subject, request.POST.get("text", ""), answers=None)
        if not problem:
            return redirect(f"{request.path}?sent=1")
    shown = [_row(each) for each in demo_post.kept() if _is_from(each, ours)]
    context = {
        "brand": brand,
        "ours": ours,
        "mails": shown,
        "problem": problem,
        "sent": bool(request.GET.get("sent")),
        "somebody": SOMEBODY,
    }
    return render(request, "shop/mails.html", context, status=400 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@demo_only
def show(request: HttpRequest, brand: Brand, name: str) -> HttpResponse:
    """Show one mail as its customer sees it, or answer it as they would."""
    kept = demo_post.one(name)
    if kept is None or not _is_from(kept, _addresses(brand)):
        raise Http404
    mail, problem = read(kept.raw), ""
    if request.method == "POST":
        to = (mail.reply_to or mail.from_)[0].address
        subject = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
        problem = _write(kept.to[0], to, subject, request.POST.get("text", ""), answers=mail)
        if not problem:
            return redirect("widget:shop-mail", brand.slug)
    context = {"brand": brand, "mail": mail, "kept": kept, "problem": problem}
    return render(request, "shop/mail.html", context, status=400 if problem else 200)


def _write(sender: str, to: str, subject: str, text: str, *, answers: Mail | None) -> str:
    """Send a mail as a customer and return what is wrong, if anything."""
    name, address = parseaddr(sender)
    if "@" not in address:
        return _("보내는 사람의 메일 주소를 적어 주세요.")
    if not text.strip() or len(text) > LONGEST:
        return _("내용을 적어 주세요.")
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = formataddr((name, address)), to
    mail["Subject"] = " ".join(subject.split())[:200]
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="mail.example.com")
    if answers:
        mail["In-Reply-To"] = answers.message_id
        mail["References"] = " ".join([*answers.references[-5:], answers.message_id])
        text = f"{text}\n\n{_quoted(answers)}"
    mail.set_content(text)
    try:
        demo_post.hand_in(mail.as_bytes(), sender=address, to=[to])
    except demo_post.DoorShut:
        return _("지금은 메일을 받지 않아요. make demo로 시작했는지 확인해 주세요.")
    except smtplib.SMTPException:
        return _("메일을 받지 않았어요. 받는 주소를 확인해 주세요.")
    return ""


def _quoted(mail: Mail) -> str:
    """Quote a mail as the mail programs of customers do."""
    sender = mail.from_[0]
    at = timezone.localtime(mail.date) if mail.date else timezone.localtime()
    lines = "\n".join(f"> {line}" for line in mail.reply.splitlines())
    when = f"{at.year}년 {at.month}월 {at.day}일 {at:%H:%M}"
    return f"{when}, {sender.name} <{sender.address}>님이 작성:\n{lines}"


def _addresses(brand: Brand) -> list[str]:
    rows = MailAddress.objects.filter(inbox__brand=brand, inbox__deleted_at=None)
    return list(rows.order_by("inbox_id", "position").values_list("address", flat=True))


def _is_from(kept: Kept, ours: list[str]) -> bool:
    return any(box.address in ours for box in read(kept.raw).from_)


def _row(kept: Kept) -> dict[str, object]:
    mail = read(kept.raw)
    return {
        "name": kept.name,
        "at": kept.at,
        "to": ", ".join(kept.to),
        "subject": mail.subject,
        "words": " ".join(mail.reply.split())[:120],
    }
