"""``POST /widget/<key>/files``: a file for the message that is being written."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.channels.models import WidgetSession
from majung.conversations import uploads
from majung.core.blobs import TooLarge
from majung.core.problems import Problem
from majung.web.widget import budgets, visiting, wire

AROUND: Final = 64 * 1024
"""Bytes of multipart headers around the file."""


@require_POST
@visiting.visitor_required
def create(request: HttpRequest, session: WidgetSession) -> HttpResponseBase:
    """Store the multipart field ``file``; answer 201 ``{id, name, size, type}``.

    Problems: 400 (no file), 401, 413 (over 20 MB), 415 (not multipart, or a program), 429.
    """
    if request.content_type != "multipart/form-data":
        raise _unsupported(_("파일을 골라 주세요."))
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdigit():
        raise Problem(HTTPStatus.LENGTH_REQUIRED, _("파일을 골라 주세요."), code="no_length")
    if int(length) > uploads.MOST_BYTES + AROUND:
        raise _too_large()
    budgets.FILES.take(str(session.public_id))
    file = request.FILES.get("file")
    if file is None or file.name is None:
        raise Problem(HTTPStatus.BAD_REQUEST, _("파일을 골라 주세요."), code="no_file")
    if uploads.runs(file.name):
        raise _unsupported(_("실행되는 파일은 보낼 수 없어요."))
    try:
        upload = uploads.put(stream=file, name=file.name, owner=f"session:{session.public_id}")
    except TooLarge as error:
        raise _too_large() from error
    return JsonResponse(wire.upload(upload), status=HTTPStatus.CREATED)


def _unsupported(detail: str) -> Problem:
    return Problem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        _("받을 수 없는 파일이에요"),
        detail,
        code="file_unsupported",
    )


def _too_large() -> Problem:
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        _("파일이 너무 커요"),
        _("파일은 하나에 20MB까지 보낼 수 있어요."),
        code="file_too_large",
    )
