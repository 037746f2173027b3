"""All settings as one file: take it along, paste it in, see first what it would change."""

from dataclasses import dataclass

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from majung.accounts import audit, editables, settings_file
from majung.accounts.settings_file import Change, Unreadable
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import screen


class FileForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("설정 파일의 내용"),
        max_length=settings_file.LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "class": "mono", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("설정 파일의 내용을 붙여 넣어 주세요.")},
    )


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    name: str
    text: str


@admin_required
@require_http_methods(["GET", "POST"])
def edit(request: AgentRequest) -> HttpResponse:
    """Check a pasted file, or apply it."""
    form = FileForm(request.POST or None, label_suffix="")
    applies = "apply" in request.POST
    lines: list[Line] | None = None
    mistakes: list[settings_file.LineMistake] = []
    if request.method == "POST" and form.is_valid():
        try:
            changes = settings_file.import_all(
                form.cleaned_data["text"], request.user, dry_run=not applies
            )
        except Unreadable as error:
            mistakes = error.mistakes
        else:
            if applies:
                return _applied(request, changes)
            lines = [_line(change) for change in changes]
    return screen.show(
        request,
        "file.html",
        here="file",
        form=form,
        lines=lines,
        mistakes=mistakes,
        status=422 if form.errors or mistakes else 200,
    )


def _applied(request: AgentRequest, changes: list[Change]) -> HttpResponse:
    audit.record(
        action="settings_imported", obj=None, by=request.user, details={"changes": len(changes)}
    )
    count = len(changes)
    text = ngettext(
        "설정 %(count)d개를 바꿨어요. 되돌리려면 그 설정의 이력에서 할 수 있어요.",
        "설정 %(count)d개를 바꿨어요. 되돌리려면 그 설정의 이력에서 할 수 있어요.",
        count,
    )
    screen.done(request, text % {"count": count} if count else _("바뀐 것이 없어서 그대로예요."))
    return redirect("setup:file")


def _line(change: Change) -> Line:
    editable = editables.of(change.kind)
    if change.what == "made":
        return Line(str(editable.label), change.name, _("새로 만들어요"))
    fields = ", ".join(str(editable.fields[name]) for name in change.fields)
    return Line(str(editable.label), change.name, _("바꿔요: %(fields)s") % {"fields": fields})


@admin_required
@require_GET
def download(request: AgentRequest) -> HttpResponse:
    """Give the settings as a file, without secrets."""
    audit.record(action="settings_exported", obj=None, by=request.user)
    answer = HttpResponse(
        settings_file.export_all(), content_type="application/yaml; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="majung.yaml"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
