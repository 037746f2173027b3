"""``POST /widget/<key>/session``: a browser begins, goes on, or says who it is."""

from http import HTTPStatus
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.channels import inbox_config, sessions
from majung.channels.adapters.webchat import CAPABILITIES
from majung.channels.identity_tokens import Refused
from majung.channels.models import WidgetSession
from majung.conversations.models import Inbox
from majung.core import live
from majung.core.problems import Problem, json_endpoint
from majung.web.widget import budgets, locales, saying, visiting, wire

MOST_TOKEN: Final = 4096


@require_POST
@visiting.open_endpoint
def create(request: HttpRequest, key: str) -> HttpResponseBase:
    """Answer ``{token, visitor, signed_in, user?, brand, live, limits}``.

    Problems: 400, 401 (``session_unknown``, ``identity_forged``, ``identity_expired``,
    ``identity_replayed``, ``identity_other_user``), 404 (no such widget), 429.
    """
    wanted = visiting.fields(request)
    locale = locales.spoken(visiting.text(wanted, "locale", 20))
    with translation.override(locale):
        return json_endpoint(_create)(request, key, wanted, locale)


def _create(
    request: HttpRequest, key: str, wanted: dict[str, Any], locale: str
) -> HttpResponseBase:
    token = visiting.bearer(request)
    identity = visiting.text(wanted, "identity", MOST_TOKEN)
    try:
        if token:
            session = visiting.find(request, key)
            sessions.speak(session=session, locale=locale)
            sessions.note_seen(session)
            if identity:
                session = sessions.sign_in(session=session, token=identity)
        else:
            inbox = _inbox(key)
            budgets.SESSIONS.take(request.META.get("REMOTE_ADDR", ""))
            timezone = visiting.text(wanted, "timezone", 50)
            # A first visit that is refused leaves nothing behind.
            with transaction.atomic():
                session, token = sessions.begin(inbox=inbox, locale=locale, timezone=timezone)
                if identity:
                    session = sessions.sign_in(session=session, token=identity)
    except Refused as refused:
        raise _refusal(refused) from refused
    return JsonResponse(_told(session, token, locale))


def _inbox(key: str) -> Inbox:
    inbox = Inbox.objects.open().filter(kind="webchat", key=key).select_related("brand").first()
    if inbox is None:
        raise Problem(HTTPStatus.NOT_FOUND, _("상담 창을 찾을 수 없어요"), code="no_widget")
    return inbox


def _refusal(refused: Refused) -> Problem:
    details = {
        "identity_expired": _("로그인 확인이 만료됐어요. 페이지를 새로 고쳐 주세요."),
        "identity_replayed": _("이미 쓴 로그인 확인이에요. 페이지를 새로 고쳐 주세요."),
        "identity_other_user": _("다른 분이 쓰던 상담이에요. 새로 시작할게요."),
    }
    return Problem(
        HTTPStatus.UNAUTHORIZED,
        _("로그인을 확인하지 못했어요"),
        details.get(refused.code, _("로그인 없이 상담할 수 있어요.")),
        code=refused.code,
    )


def _told(session: WidgetSession, token: str, locale: str) -> wire.Json:
    inbox, brand = session.inbox, session.inbox.brand
    topics = wire.topics(session)
    greeting = inbox_config.chat(inbox.config).greets(locale)
    told: wire.Json = {
        "token": token,
        "visitor": str(session.visitor.public_id),
        "signed_in": session.user_id is not None,
        "brand": {
            "name": brand.name,
            "greeting": greeting or saying.greeting(session, locale) or brand.greeting,
            "choices": saying.choices(session, locale),
        },
        "live": {"url": "/live", "grant": live.grant(topics), "marks": live.marks(topics)},
        "limits": {
            "text": CAPABILITIES.max_text,
            "file": CAPABILITIES.max_file_bytes,
            "files": CAPABILITIES.max_files,
        },
    }
    if session.user:
        told["user"] = {"id": session.user.address, "name": session.user.customer.name}
    return told
