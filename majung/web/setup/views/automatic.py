"""Automatic messages: which brand says what by itself, and how a form's words would read."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from majung.accounts.models import Brand
from majung.conversations import automatic_texts
from majung.conversations.models import AutomaticMessages
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import screen
from majung.web.setup.forms.automatic import AutomaticForm
from majung.web.setup.views import settings


@admin_required
@require_GET
def index(request: AgentRequest) -> HttpResponse:
    """Show every brand with the messages that are on."""
    by_brand = {row.brand_id: row for row in AutomaticMessages.objects.all()}
    brands = []
    for brand in Brand.objects.alive():
        row = by_brand.get(brand.pk)
        plan = row.plan if row else {}
        on = [
            str(automatic_texts.FIELDS[kind])
            for kind in automatic_texts.KINDS
            if plan.get(kind, {}).get("on")
        ]
        brands.append({"brand": brand, "row": row, "on": on})
    return screen.show(request, "automatic_list.html", here="automatic_all", brands=brands)


@admin_required
@require_http_methods(["GET", "POST"])
def new(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Write the messages of a brand that has none."""
    found = get_object_or_404(Brand.objects.alive(), public_id=public_id)
    row = AutomaticMessages.objects.filter(brand=found).first()
    if row:
        return redirect("setup:automatic", row.public_id)
    start = {"brand": str(found.public_id), **automatic_texts.USUAL}
    return settings.make(request, "automatic", start=start)


@admin_required
@require_POST
def preview(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Show the messages as the form has them now, to an invented customer; nothing is stored."""
    found = get_object_or_404(Brand.objects.alive(), public_id=public_id)
    samples = list(AutomaticForm(request.POST).samples(found))
    context = {"samples": samples, "brand": found}
    return render(request, "setup/automatic_preview.html", context)
