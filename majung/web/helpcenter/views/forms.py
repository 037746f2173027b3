"""``/forms/<key>``: a brand's contact form, a page that works without JavaScript."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from majung.channels import identity_tokens, inbound, inbox_config, request_links
from majung.channels.identity_tokens import Member, Refused
from majung.conversations.models import Conversation, Inbox
from majung.core.limits import LimitExceeded
from majung.web import accents
from majung.web.helpcenter import intake, nonces, pages
from majung.web.helpcenter.forms.contact import ContactForm
from majung.web.widget import budgets, locales


@require_http_methods(["GET", "HEAD", "POST"])
@pages.private
def endpoint(request: HttpRequest, key: str) -> HttpResponseBase:
    inbox = Inbox.objects.open().filter(kind="webform", key=key).select_related("brand").first()
    if inbox is None:
        return pages.gone(
            request,
            title=_("문의 페이지를 찾을 수 없어요"),
            text=_("주소가 바뀌었거나 더는 쓰지 않는 페이지예요. 알려 준 곳에 다시 물어봐 주세요."),
        )
    return create(request, inbox) if request.method == "POST" else new(request, inbox)


def new(request: HttpRequest, inbox: Inbox) -> HttpResponse:
    """Show the empty form; a member whom the host page vouches for finds the name filled in."""
    token = request.GET.get("identity", "")[:4096]
    member, refusal = _greet(token, inbox)
    form = ContactForm(
        config=inbox_config.form(inbox.config),
        initial={
            "nonce": nonces.make(inbox.key),
            "identity": token if member else "",
            "name": member.name if member else "",
            "email": member.email if member else "",
            "phone": member.phone if member else "",
        },
    )
    return _page(request, inbox, form, notice=refusal)


def create(request: HttpRequest, inbox: Inbox) -> HttpResponse:
    """Take the form; what is wrong is said beside its field, and what was typed stays."""
    typed = request.POST.copy()
    number = nonces.read(typed.get("nonce", ""), scope=inbox.key)
    if number is None:
        typed["nonce"] = nonces.make(inbox.key)
    form = ContactForm(typed, request.FILES, config=inbox_config.form(inbox.config))
    if number is None or typed.get("leave_empty") or not form.is_valid():
        return _again(request, inbox, form, _objection(typed, number))
    page = _sent(request, inbox, form, number)
    try:
        conversation = _take(page, form)
    except LimitExceeded as limit:
        return _too_many(request, inbox, form, limit)
    except Refused as refused:
        typed["identity"] = ""
        return _again(request, inbox, form, _refusal(refused))
    except inbound.Failed as failed:
        return _again(request, inbox, form, _(failed.detail))
    return redirect(_next(request, request_links.path(conversation)))


def _objection(typed: QueryDict, number: UUID | None) -> str:
    """Return what is to be said above the form, beside what its fields say."""
    if typed.get("leave_empty"):
        return _("한 번 더 보내 주세요. 자동으로 채워진 칸을 비웠어요.")
    return "" if number else _("페이지가 오래됐어요. 한 번 더 보내 주세요.")


def _take(page: intake.Page, form: ContactForm) -> Conversation:
    if page.stored() is None:
        budgets.FORMS.take(page.request.META.get("REMOTE_ADDR", ""))
    return intake.open_request(page, identity=form.cleaned_data["identity"])


def _sent(request: HttpRequest, inbox: Inbox, form: ContactForm, number: UUID) -> intake.Page:
    clean = form.cleaned_data
    told = {name: clean[name] for name in ("name", "email", "phone", "topic") if clean.get(name)}
    return intake.Page(
        request=request,
        inbox=inbox,
        number=number,
        fields={**told, "text": clean["text"], "locale": get_language() or "ko"},
        files=clean.get("attachments") or [],
    )


def _greet(token: str, inbox: Inbox) -> tuple[Member | None, str]:
    if not token:
        return None, ""
    try:
        return identity_tokens.read(token=token, inbox=inbox), ""
    except Refused as refused:
        return None, _refusal(refused)


def _refusal(refused: Refused) -> str:
    if refused.code == "identity_forged":
        return _("로그인을 확인하지 못했어요. 로그인하지 않은 채로 보낼 수 있어요.")
    return _("로그인 확인이 만료됐어요. 로그인하지 않은 채로 보낼 수 있어요.")


def _again(
    request: HttpRequest,
    inbox: Inbox,
    form: ContactForm,
    notice: str,
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    return _page(request, inbox, form, notice=notice, status=status, files=bool(request.FILES))


def _too_many(
    request: HttpRequest, inbox: Inbox, form: ContactForm, limit: LimitExceeded
) -> HttpResponse:
    text = _("잠시 뒤에 다시 보내 주세요. 적은 내용은 그대로 있어요.")
    page = _again(request, inbox, form, text, HTTPStatus.TOO_MANY_REQUESTS)
    page.headers["Retry-After"] = str(limit.retry_after)
    return page


def _page(
    request: HttpRequest,
    inbox: Inbox,
    form: ContactForm,
    *,
    notice: str,
    status: int = HTTPStatus.OK,
    files: bool = False,
) -> HttpResponse:
    locale = get_language() or "ko"
    context = {
        "inbox": inbox,
        "brand": inbox.brand,
        "tokens": accents.tokens(inbox.brand.accent_hue),
        "locale": locale,
        "intro": inbox_config.form(inbox.config).introduces(locale),
        "form": form,
        "notice": notice,
        "choose_again": files,
        "is_member": bool(form["identity"].value()),
    }
    return render(request, "form/contact.html", context, status=status)


def _next(request: HttpRequest, path: str) -> str:
    """Return the request's page with the thanks on it, in the language of the form's page."""
    chosen = request.GET.get("lang", "")
    return f"{path}?received=1" + (f"&lang={locales.spoken(chosen)}" if chosen else "")
