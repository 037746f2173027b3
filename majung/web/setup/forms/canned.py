"""Forms of canned replies: the shared ones with drafts and a history, and an agent's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts import of_brand
from majung.accounts.editables import Data
from majung.accounts.models import Brand
from majung.conversations import canned, canned_text, parts, pictures
from majung.web.carried import Carried, show
from majung.web.setup.forms import carried
from majung.web.setup.forms.settings import LOCALES, SettingForm, edit_with


@dataclass(frozen=True, slots=True)
class Preview:
    """A canned reply filled in with examples, or why it cannot be."""

    text: str = ""
    mistakes: Sequence[str] = ()
    carried: Carried | None = None


class WordsForm(SettingForm):
    """What every canned reply is made of."""

    fields_of = carried.FIELDS_OF

    title = forms.CharField(
        label=gettext_lazy("제목"),
        max_length=80,
        help_text=gettext_lazy("상담원만 보는 이름이에요. 무엇에 답하는지 적어 주세요."),
    )
    shortcut = forms.CharField(
        label=gettext_lazy("줄임말"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("글칸에서 / 뒤에 쓰면 바로 찾아요. 예: 배송지연"),
    )
    text = forms.CharField(
        label=gettext_lazy("내용"),
        max_length=canned.MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    folder = forms.CharField(
        label=gettext_lazy("폴더"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("비워도 돼요. 안쪽 폴더는 빗금으로 나눠요. 예: 배송/지연"),
    )
    locale = forms.ChoiceField(label=gettext_lazy("언어"), choices=LOCALES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        carried.add_to(self)
        self.fields["text"].help_text = _(
            "상담에 맞게 채워지는 자리: %(known)s. 한국어 조사는 %(example)s처럼 적어요."
        ) % {"known": canned_text.known(), "example": canned_text.EXAMPLE}

    def preview(self) -> "Preview":
        """Return how the text as the form has it reads to an invented customer."""
        text = str(self["text"].value() or "")
        locale = str(self["locale"].value() or "ko")
        beside = carried.preview_of(self)
        if mistakes := [
            each
            for written in (text, *parts.words(beside))
            for each in canned_text.mistakes(written)
        ]:
            return Preview(mistakes=mistakes)
        fill = partial(canned_text.example, locale=locale, brand=self.brand_name())
        filled = parts.filled(beside, fill)
        return Preview(fill(text), carried=show(filled, pictures.of([filled])))

    @staticmethod
    def initial_of(data: Data) -> Data:
        return {**data, **carried.initial_of(data)}

    def clean(self) -> dict[str, Any]:
        carried.clean(self)
        return self.cleaned_data

    def data_of(self, before: Data) -> Data:
        mine = {name for name in self.shown if not name.startswith("card_") and name != "choices"}
        own = {name: self.cleaned_data[name] for name in mine}
        return before | own | carried.state_of(self.cleaned_data)

    def brand_name(self) -> str:
        found = Brand.objects.alive().first()
        return found.name if found else _("브랜드 이름")


class CannedForm(WordsForm):
    """A shared canned reply: a setting."""

    brand = forms.ChoiceField(label=gettext_lazy("브랜드"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["brand"]
        assert isinstance(field, forms.ChoiceField)
        brands = [(str(one.public_id), one.name) for one in Brand.objects.alive()]
        now = str(self.initial.get("brand") or "")
        extra = [(now, now)] if now and now not in dict(brands) else []
        field.choices = [("", _("모든 브랜드")), *brands, *extra]

    def brand_name(self) -> str:
        chosen = of_brand.named(str(self["brand"].value() or ""))
        return chosen.name if chosen else super().brand_name()


edit_with("canned", CannedForm)


class OwnReplyForm(WordsForm):
    """A personal one; ``version`` is what the agent had on screen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("based_on", "draft_at"):
            del self.fields[name]

    def state(self) -> Data:
        """Return the state that the fields say."""
        names = ("title", "shortcut", "text", "folder", "locale")
        return {name: self.cleaned_data[name] for name in names} | carried.state_of(
            self.cleaned_data
        )
