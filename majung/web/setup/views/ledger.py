"""The ledger: every item that came in, what was done with it and why."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from majung.accounts import audit
from majung.accounts.models import Brand
from majung.channels import inbound, ledger, raws
from majung.channels.mail import blocking
from majung.channels.models import InboundDelivery, Letter
from majung.conversations.models import Inbox
from majung.web import cursors
from majung.web.access import AgentRequest, admin_required
from majung.web.live_page import PageLive, page_live
from majung.web.setup import paging, screen, words
from majung.web.setup.views import blocked
from majung.web.setup.words import State

PAGE = 50
AT_ONCE = 200
COUNTED = 100
SHOWN_BYTES = 20_000
_STATES = frozenset({InboundDelivery.State.FAILED.value, InboundDelivery.State.IGNORED.value})


@dataclass(frozen=True, slots=True)
class Line:
    """An item as the list shows it."""

    item: InboundDelivery
    sender: str
    state: State
    reason: str
    is_failed: bool
    is_held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the list is narrowed to."""

    state: str
    inbox: Inbox | None

    @property
    def failed(self) -> bool:
        return self.state == InboundDelivery.State.FAILED

    @property
    def ignored(self) -> bool:
        return self.state == InboundDelivery.State.IGNORED

    def of(self, rows: QuerySet[InboundDelivery]) -> QuerySet[InboundDelivery]:
        if self.state:
            rows = rows.filter(state=self.state)
        return rows.filter(inbox=self.inbox) if self.inbox else rows


@admin_required
@require_GET
def index(request: AgentRequest) -> HttpResponse:
    """Show the items, the latest first."""
    live = _live()
    inboxes = list(Inbox.objects.select_related("brand").order_by("brand__name", "name"))
    chosen = _filter(request, inboxes)
    found = paging.page(chosen.of(_rows()), query=request.GET, moment="received_at", size=PAGE)
    first = found.rows[0] if found.rows else None
    return screen.show(
        request,
        "ledger.html",
        here="ledger",
        lines=_lines(found.rows),
        page=found,
        inboxes=inboxes,
        live=live,
        chosen=chosen,
        since=cursors.write(first.received_at, first.pk) if first else "",
        failed=InboundDelivery.objects.failed()[: COUNTED + 1].count(),
        counted=COUNTED,
    )


@admin_required
@require_GET
def count(request: AgentRequest) -> HttpResponse:
    """Say how many items have come in since the list was shown."""
    live = _live()
    chosen = _filter(request, list(Inbox.objects.all()))
    rows = chosen.of(InboundDelivery.objects.all())
    place = cursors.read(request.GET.get("since"))
    if place:
        at, key = place
        rows = rows.filter(Q(received_at__gt=at) | Q(received_at=at, pk__gt=key))
    number = rows.order_by("-received_at", "-pk")[: COUNTED + 1].count()
    context = {
        "number": number,
        "counted": COUNTED,
        "chosen": chosen,
        "since": request.GET.get("since", ""),
        "live": live,
    }
    return render(request, "setup/ledger_count.html", context)


@admin_required
@require_GET
def show(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Show one item: what it was, what was done, and why."""
    item = get_object_or_404(_rows(), public_id=public_id)
    return screen.show(
        request,
        "item.html",
        here="ledger",
        line=_lines([item])[0],
        item=item,
        detail=_detail(item),
        holding=_holding(item),
    )


@admin_required
@require_GET
def raw(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Show an item exactly as it came in; that it was read is kept."""
    item = get_object_or_404(
        InboundDelivery.objects.select_related("inbox__brand", "conversation"), public_id=public_id
    )
    audit.record(action="inbound_raw_read", obj=item, by=request.user)
    whole = raws.of(item)
    return screen.show(
        request,
        "item.html",
        here="ledger",
        line=_lines([item])[0],
        item=item,
        detail=_detail(item),
        holding=_holding(item),
        raw=_text(whole),
        headers=json.dumps(item.headers, ensure_ascii=False, indent=2) if item.headers else "",
    )


@admin_required
@require_POST
def retry(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Process one failed item again."""
    item = get_object_or_404(InboundDelivery.objects.failed(), public_id=public_id)
    if _retried(item, request):
        screen.done(request, _("다시 처리했어요. 이제 상담에서 볼 수 있어요."))
    else:
        screen.nothing_done(request, _("또 실패했어요. 까닭을 보고 고치거나 치워 둘 수 있어요."))
    return _back(request)


@admin_required
@require_POST
def ignore(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Set one failed item aside."""
    item = get_object_or_404(InboundDelivery.objects.failed(), public_id=public_id)
    if ledger.ignore(delivery=item, by=request.user):
        screen.done(request, _("치워 뒀어요. 장부에는 그대로 남아 있어요."))
    return _back(request)


@admin_required
@require_POST
def release(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Let one mail of a blocked sender in."""
    item = _held(public_id)
    try:
        outcome = ledger.release(delivery=item, by=request.user)
    except Exception:  # noqa: BLE001 - noted on the item and logged
        screen.nothing_done(request, _("처리하다가 실패했어요. 까닭을 보고 다시 처리해 주세요."))
        return _back(request)
    if outcome:
        screen.done(request, _("이 메일만 받았어요. 차단은 그대로예요."))
    return _back(request)


@admin_required
@require_POST
def unblock(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Let all that comes from a blocked sender in from now on; this mail too."""
    item = _held(public_id)
    brand = item.inbox.brand
    names = blocking.holding(brand=brand, address=ledger.writer(item))
    for name in names:
        blocking.unblock(brand=brand, spelled=name, by=request.user)
    with suppress(Exception):  # noted on the item and logged
        ledger.release(delivery=item, by=request.user)
    text = _("%(name)s의 차단을 풀었어요. 이제부터 오는 메일을 받아요.")
    screen.done(request, text % {"name": ", ".join(names) or words.sender(item)})
    return _back(request)


@admin_required
@require_POST
def block(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Block whom a mail came from: the address, or with ``domain`` all of its domain."""
    item = get_object_or_404(_mails(), public_id=public_id)
    address = ledger.writer(item)
    spelled = "@" + address.rpartition("@")[2] if "domain" in request.POST else address
    try:
        made = blocking.block(brand=item.inbox.brand, text=spelled, by=request.user)
    except blocking.CannotBlock as error:
        screen.nothing_done(request, str(error))
        return _back(request)
    if made:
        undo = reverse("setup:unblocking", args=[blocked.sealed(item.inbox.brand, spelled)])
        screen.done(request, _("%(name)s%(to)s 차단했어요.") % screen.named(spelled), undo=undo)
    else:
        screen.nothing_done(request, _("이미 차단한 주소예요."))
    return _back(request)


@admin_required
@require_POST
def retry_all(request: AgentRequest) -> HttpResponse:
    """Process the failed items again, the oldest first, as many as one request can."""
    items = _failed(request)
    done = sum(_retried(item, request) for item in items)
    left = len(items) - done
    text = ngettext("%(done)d개를 다시 처리했어요.", "%(done)d개를 다시 처리했어요.", done)
    screen.done(request, text % {"done": done})
    if left:
        told = ngettext("%(left)d개는 또 실패했어요.", "%(left)d개는 또 실패했어요.", left)
        screen.nothing_done(request, told % {"left": left})
    return _back(request)


@admin_required
@require_POST
def ignore_all(request: AgentRequest) -> HttpResponse:
    """Set the failed items aside."""
    done = sum(ledger.ignore(delivery=item, by=request.user) for item in _failed(request))
    text = ngettext("%(done)d개를 치워 뒀어요.", "%(done)d개를 치워 뒀어요.", done)
    screen.done(request, text % {"done": done})
    return _back(request)


def _live() -> PageLive:
    """Listen to the brands' lists: what is processed changes them; what fails is asked for."""
    brands = Brand.objects.alive().values_list("pk", flat=True)
    return page_live([f"list:brand:{key}" for key in brands])


def _failed(request: HttpRequest) -> list[InboundDelivery]:
    chosen = _filter(request, list(Inbox.objects.all()))
    rows = chosen.of(InboundDelivery.objects.failed().defer("raw", "headers"))
    return list(rows.order_by("received_at", "pk")[:AT_ONCE])


def _retried(item: InboundDelivery, request: AgentRequest) -> bool:
    try:
        ledger.retry(delivery=item, by=request.user)
    except inbound.Failed:
        return False
    except Exception:  # noqa: BLE001 - noted on the item and logged; the others must not wait
        return False
    return True


def _rows() -> QuerySet[InboundDelivery]:
    return InboundDelivery.objects.select_related("inbox__brand", "conversation").defer(
        "raw", "headers"
    )


def _mails() -> QuerySet[InboundDelivery]:
    rows = InboundDelivery.objects.select_related("inbox__brand")
    return rows.filter(inbox__kind="email")


def _held(public_id: UUID) -> InboundDelivery:
    rows = _mails().filter(state=InboundDelivery.State.IGNORED, reason=ledger.BLOCKED)
    return get_object_or_404(rows, public_id=public_id)


def _holding(item: InboundDelivery) -> list[str]:
    """Return what blocks an item that is held: an address, a domain."""
    if not _is_held(item):
        return []
    return blocking.holding(brand=item.inbox.brand, address=ledger.writer(item))


def _is_held(item: InboundDelivery) -> bool:
    return item.state == InboundDelivery.State.IGNORED and item.reason == ledger.BLOCKED


def _lines(items: Sequence[InboundDelivery]) -> list[Line]:
    messages = [item.message_id for item in items if item.inbox.kind == "email"]
    rows = Letter.objects.filter(message__in=[key for key in messages if key])
    writers = dict(rows.values_list("message_id", "sender"))
    return [_line(item, writers.get(item.message_id or 0, {})) for item in items]


def _line(item: InboundDelivery, writer: Mapping[str, str]) -> Line:
    return Line(
        item,
        words.writer(writer["address"]) if writer.get("address") else words.sender(item),
        words.state(item),
        words.reason(item),
        item.state == InboundDelivery.State.FAILED,
        _is_held(item),
    )


def _detail(item: InboundDelivery) -> str:
    if item.state != InboundDelivery.State.FAILED or item.reason == "error":
        return ""
    return _(item.details.get("detail", "")) if item.details.get("detail") else ""


def _filter(request: HttpRequest, inboxes: list[Inbox]) -> Filter:
    given = {**request.GET.dict(), **request.POST.dict()}
    wanted = str(given.get("inbox", ""))
    inbox = next((one for one in inboxes if str(one.public_id) == wanted), None)
    if wanted and inbox is None:
        raise Http404
    state = str(given.get("state", ""))
    return Filter(state=state if state in _STATES else "", inbox=inbox)


def _text(raw: bytes) -> str:
    text = raw[:SHOWN_BYTES].decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text


def _back(request: HttpRequest) -> HttpResponse:
    to = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}):
        return redirect(to)
    return redirect("setup:ledger")
