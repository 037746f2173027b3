"""``/shop/<brand>/``: the demo's storefront, a host page as a customer of the product has one."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from majung.accounts.models import Brand
from majung.channels import identity_tokens
from majung.channels.identity_tokens import Member
from majung.conversations.models import Inbox
from majung.customers.models import Identity
from majung.web.widget import locales, shop_goods

COOKIE: Final = "shop_member"
MOST_MEMBERS: Final = 4
SOMEBODY: Final = Member(id="demo-member-1", name="김하늘")
# Stands in the queue that the loader reads when it starts.
_QUEUE: Final = "window.Majung=window.Majung||function(){(Majung.q=Majung.q||[]).push(arguments)};"
_SIGNED_OUT: Final = f'{_QUEUE}Majung("shutdown");'
# The page's own button stands for the launcher, and says how many replies are unread.
_OWN_BUTTON: Final = (
    f'{_QUEUE}Majung("hide");Majung("on","unread",function(event){{'
    'var at=document.getElementById("unread");at.hidden=!event.count;at.textContent=event.count;});'
)
View = Callable[..., HttpResponseBase]


def demo_only(view: View) -> View:
    """Give a page of the demo its brand, in the language asked for; elsewhere there is none."""

    @wraps(view)
    def guarded(request: HttpRequest, slug: str, **parts: str) -> HttpResponseBase:
        if not settings.MAJUNG_DEMO:
            raise Http404
        brand = get_object_or_404(Brand.objects.alive(), slug=slug)
        with translation.override(locales.spoken(request.GET.get("lang", ""), brand.locale)):
            response = view(request, brand, **parts)
        response.headers["Cache-Control"] = "no-store"
        return response

    return guarded


@require_safe
@demo_only
def show(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Show the shop with the widget's script tag, as a visitor or as a signed-in member."""
    inboxes = list(Inbox.objects.open().filter(brand=brand).order_by("pk"))
    context = {
        "brand": brand,
        "locale": translation.get_language(),
        "shelf": shop_goods.shelf(brand.slug),
        "widget": _first(inboxes, "webchat"),
        "form": _first(inboxes, "webform"),
        "member": _member(request, brand),
        "members": _members(brand),
        "left": request.GET.get("left") == "1",
    }
    return render(request, "shop/shop.html", context)


@require_safe
@demo_only
def help_page(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Show the conversation inside the page, or behind a button of the shop's own."""
    inboxes = list(Inbox.objects.open().filter(brand=brand).order_by("pk"))
    context = {
        "brand": brand,
        "locale": translation.get_language(),
        "widget": _first(inboxes, "webchat"),
        "own": request.GET.get("way") == "own",
    }
    return render(request, "shop/help.html", context)


@require_POST
@demo_only
def member(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Sign in as the chosen member of the demo, or out."""
    chosen = request.POST.get("who", "")
    known = any(who.id == chosen for who in _members(brand))
    back = redirect("widget:shop", brand.slug)
    if known:
        back.set_signed_cookie(COOKIE, chosen, salt=brand.slug, httponly=True, samesite="Lax")
    else:
        back["Location"] += "?left=1"
        back.delete_cookie(COOKIE, samesite="Lax")
    return back


@require_safe
@demo_only
def script(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Tell the widget who is signed in, as a shop's own server would in its page."""
    who = _member(request, brand)
    inbox = _first(list(Inbox.objects.open().filter(brand=brand).order_by("pk")), "webchat")
    lines = _OWN_BUTTON if request.GET.get("way") == "own" else ""
    if who and inbox and inbox.identity_secret:
        token = identity_tokens.issue(inbox=inbox, member=who)
        lines += f"window.majung={json.dumps({'identity': token})};"
    elif request.GET.get("left") == "1":
        lines += _SIGNED_OUT
    answer = HttpResponse(lines, content_type="text/javascript; charset=utf-8")
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _first(inboxes: list[Inbox], kind: str) -> Inbox | None:
    return next((inbox for inbox in inboxes if inbox.kind == kind), None)


def _member(request: HttpRequest, brand: Brand) -> Member | None:
    chosen = request.get_signed_cookie(COOKIE, default="", salt=brand.slug)
    return next((who for who in _members(brand) if who.id == chosen), None)


def _members(brand: Brand) -> list[Member]:
    """Return the first members that the brand has, or one who is not known yet."""
    known = Identity.objects.filter(
        kind=Identity.Kind.USER, scope=str(brand.pk), verified_at__isnull=False
    )
    rows = known.exclude(customer__name="").select_related("customer").order_by("pk")
    found = [Member(id=row.address, name=row.customer.name) for row in rows[:MOST_MEMBERS]]
    return found or [SOMEBODY]
