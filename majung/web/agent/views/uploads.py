"""Files that an agent puts up to send."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.conversations import uploads
from majung.core import limits
from majung.core.blobs import TooLarge
from majung.core.problems import Problem, json_endpoint
from majung.web.access import AgentRequest, agent_required

MOST = 120  # files
PER = 600  # seconds


@require_POST
@agent_required
@json_endpoint
def create(request: AgentRequest) -> HttpResponse:
    """Keep a file for the message that follows: 201 ``{id, name, size, type}``."""
    limits.take(f"desk.upload:{request.user.pk}", limit=MOST, per=PER)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Problem(422, _("파일이 없어요"), _("올릴 파일을 골라 주세요."), code="no_file")
    if uploads.runs(file.name or ""):
        raise Problem(
            415,
            _("받을 수 없는 파일이에요"),
            _("실행되는 파일은 보낼 수 없어요."),
            code="file_unsupported",
        )
    try:
        upload = uploads.put(stream=file, name=file.name or "", owner=f"agent:{request.user.pk}")
    except TooLarge as error:
        raise Problem(
            413,
            _("파일이 너무 커요"),
            _("%(size)s까지 보낼 수 있어요.") % {"size": filesizeformat(error.limit)},
            code="too_large",
        ) from error
    return JsonResponse(
        {
            "id": str(upload.public_id),
            "name": upload.name,
            "size": upload.blob.size,
            "type": upload.blob.media_type,
        },
        status=201,
    )
