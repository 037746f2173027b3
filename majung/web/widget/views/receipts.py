"""``POST /widget/<key>/receipts``: replies arrived in the browser, or were read."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST

from majung.channels import receipts
from majung.channels.models import WidgetSession
from majung.web.widget import budgets, visiting, wire


@require_POST
@visiting.visitor_required
def create(request: HttpRequest, session: WidgetSession) -> HttpResponseBase:
    """Take ``{delivered, read}``, ids of messages up to which it holds; answer 204."""
    budgets.READS.take(str(session.public_id))
    told = visiting.fields(request)
    receipts.acknowledge(
        session=session,
        delivered=wire.uuid(told.get("delivered")),
        read=wire.uuid(told.get("read")),
    )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
