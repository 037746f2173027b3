"""Hours of brands: how each is now, the switch by hand, and the two weeks that a form would make."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from majung.accounts import hours, revisions
from majung.accounts.models import Brand, BrandHours
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import hours_words, screen
from majung.web.setup.forms.hours import HoursForm
from majung.web.setup.views import settings


@admin_required
@require_GET
def index(request: AgentRequest) -> HttpResponse:
    """Show every brand: open or not, until when, and what its hours say."""
    brands = []
    for row, now in hours_words.nows(Brand.objects.alive()):
        of = hours.of_row(row, now.brand) if row else None
        told = " · ".join(hours_words.sentences(of)) if of else ""
        brands.append({"row": row, "told": told, "now": now})
    return screen.show(request, "hours_list.html", here="hours_all", brands=brands)


@admin_required
@require_http_methods(["GET", "POST"])
def new(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Set the hours of a brand that has none."""
    found = get_object_or_404(Brand.objects.alive(), public_id=public_id)
    row = BrandHours.objects.filter(brand=found).first()
    if row:
        return redirect("setup:hours", row.public_id)
    start = {"brand": str(found.public_id), **hours.USUAL}
    return settings.make(request, "hours", start=start)


@admin_required
@require_POST
def preview(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Draw the hours as the form has them now; nothing is stored."""
    found = get_object_or_404(Brand.objects.alive(), public_id=public_id)
    row = BrandHours.objects.filter(brand=found).first()
    draft = revisions.draft(kind="hours", obj=row) if row else None
    before = draft.data if draft else row.plan if row else {}
    form = HoursForm(request.POST, initial=HoursForm.initial_of({**hours.USUAL, **before}))
    drawn = form.picture(found)
    context = {"picture": drawn, "brand": found}
    return render(request, "setup/hours_preview.html", context)


@admin_required
@require_POST
def switch(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Open, close, or let the ordinary hours count again: ``to`` is open, closed or usual."""
    found = get_object_or_404(Brand.objects.alive(), public_id=public_id)
    to = request.POST.get("to", "")
    if to == "usual":
        hours.let_go(brand=found, by=request.user)
        screen.done(request, _("%(name)s: 다시 정한 시간대로 열고 닫아요.") % {"name": found.name})
        return redirect(_back(request))
    try:
        switched = hours.switch(
            brand=found,
            opens=to == "open",
            by=request.user,
            until=_until(request.POST.get("until", ""), found),
        )
    except (hours.CannotSwitch, ValueError) as error:
        told = str(error) or _("날짜와 시각을 다시 골라 주세요.")
        screen.nothing_done(request, told)
        return redirect(_back(request))
    screen.done(request, _told(found, hours_words.now(found, switched, is_set=True)))
    return redirect(_back(request))


def _told(brand: Brand, now: hours_words.Now) -> str:
    name = {"name": brand.name, "until": now.until}
    if now.until:
        said = (
            _("%(name)s: 열었어요. %(until)s까지 열어 둬요.")
            if now.is_open
            else _("%(name)s: 닫았어요. %(until)s까지 닫아 둬요.")
        )
    else:
        said = _("%(name)s: 열었어요.") if now.is_open else _("%(name)s: 닫았어요.")
    return said % name


def _until(text: str, brand: Brand) -> datetime | None:
    if not text:
        return None
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError
    return moment.replace(tzinfo=ZoneInfo(brand.timezone)) if moment.tzinfo is None else moment


def _back(request: HttpRequest) -> str:
    """Return the page the switch stood on, if it is one of ours."""
    wanted = request.POST.get("next", "")
    if wanted.startswith("/setup/") and url_has_allowed_host_and_scheme(wanted, None):
        return wanted
    return reverse("setup:hours_all")
