"""Tags of a conversation: what may be chosen, to put one on, to take one off."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from majung.accounts.editables import Invalid
from majung.conversations import tags
from majung.conversations.models import Tag
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import answers, visible

MOST_OFFERED = 500


@require_safe
@never_cache
@agent_required
def options(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Answer the tags that may be put on the conversation, as options of a list."""
    conversation = visible.conversation(request.user, public_id)
    offered = Tag.objects.usable_on(conversation).exclude(uses__conversation=conversation)
    return render(request, "desk/tag_options.html", {"offered": offered[:MOST_OFFERED]})


@require_POST
@agent_required
def create(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Put a tag on: ``tag`` (a public id), or ``name``; with ``make`` it need not be there yet."""
    conversation = visible.conversation(request.user, public_id)
    back = reverse("desk:conversation", args=[public_id])
    try:
        tag = _wanted(request)
        tags.put(conversation=conversation, tag=tag, by=request.user)
    except _Refused as refused:
        return answers.refused(request, str(refused), back=back, status=422, code="no_such_tag")
    except tags.CannotTag:
        text = _("이 상담에는 쓸 수 없는 태그예요. 목록에서 다시 골라 주세요.")
        return answers.refused(request, text, back=back)
    return answers.quiet(request, back=back)


@require_POST
@agent_required
def remove(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Take a tag off: ``tag`` (a public id)."""
    conversation = visible.conversation(request.user, public_id)
    back = reverse("desk:conversation", args=[public_id])
    tag = get_object_or_404(Tag, public_id=_key(request.POST.get("tag", "")))
    if not tags.take_off(conversation=conversation, tag=tag, by=request.user):
        return answers.quiet(request, back=back)
    undo = f"{reverse('desk:tags', args=[public_id])}?tag={tag.public_id}"
    text = _("‘%(name)s’ 태그를 뗐어요") % {"name": tag.name}
    return answers.done(request, text, back=back, undo=undo)


class _Refused(Exception):
    """The text says why, for the agent to read."""


def _wanted(request: AgentRequest) -> Tag:
    given = request.POST.get("tag") or request.GET.get("tag")
    if given:
        return get_object_or_404(Tag, public_id=_key(given))
    name = " ".join(request.POST.get("name", "").replace("\x00", "").split())
    if not name:
        raise _Refused(_("태그 이름을 적어 주세요."))
    if known := tags.named(name):
        return known
    if not tags.may_make(request.user):
        text = _("‘%(name)s’ 태그는 없어요. 있는 태그를 고르거나 팀 리더에게 부탁해 주세요.")
        raise _Refused(text % {"name": name})
    if "make" not in request.POST:
        text = _("‘%(name)s’ 태그는 없어요. ‘새 태그로 붙이기’를 누르면 만들어요.")
        raise _Refused(text % {"name": name})
    try:
        return tags.make(name=name, by=request.user)
    except Invalid as error:
        raise _Refused(" ".join(each.text for each in error.mistakes)) from error


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
