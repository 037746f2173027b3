"""``POST /widget/<key>/ratings``: how content the customer was with a closed conversation."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.channels import sessions
from majung.channels.contract import plain
from majung.channels.models import WidgetSession
from majung.conversations import ratings
from majung.conversations.models.ratings import BEST, WORST
from majung.core.problems import Problem
from majung.web.widget import asking, budgets, visiting, wire


@require_POST
@visiting.visitor_required
def create(request: HttpRequest, session: WidgetSession) -> HttpResponseBase:
    """Take ``{conversation, score, comment}``; answer 201, for a change or a repeat 200, ``{rating}``.

    Problems: 401, 404 (not one's own conversation), 409 ``not_asked``, ``too_late``, ``answered``
    (by another person who wrote in it), 422 ``no_score``, ``too_long``, 429.
    """
    budgets.RATINGS.take(str(session.public_id))
    told = visiting.fields(request)
    conversation = wire.own_conversation(session, told.get("conversation"))
    score, comment = _score(told.get("score")), _comment(told.get("comment"))
    try:
        given, fresh = ratings.rate(
            conversation=conversation,
            by=session.user or session.visitor,
            also=sessions.identity_ids(session),
            score=score,
            comment=comment,
        )
    except ratings.NotAsked as error:
        raise Problem(
            HTTPStatus.CONFLICT, _("아직 끝나지 않은 상담이에요."), code="not_asked"
        ) from error
    except ratings.TooLate as error:
        raise Problem(
            HTTPStatus.CONFLICT,
            _("이제는 바꿀 수 없어요. 남겨 주신 마음은 잘 받았어요."),
            code="too_late",
        ) from error
    except ratings.AnsweredByAnother as error:
        raise Problem(
            HTTPStatus.CONFLICT, _("이 상담의 만족도는 이미 받았어요. 고마워요."), code="answered"
        ) from error
    answer = {"rating": asking.rating(given.conversation, given, session)}
    return JsonResponse(answer, status=HTTPStatus.CREATED if fresh else HTTPStatus.OK)


def _score(value: Any) -> int:
    if type(value) is not int or not WORST <= value <= BEST:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            _("다섯 가지 가운데 하나를 골라 주세요."),
            code="no_score",
        )
    return value


def _comment(value: Any) -> str:
    text = plain(value) if isinstance(value, str) else ""
    if len(text) > ratings.LONGEST_COMMENT:
        told = _("의견은 %(most)d자까지 적을 수 있어요.") % {"most": ratings.LONGEST_COMMENT}
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, told, code="too_long")
    return text
