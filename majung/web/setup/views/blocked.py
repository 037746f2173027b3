"""Whose mail is set aside, by brand."""

from itertools import groupby
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from majung.accounts.models import Brand
from majung.channels.mail import blocking
from majung.channels.models import BlockedSender
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import screen

SALT = "majung.blocked"


@admin_required
@require_GET
def index(request: AgentRequest) -> HttpResponse:
    """Show what is blocked, and by whom."""
    return _page(request)


@admin_required
@require_POST
def add(request: AgentRequest) -> HttpResponse:
    """Block an address or a domain."""
    brand = _brand(request.POST.get("brand", ""))
    text = request.POST.get("text", "")
    try:
        made = blocking.block(brand=brand, text=text, by=request.user)
    except blocking.CannotBlock as error:
        return _page(request, text=text, brand=brand, error=str(error))
    spelled = blocking.pattern(text)
    if made:
        undo = reverse("setup:unblocking", args=[sealed(brand, spelled)])
        screen.done(request, _("%(name)s%(to)s 차단했어요.") % screen.named(spelled), undo=undo)
    else:
        screen.nothing_done(request, _("이미 차단한 주소예요."))
    return redirect("setup:blocked")


@admin_required
@require_POST
def remove(request: AgentRequest, token: str) -> HttpResponse:
    """Let mails of an address or a domain in again."""
    brand, spelled = _opened(token)
    if blocking.unblock(brand=brand, spelled=spelled, by=request.user):
        text = _("%(name)s의 차단을 풀었어요. 이제부터 오는 메일을 받아요.")
        undo = reverse("setup:blocking_again", args=[token])
        screen.done(request, text % {"name": spelled}, undo=undo)
    return redirect("setup:blocked")


@admin_required
@require_POST
def put_back(request: AgentRequest, token: str) -> HttpResponse:
    """Block again what was let in (undo)."""
    brand, spelled = _opened(token)
    try:
        blocking.block(brand=brand, text=spelled, by=request.user)
    except blocking.CannotBlock as error:
        screen.nothing_done(request, str(error))
    else:
        screen.done(request, _("다시 차단했어요."))
    return redirect("setup:blocked")


def _page(
    request: AgentRequest, *, text: str = "", brand: Brand | None = None, error: str = ""
) -> HttpResponse:
    rows = BlockedSender.objects.filter(brand__deleted_at=None).select_related("brand", "by")
    rows = rows.order_by("brand__name", "brand_id", "-pk")
    groups = [
        (brand, [(row, sealed(brand, row.pattern)) for row in each])
        for brand, each in groupby(rows, key=lambda row: row.brand)
    ]
    return screen.show(
        request,
        "blocked.html",
        here="blocked",
        groups=groups,
        brands=Brand.objects.alive(),
        text=text,
        chosen=brand,
        error=error,
        status=422 if error else 200,
    )


def sealed(brand: Brand, spelled: str) -> str:
    """Return a name of a block for addresses of ours: whose mail it is does not stand in logs."""
    return signing.dumps([str(brand.public_id), spelled], salt=SALT)


def _opened(token: str) -> tuple[Brand, str]:
    try:
        brand, spelled = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise Http404 from error
    return _brand(brand), spelled


def _brand(named: str) -> Brand:
    try:
        return get_object_or_404(Brand.objects.alive(), public_id=UUID(named))
    except ValueError as error:
        raise Http404 from error
