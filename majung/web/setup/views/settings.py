"""Editing what has drafts and a history: brands, teams, channel accounts."""

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from majung.accounts import editables, notices, removal, revisions
from majung.accounts.editables import Data, Invalid
from majung.accounts.models import Agent, Revision
from majung.accounts.revisions import DraftedSince, PublishedSince
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import asides, screen, words
from majung.web.setup.forms.settings import SettingForm, form_class

SHOWN_REVISIONS = 30
_PLURAL = {
    "brand": "brands",
    "team": "teams",
    "inbox": "inboxes",
    "canned": "canned_replies",
    "tag": "tags",
    "hours": "hours_all",
    "automatic": "automatic_all",
}
_TITLES = {
    "brand": lambda: _("새 브랜드"),
    "team": lambda: _("새 팀"),
    "inbox": lambda: _("새 채널 계정"),
    "canned": lambda: _("새 답변 템플릿"),
    "tag": lambda: _("새 태그"),
    "hours": lambda: _("상담 시간 정하기"),
    "automatic": lambda: _("자동 메시지 쓰기"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the history: what was changed, and whether it can be undone."""

    revision: Revision
    text: str
    note: str
    is_undoable: bool


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    theirs: str
    mine: str


@admin_required
@require_http_methods(["GET", "POST"])
def new(request: AgentRequest, kind: str) -> HttpResponse:
    """Make a brand or a team."""
    return make(request, kind, start={})


def make(request: AgentRequest, kind: str, *, start: Data) -> HttpResponse:
    """Show the empty form and make what it says; ``start`` is fixed beforehand."""
    form_type = form_class(kind, start.get("kind", ""))
    if request.method == "POST":
        form = form_type(request.POST, request.FILES)
        if form.is_valid():
            try:
                with transaction.atomic():
                    obj = revisions.create(kind=kind, data=form.data_of(start), by=request.user)
                    form.keep(obj, by=request.user)
            except Invalid as error:
                form.mark(error.mistakes)
            else:
                screen.done(request, _("%(name)s%(to)s 만들었어요.") % screen.named(str(obj)))
                return redirect(f"setup:{kind}", obj.public_id)
    else:
        form = form_type(initial={"based_on": 0, **form_type.initial_of(_defaults(kind, start))})
    return screen.show(
        request,
        "edit.html",
        here=_PLURAL[kind],
        kind=kind,
        form=form,
        is_new=True,
        title=str(form.new_title) or _TITLES[kind](),
        aside=asides.of(kind, None, form),
        back=reverse(f"setup:{_PLURAL[kind]}"),
        status=422 if form.errors else 200,
    )


@admin_required
@require_http_methods(["GET", "POST"])
def edit(request: AgentRequest, kind: str, public_id: UUID) -> HttpResponse:
    """Show a setting with its draft or published state, and save or publish what is sent."""
    obj = find(kind, public_id)
    if request.method == "POST":
        return _save(request, kind, obj)
    notices.read(agent=request.user, conversation=obj.public_id)  # those about an account
    return page(request, kind, obj)


def find(kind: str, public_id: UUID) -> Any:
    """Return a row that is in use; else it is not found."""
    return get_object_or_404(editables.of(kind).rows(), public_id=public_id)


def page(
    request: AgentRequest,
    kind: str,
    obj: Any,
    *,
    form: SettingForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render the page of a setting; without a form, the one that starts from the draft."""
    steps = _steps(kind, obj)
    newest = steps[0].revision.number if steps else 0
    draft = revisions.draft(kind=kind, obj=obj)
    if form is None:
        form = _form_of(kind, obj, draft, newest or 0)
    return screen.show(
        request,
        "edit.html",
        here=_PLURAL[kind],
        kind=kind,
        obj=obj,
        form=form,
        draft=draft,
        is_draft_old=bool(draft and draft.based_on != newest),
        newest=newest,
        history=steps[:SHOWN_REVISIONS],
        title=str(obj),
        aside=asides.of(kind, obj, form),
        back=reverse(f"setup:{_PLURAL[kind]}"),
        status=status,
        **more,
    )


def _form_of(kind: str, obj: Any, draft: Revision | None, newest: int) -> SettingForm:
    form_type = form_class(kind, getattr(obj, "kind", ""))
    state = draft.data if draft else editables.of(kind).read(obj)
    initial = {
        **form_type.initial_of(state),
        "based_on": draft.based_on if draft else newest,
        "draft_at": draft.saved_at.isoformat() if draft else "",
    }
    return form_type(initial=initial)


def _save(request: AgentRequest, kind: str, obj: Any) -> HttpResponse:
    editable = editables.of(kind)
    before = editable.read(obj)
    form_type = form_class(kind, getattr(obj, "kind", ""))
    form = form_type(request.POST, request.FILES, initial=form_type.initial_of(before))
    if not form.is_valid():
        return page(request, kind, obj, form=form, status=422)
    data, based_on = form.data_of(before), form.cleaned_data["based_on"]
    try:
        if "draft" in request.POST:
            _keep(request, kind, obj, data, based_on, _moment(form.cleaned_data["draft_at"]))
            if form.left_out:
                screen.nothing_done(request, form.left_out)
        else:
            _publish(request, kind, obj, form, data, based_on)
    except Invalid as error:
        form.mark(error.mistakes)
        return page(request, kind, obj, form=form, status=422)
    except PublishedSince as conflict:
        return _conflict(request, kind, obj, form, data, conflict)
    except DraftedSince as conflict:
        return _draft_conflict(request, kind, obj, form, conflict)
    return redirect(f"setup:{kind}", obj.public_id)


def _keep(
    request: AgentRequest,
    kind: str,
    obj: Any,
    data: Data,
    based_on: int,
    draft_at: datetime | None,
) -> None:
    revisions.save_draft(
        kind=kind, obj=obj, data=data, by=request.user, based_on=based_on, draft_at=draft_at
    )
    screen.done(request, _("초안을 저장했어요. 게시하기 전에는 아무것도 바뀌지 않아요."))


def _publish(
    request: AgentRequest, kind: str, obj: Any, form: SettingForm, data: Data, based_on: int
) -> None:
    with transaction.atomic():
        made = revisions.publish(kind=kind, obj=obj, by=request.user, based_on=based_on, data=data)
        kept = form.keep(obj, by=request.user)
    if kept and made is None:
        screen.done(request, _("비밀번호를 저장했어요."))
        return
    if made is None:
        screen.done(request, _("바뀐 것이 없어서 그대로예요."))
        return
    undo_at = reverse(f"setup:{kind}_undoing", args=[obj.public_id, made.public_id])
    screen.done(request, _("게시했어요."), undo=f"{undo_at}?based_on={made.number}")


def _conflict(
    request: AgentRequest,
    kind: str,
    obj: Any,
    form: SettingForm,
    data: Data,
    conflict: PublishedSince,
) -> HttpResponse:
    """Show both states; the form keeps what was typed and now goes on from the newest."""
    obj.refresh_from_db()
    editable = editables.of(kind)
    theirs = editable.read(obj)
    form = _again(form, based_on=str(conflict.newest.number if conflict.newest else 0))
    spelled_theirs, spelled_mine = editable.spell(theirs), editable.spell(data)
    differences = [
        Difference(
            str(editable.fields[name]),
            words.value(spelled_theirs[name]),
            words.value(spelled_mine[name]),
        )
        for name in revisions.changed_fields(theirs, data)
    ]
    return page(
        request,
        kind,
        obj,
        form=form,
        status=409,
        conflict=conflict.newest,
        differences=differences,
    )


def _draft_conflict(
    request: AgentRequest, kind: str, obj: Any, form: SettingForm, conflict: DraftedSince
) -> HttpResponse:
    form = _again(form, draft_at=conflict.draft.saved_at.isoformat() if conflict.draft else "")
    return page(request, kind, obj, form=form, status=409, draft_conflict=conflict.draft)


def _again(form: SettingForm, **seen: str) -> SettingForm:
    """Return the form with what was typed, now that the person sees what others did."""
    assert isinstance(form.data, QueryDict)
    sent = form.data.copy()
    for name, value in seen.items():
        sent[name] = value
    again = type(form)(sent, initial=form.initial)
    again.is_valid()
    return again


@admin_required
@require_POST
def discard_draft(request: AgentRequest, kind: str, public_id: UUID) -> HttpResponse:
    """Go back to what is published."""
    obj = find(kind, public_id)
    if revisions.discard_draft(kind=kind, obj=obj, by=request.user):
        screen.done(request, _("초안을 버렸어요. 게시된 내용이 보여요."))
    return redirect(f"setup:{kind}", public_id)


@admin_required
@require_POST
def undo(request: AgentRequest, kind: str, public_id: UUID, revision: UUID) -> HttpResponse:
    """Publish the state before a revision once more."""
    obj = find(kind, public_id)
    chosen = get_object_or_404(
        Revision.objects.filter(kind=kind, object_id=obj.pk, number__isnull=False),
        public_id=revision,
    )
    try:
        made = revisions.undo(revision=chosen, by=request.user, based_on=_based_on(request))
    except LookupError as error:
        raise Http404 from error
    except PublishedSince as conflict:
        screen.nothing_done(request, _since(conflict.newest))
    except Invalid as error:
        told = " ".join(each.text for each in error.mistakes)
        screen.nothing_done(request, _("그 상태로는 되돌릴 수 없어요. %(why)s") % {"why": told})
    else:
        text = _("되돌렸어요.") if made else _("이미 그 상태라 바뀐 것이 없어요.")
        screen.done(request, text)
    return redirect(f"setup:{kind}", public_id)


def _based_on(request: HttpRequest) -> int:
    given = request.POST.get("based_on") or request.GET.get("based_on") or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def _since(newest: Revision | None) -> str:
    by: Agent | None = newest.published_by if newest else None
    if by is None:
        return _("그사이 다른 변경이 게시되었어요. 확인하고 다시 해 주세요.")
    return _("그사이 %(name)s 님이 다른 변경을 게시했어요. 확인하고 다시 해 주세요.") % {
        "name": by.name
    }


@admin_required
@require_POST
def remove(request: AgentRequest, kind: str, public_id: UUID) -> HttpResponse:
    """Put a setting into the trash."""
    obj = find(kind, public_id)
    removal.remove(obj=obj, by=request.user)
    text = _("%(name)s%(to)s 휴지통으로 옮겼어요. 30일 안에 되살릴 수 있어요.")
    screen.done(
        request,
        text % screen.named(str(obj)),
        undo=reverse(f"setup:{kind}_restoring", args=[public_id]),
    )
    return redirect(f"setup:{_PLURAL[kind]}")


@admin_required
@require_POST
def restore(request: AgentRequest, kind: str, public_id: UUID) -> HttpResponse:
    """Take a setting out of the trash."""
    obj = get_object_or_404(editables.of(kind).model.objects, public_id=public_id)
    try:
        moved = removal.restore(obj=obj, by=request.user)
    except Invalid as error:
        told = " ".join(each.text for each in error.mistakes)
        text = _("%(name)s%(to)s 되살릴 수 없어요. %(why)s")
        screen.nothing_done(request, text % {**screen.named(str(obj)), "why": told})
        return redirect("setup:trash")
    if moved:
        screen.done(request, _("%(name)s%(to)s 되살렸어요.") % screen.named(str(obj)))
    return redirect(f"setup:{kind}", public_id)


def _steps(kind: str, obj: Any) -> list[Step]:
    # One more than is shown, to tell what the last shown one changed.
    found = list(revisions.history(kind=kind, obj=obj)[: SHOWN_REVISIONS + 1])
    return [
        Step(revision, words.change(revision, before), words.note(revision), before is not None)
        for revision, before in zip_longest(found, found[1:])
    ]


def _defaults(kind: str, start: Data) -> Data:
    if kind == "brand":
        return {"accent_hue": 192, "locale": "ko", "timezone": "Asia/Seoul", "country": "KR"}
    if kind == "tag":
        return {"hue": 210}
    return start


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text) if text else None
    except ValueError:
        return None
