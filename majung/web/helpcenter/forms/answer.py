"""The answer box of a request's page."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.web.helpcenter.forms.files import ManyFilesField


class AnswerForm(forms.Form):
    """Text, files, or both."""

    text = forms.CharField(
        label=gettext_lazy("이어서 쓰기"),
        max_length=5000,
        required=False,
        error_messages={"max_length": gettext_lazy("한 번에 5,000자까지 보낼 수 있어요.")},
        widget=forms.Textarea(attrs={"rows": 4, "class": "in"}),
    )
    attachments = ManyFilesField(
        label=gettext_lazy("파일"),
        required=False,
        widget=ManyFilesField.widget(attrs={"class": "in"}),
    )
    nonce = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data.get("text") or self.cleaned_data.get("attachments")
        if not self.errors and not given:
            self.add_error("text", _("내용을 적어 주세요."))
