"""``POST /widget/<key>/typing``: the customer is writing; shown on open desks, kept nowhere."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST

from majung.channels.models import WidgetSession
from majung.core import live
from majung.web.widget import budgets, visiting, wire


@require_POST
@visiting.visitor_required
def create(_request: HttpRequest, session: WidgetSession) -> HttpResponseBase:
    """Tell the desks that show the talk; answer 204."""
    budgets.READS.take(str(session.public_id))
    newest = wire.readable(session).order_by("-pk").values_list("conversation__public_id").first()
    if newest:
        speaker = session.user or session.visitor
        live.signal(f"conversation:{newest[0]}", kind="typing", ids=[str(speaker.public_id)])
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
