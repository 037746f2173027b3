"""Brands: the list, and how one looks while it is edited."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from majung.accounts import of_brand
from majung.accounts.models import Brand
from majung.conversations import ratings
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import asides, hours_words, screen
from majung.web.setup.forms.settings import BrandForm


@admin_required
@require_GET
def index(request: AgentRequest) -> HttpResponse:
    """Show every brand with how many accounts and teams it has."""
    brands = Brand.objects.alive().annotate(
        inboxes_count=Count("inboxes", filter=Q(inboxes__deleted_at=None), distinct=True),
        teams_count=Count("teams", filter=Q(teams__deleted_at=None), distinct=True),
    )
    nows = [now for _row, now in hours_words.nows(brands)]
    content = ratings.lately(brand.pk for brand in brands)
    shown = [(brand, now, content.get(brand.pk)) for brand, now in zip(brands, nows, strict=True)]
    return screen.show(request, "brands.html", here="brands", brands=shown)


@admin_required
@require_GET
def preview(request: AgentRequest) -> HttpResponse:
    """Draw the brand as the form has it now; fetched again while one chooses."""
    edited = of_brand.named(request.GET.get("of", ""))
    drawn = asides.brand_preview(BrandForm(request.GET), edited)
    return render(request, "setup/preview.html", {"preview": drawn})
