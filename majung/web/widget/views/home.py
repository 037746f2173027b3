"""``GET /widget/<key>/home``: what the widget shows before a conversation is opened."""

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_GET

from majung.channels import sessions
from majung.channels.models import WidgetSession
from majung.core import live
from majung.web.widget import asking, budgets, home, visiting, wire


@require_GET
@visiting.visitor_required
def show(_request: HttpRequest, session: WidgetSession) -> HttpResponseBase:
    """Answer ``{opening, before, conversations, unread, marks}``. Problems: 401, 429."""
    budgets.READS.take(str(session.public_id))
    sessions.note_seen(session)
    marks = live.marks(wire.topics(session))
    opening = home.opening(session)
    told = {
        "opening": opening,
        "before": asking.before(session, is_open=opening["open"]),
        "conversations": home.recent(session),
        "unread": home.unread(session),
        "marks": marks,
    }
    return JsonResponse(told)
