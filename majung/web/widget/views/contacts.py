"""``POST /widget/<key>/contacts``: an address to answer to, left by a customer who waits."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.channels.models import WidgetSession
from majung.conversations import contacts
from majung.core.problems import Problem
from majung.web.widget import budgets, visiting, wire

MOST = 254


@require_POST
@visiting.visitor_required
def create(request: HttpRequest, session: WidgetSession) -> HttpResponseBase:
    """Take ``{conversation, contact}``; answer 201 ``{kind}``, "email" or "phone".

    It is a claim: noted, and proof of nothing. Problems: 401, 404 (not one's own conversation),
    422 ``no_address``, 429.
    """
    budgets.CONTACTS.take(str(session.public_id))
    told = visiting.fields(request)
    conversation = wire.own_conversation(session, told.get("conversation"))
    try:
        kind = contacts.leave(
            conversation=conversation,
            by=session.user or session.visitor,
            text=visiting.text(told, "contact", MOST + 1),
        )
    except ValueError as error:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            _("이메일 주소나 전화번호를 다시 확인해 주세요."),
            code="no_address",
        ) from error
    return JsonResponse({"kind": kind}, status=HTTPStatus.CREATED)
