"""Jobs that gave up, and trying them once more."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from majung.accounts import audit
from majung.core import jobs
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import paging, screen

PAGE = 50


@admin_required
@require_GET
def index(request: AgentRequest) -> HttpResponse:
    """Show the parked jobs, the latest first."""
    found = paging.page(jobs.failed(), query=request.GET, moment="failed_at", size=PAGE)
    return screen.show(request, "jobs.html", here="jobs", page=found)


@admin_required
@require_POST
def retry(request: AgentRequest, key: int) -> HttpResponse:
    """Make a parked job due now."""
    job = get_object_or_404(jobs.failed(), pk=key)
    if jobs.retry(job.pk):
        audit.record(action="job_retried", obj=job, by=request.user, details={"task": job.task})
        screen.done(request, _("다시 실행하도록 맡겼어요. 또 실패하면 여기에 다시 나타나요."))
    return redirect("setup:jobs")
