"""``/requests/<token>``: a request as its writer may see it, and a box to go on writing."""

from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from majung.channels import inbound, receipts, request_links
from majung.conversations import parts
from majung.conversations.models import Attachment, Conversation, Message
from majung.conversations.uploads import attachments_of
from majung.core import blob_links
from majung.core.limits import LimitExceeded
from majung.web import accents
from majung.web.helpcenter import intake, nonces, pages
from majung.web.helpcenter.forms.answer import AnswerForm
from majung.web.widget import budgets, locales, wire

MOST_MESSAGES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as the page shows it."""

    name: str
    size: int
    url: str
    thumb: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A message as the page shows it."""

    message: Message
    text: str
    files: list[File]


@require_http_methods(["GET", "HEAD", "POST"])
@pages.private
def endpoint(request: HttpRequest, token: str) -> HttpResponseBase:
    conversation = _conversation(token)
    if conversation is None:
        return pages.gone(
            request,
            title=_("문의를 찾을 수 없어요"),
            text=_("링크가 잘렸거나 기간이 지났어요. 문의하고 받은 주소를 그대로 열어 주세요."),
        )
    if request.method == "POST":
        return answer(request, conversation)
    return show(request, conversation)


def show(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Show the thread; the replies on it are read now."""
    if request.method == "GET":
        receipts.opened(conversation=conversation)
    scope = str(conversation.public_id)
    return _page(request, conversation, AnswerForm(initial={"nonce": nonces.make(scope)}))


def answer(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Take what the customer adds; a closed request is open again."""
    scope = str(conversation.public_id)
    typed = request.POST.copy()
    number = nonces.read(typed.get("nonce", ""), scope=scope)
    if number is None:
        typed["nonce"] = nonces.make(scope)
    form = AnswerForm(typed, request.FILES)
    if not form.is_valid() or number is None:
        notice = "" if number else _("페이지가 오래됐어요. 한 번 더 보내 주세요.")
        return _again(request, conversation, form, notice)
    page = _sent(request, conversation, form, number)
    try:
        if page.stored() is None:
            budgets.ANSWERS.take(scope)
        intake.answer(page, conversation=conversation)
    except LimitExceeded as limit:
        text = _("잠시 뒤에 다시 보내 주세요. 적은 내용은 그대로 있어요.")
        late = _again(request, conversation, form, text, HTTPStatus.TOO_MANY_REQUESTS)
        late.headers["Retry-After"] = str(limit.retry_after)
        return late
    except inbound.Failed as failed:
        return _again(request, conversation, form, _(failed.detail))
    return redirect(f"{request.path}{_lang(request)}#answer")


def _conversation(token: str) -> Conversation | None:
    try:
        public_id = request_links.conversation_id(token)
    except request_links.BadLink:
        return None
    return (
        Conversation.objects.alive()
        .filter(public_id=public_id, inbox__kind="webform", brand__deleted_at=None)
        .select_related("inbox__brand", "brand")
        .first()
    )


def _sent(
    request: HttpRequest, conversation: Conversation, form: AnswerForm, number: UUID
) -> intake.Page:
    return intake.Page(
        request=request,
        inbox=conversation.inbox,
        number=number,
        fields={"text": form.cleaned_data["text"], "conversation": str(conversation.public_id)},
        files=form.cleaned_data["attachments"],
    )


def _again(
    request: HttpRequest,
    conversation: Conversation,
    form: AnswerForm,
    notice: str,
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    return _page(request, conversation, form, notice=notice, status=status)


def _page(
    request: HttpRequest,
    conversation: Conversation,
    form: AnswerForm,
    *,
    notice: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    brand = conversation.brand
    context = {
        "conversation": conversation,
        "brand": brand,
        "tokens": accents.tokens(brand.accent_hue),
        "locale": get_language() or "ko",
        "entries": _thread(conversation),
        "form": form,
        "notice": notice,
        "choose_again": bool(request.FILES) and status != HTTPStatus.OK,
        "received": request.GET.get("received") == "1",
        "address": request.build_absolute_uri(request.path),
        "here": f"{request.path}{_lang(request)}",
    }
    return render(request, "form/request.html", context, status=status)


def _thread(conversation: Conversation) -> list[Entry]:
    rows = wire.visible(Message.objects.filter(conversation=conversation)).order_by("-pk")
    messages = list(rows[:MOST_MESSAGES])[::-1]
    files = attachments_of(messages)
    return [
        Entry(
            message=message,
            text=_words(message),
            files=[_file(row) for row in files.get(message.pk, [])],
        )
        for message in messages
    ]


def _words(message: Message) -> str:
    """Return what is said without formatting; quick replies and cards stand in lines below it."""
    return parts.with_plain("" if message.rich else message.text, parts.of(message.data))


def _file(row: Attachment) -> File:
    thumb = blob_links.link(row.blob, name=row.name, thumb=True) if row.blob.has_thumbnail else ""
    url = blob_links.link(row.blob, name=row.name)
    return File(name=row.name, size=row.blob.size, url=url, thumb=thumb)


def _lang(request: HttpRequest) -> str:
    chosen = request.GET.get("lang", "")
    return f"?lang={locales.spoken(chosen)}" if chosen else ""
