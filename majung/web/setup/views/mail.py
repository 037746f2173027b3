"""Mailboxes: a service's servers, trying a mailbox out, and looking for mail again."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.accounts import audit, editables
from majung.accounts.models import Brand
from majung.channels import leases
from majung.channels.contract import Account
from majung.channels.mail import config as mail_config
from majung.channels.mail import trying
from majung.channels.mail.trying import Step, Trial
from majung.channels.models import AccountState
from majung.conversations.models import Inbox
from majung.core import limits
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import mail_presets, screen
from majung.web.setup.forms.mail import KINDS, SERVER, MailForm
from majung.web.setup.views import settings


@admin_required
@require_POST
def servers(request: AgentRequest) -> HttpResponse:
    """Fill the servers of the chosen service into the form."""
    sent = request.POST.copy()
    preset = mail_presets.PRESETS.get(sent.get("preset", ""))
    fields = preset.fields() if preset else {}
    for name, value in fields.items():
        sent[name] = value
    form = MailForm(sent)
    filled = [f"{kind}_{name}" for kind in KINDS for name in SERVER] if preset else []
    return render(
        request,
        "setup/mail_servers.html",
        {
            "form": form,
            "filled": [form[name].as_widget(attrs={"hx-swap-oob": "true"}) for name in filled],
        },
    )


@admin_required
@require_POST
def receiving(request: AgentRequest) -> HttpResponse:
    """Really connect with what stands in the form; nothing is fetched and nothing stored."""
    limits.take(f"mail-trial:{request.user.pk}", limit=30, per=600)
    form, inbox, account = _trial(request)
    if account is None:
        return _log(request, "receiving", _wrong(form))
    state = AccountState.objects.filter(inbox=inbox).first() if inbox else None
    trial = trying.receive(account, known=state.cursors if state else {})
    return _log(request, "receiving", trial)


@admin_required
@require_POST
def sending(request: AgentRequest) -> HttpResponse:
    """Really send a mail to the admin, with what stands in the form."""
    limits.take(f"mail-trial:{request.user.pk}", limit=30, per=600)
    form, inbox, account = _trial(request)
    if account is None:
        return _log(request, "sending", _wrong(form))
    brand = Brand.objects.alive().filter(public_id=form.cleaned_data["brand"]).first()
    if inbox:
        audit.record(action="test_mail_sent", obj=inbox, by=request.user)
    trial = trying.send(account, brand=brand, name=form.cleaned_data["name"], to=request.user.email)
    return _log(request, "sending", trial)


@admin_required
@require_POST
def again(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Look for mail at once instead of waiting."""
    inbox = settings.find("inbox", public_id)
    if inbox.kind != "email":
        raise Http404
    leases.wake(inbox.pk)
    screen.done(request, _("지금 다시 해 볼게요. 잠시 뒤에 새로 고쳐 주세요."))
    return redirect("setup:inbox", public_id)


def _trial(request: AgentRequest) -> tuple[MailForm, Inbox | None, Account | None]:
    """Return the form, which inbox it is of, and the account that it would make."""
    inbox = _inbox(request)
    start = MailForm.initial_of(editables.of("inbox").read(inbox)) if inbox else {}
    form = MailForm(request.POST, initial=start)
    if not form.is_valid():
        return form, inbox, None
    config, _mistakes = mail_config.spell(form.config_of())
    key = inbox.key if inbox else ""
    return form, inbox, Account(key=key, config=config, secrets=form.secrets())


def _inbox(request: AgentRequest) -> Inbox | None:
    named = request.POST.get("of", "")
    if not named:
        return None
    try:
        found: Inbox = get_object_or_404(
            Inbox.objects.alive().filter(kind="email"), public_id=UUID(named)
        )
    except ValueError as error:
        raise Http404 from error
    return found


def _wrong(form: MailForm) -> Trial:
    """Return what must be filled in before anything can be tried."""
    steps = [
        Step(f"{form.fields[name].label}: {' '.join(map(str, told))}", is_well=False)
        if name in form.fields
        else Step(" ".join(map(str, told)), is_well=False)
        for name, told in form.errors.items()
    ]
    return Trial(steps)


def _log(request: AgentRequest, which: str, trial: Trial) -> HttpResponse:
    answer = render(request, "setup/mail_trial.html", {"trial": trial, "which": which})
    answer.headers["Cache-Control"] = "no-store"
    return answer
