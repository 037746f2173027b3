"""Forms about the people who work here."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts.models import Agent, Team
from majung.web.setup import words
from majung.web.setup.forms.account import PASSWORD_HINT


def _roles() -> list[tuple[str, str]]:
    return [(value, words.role(value)) for value in Agent.Role.values]


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("비워 둘 수 없어요.")


class InvitationForm(_Form):
    email = forms.EmailField(
        label=gettext_lazy("이메일"),
        max_length=254,
        error_messages={"invalid": gettext_lazy("이메일 주소를 다시 확인해 주세요.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(label=gettext_lazy("이름"), max_length=80)
    role = forms.ChoiceField(
        label=gettext_lazy("역할"),
        choices=_roles,
        initial=Agent.Role.AGENT,
        help_text=gettext_lazy("관리자는 모든 브랜드와 설정을 봐요."),
    )
    teams = forms.MultipleChoiceField(
        label=gettext_lazy("팀"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("팀이 맡은 브랜드의 상담을 볼 수 있어요."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alive = Team.objects.alive().prefetch_related("brands")
        self._teams = {str(team.public_id): team for team in alive}
        field = self.fields["teams"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(key, _with_brands(team)) for key, team in self._teams.items()]

    def teams_chosen(self) -> list[Team]:
        return [self._teams[key] for key in self.cleaned_data["teams"]]


def _with_brands(team: Team) -> str:
    """Return what one gets to see with a team: "고객지원 (온담, 누리)"."""
    names = [brand.name for brand in team.brands.all() if brand.deleted_at is None]
    return f"{team.name} ({', '.join(names) or _('맡은 브랜드 없음')})"


class RoleForm(_Form):
    role = forms.ChoiceField(label=gettext_lazy("역할"), choices=_roles)


class PasswordChoiceForm(_Form):
    """A new password, twice; ``agent`` is who will have it."""

    password = forms.CharField(
        label=gettext_lazy("비밀번호"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=PASSWORD_HINT,
    )
    again = forms.CharField(
        label=gettext_lazy("비밀번호 한 번 더"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._agent = agent

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self._agent)
        return password

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise ValidationError(_("두 비밀번호가 달라요."))
        return again


class JoinForm(PasswordChoiceForm):
    name = forms.CharField(
        label=gettext_lazy("이름"),
        max_length=80,
        help_text=gettext_lazy("고객과 동료가 보는 이름이에요."),
    )
    field_order = ("name", "password", "again")
