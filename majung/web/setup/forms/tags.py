"""The form of a tag: its name, its colour, and whose brand it is for."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts.models import Brand
from majung.conversations.models.tags import MOST_NAME
from majung.web.setup.forms.settings import SettingForm, edit_with

# Twelve colours that one can tell apart and name; a settings file may say any other hue.
HUES: Final = (
    (0, gettext_lazy("분홍")),
    (30, gettext_lazy("빨강")),
    (60, gettext_lazy("주황")),
    (90, gettext_lazy("노랑")),
    (120, gettext_lazy("연두")),
    (150, gettext_lazy("초록")),
    (180, gettext_lazy("청록")),
    (210, gettext_lazy("물빛")),
    (240, gettext_lazy("하늘")),
    (270, gettext_lazy("파랑")),
    (300, gettext_lazy("보라")),
    (330, gettext_lazy("자주")),
)


class TagForm(SettingForm):
    name = forms.CharField(
        label=gettext_lazy("이름"),
        max_length=MOST_NAME,
        help_text=gettext_lazy("짧을수록 좋아요. 목록에서는 두 개까지 보여요. 예: 배송 지연"),
    )
    hue = forms.TypedChoiceField(
        label=gettext_lazy("색"), coerce=int, choices=HUES, widget=forms.RadioSelect
    )
    brand = forms.ChoiceField(
        label=gettext_lazy("브랜드"),
        required=False,
        help_text=gettext_lazy("한 브랜드를 고르면 그 브랜드의 상담에만 붙일 수 있어요."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        brands = [(str(one.public_id), one.name) for one in Brand.objects.alive()]
        self._offer("brand", [("", _("모든 브랜드")), *brands])
        self._offer("hue", list(HUES))

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        """Offer the choices, and what is set now even if it is none of them."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        now = self.initial.get(name)
        if now not in {None, "", *(key for key, _label in choices)}:
            choices = [*choices, (now, now)]
        field.choices = choices


edit_with("tag", TagForm)
