"""The fields of quick replies and of one card, for the forms of canned replies."""

from typing import Any, Final, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from majung.accounts.editables import Data
from majung.conversations import parts, pictures
from majung.conversations.parts import Parts
from majung.core.blobs import TooLarge

_ARROW: Final = ">"
NAMES: Final = ("choices", "card_title", "card_text", "card_picture", "card_file", "card_buttons")
FIELDS_OF: Final = {
    "card": "card_title",
    "card.title": "card_title",
    "card.text": "card_text",
    "card.picture": "card_file",
    "card.buttons": "card_buttons",
    **{f"card.buttons.{at}": "card_buttons" for at in range(parts.MOST_BUTTONS)},
}

_REST: Final = {  # of a card, beside its title: the field where each stands on the page
    "card_text": "card_text",
    "card_picture": "card_file",
    "card_buttons": "card_buttons",
}


def add_to(form: forms.Form) -> None:
    """Add the fields to a form, below those it has."""
    form.fields["choices"] = forms.CharField(
        label=_("빠른 답장"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("한 줄에 하나씩 여덟 개까지. 고객이 누르면 그 말을 그대로 보내요."),
    )
    form.fields["card_title"] = forms.CharField(
        label=_("카드 제목"),
        required=False,
        max_length=parts.LONGEST_TITLE,
        help_text=_("카드 없이 글만 보내려면 카드의 모든 칸을 비워 두세요."),
    )
    form.fields["card_text"] = forms.CharField(
        label=_("카드 설명"),
        required=False,
        max_length=parts.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    form.fields["card_file"] = forms.FileField(
        label=_("카드 그림"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
        help_text=_("5MB까지. 새로 고르면 지금 그림 대신 보여요."),
    )
    form.fields["card_picture"] = forms.CharField(
        required=False, max_length=36, widget=forms.HiddenInput
    )
    form.fields["card_drop"] = forms.BooleanField(label=_("그림 빼기"), required=False)
    form.fields["card_buttons"] = forms.CharField(
        label=_("카드 버튼"),
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 3, "placeholder": _("배송 조회 > https://shop.example/orders")}
        ),
        help_text=_(
            "한 줄에 하나씩 세 개까지. ‘이름 > 주소’는 그 주소를 열고, ‘이름 > 말’이나 이름만 쓴 줄은 "
            "고객의 말로 보내요."
        ),
    )


def initial_of(data: Data) -> Data:
    """Return what the fields show for the state of a canned reply."""
    card = data.get("card") or {}
    return {
        "choices": "\n".join(data.get("choices") or []),
        "card_title": card.get("title", ""),
        "card_text": card.get("text", ""),
        "card_picture": card.get("picture", ""),
        "card_buttons": "\n".join(_line(each) for each in card.get("buttons", [])),
    }


def clean(form: forms.Form) -> None:
    """Read what takes more than one field; call it once each of them is clean.

    What is wrong stands beside its field.
    """
    _keep_picture(form)
    values = form.cleaned_data
    if "card_title" not in values or values["card_title"].strip():
        return
    rest = [str(form.fields[field].label) for name, field in _REST.items() if values.get(name)]
    if rest:
        told = _("카드에는 제목이 있어야 해요. 카드를 빼려면 남은 칸도 비워 주세요: %(rest)s")
        form.add_error("card_title", told % {"rest": ", ".join(rest)})


def _keep_picture(form: forms.Form) -> None:
    """Store the picture that was put up, so that its id goes on with the form."""
    file = form.cleaned_data.get("card_file")
    if form.cleaned_data.get("card_drop"):
        form.cleaned_data["card_picture"] = ""
    if file is None:
        return
    try:
        kept = pictures.keep(stream=file, name=file.name or "card")
        form.cleaned_data["card_picture"] = str(kept.public_id)
        data = cast("QueryDict", form.data).copy()
        data["card_picture"] = str(kept.public_id)
        data.pop("card_drop", None)
        form.data = data
    except TooLarge:
        form.add_error("card_file", _("그림은 5MB까지 올릴 수 있어요."))
    except pictures.NoPicture:
        form.add_error("card_file", _("PNG, JPEG, WebP, GIF 그림을 골라 주세요."))


def state_of(values: Data) -> Data:
    """Return ``{choices, card}`` as the fields say."""
    return {"choices": _lines(values.get("choices")), "card": _card(values)}


def preview_of(form: forms.Form) -> Parts:
    """Return what the fields say now, as far as it can be read; an old picture stays in it."""
    values = {name: str(form[name].value() or "") for name in NAMES if name != "card_file"}
    state = state_of(values)
    try:
        return parts.read(
            {"choices": state["choices"], "cards": [state["card"]] if state["card"] else []}
        )
    except parts.Wrong:
        return parts.NOTHING


def _card(values: Data) -> Data:
    buttons = [_button(line) for line in _lines(values.get("card_buttons"))]
    given: Data = {
        "title": str(values.get("card_title") or "").strip(),
        "text": str(values.get("card_text") or "").strip(),
        "picture": str(values.get("card_picture") or "").strip(),
        "buttons": buttons,
    }
    return {name: value for name, value in given.items() if value}


def _button(line: str) -> Data:
    label, arrow, rest = (part.strip() for part in line.partition(_ARROW))
    if not arrow:
        return {"label": label, "say": label}
    if rest.startswith(("http://", "https://")):
        return {"label": label, "link": rest}
    return {"label": label, "say": rest}


def _line(button: Any) -> str:
    if button.get("link"):
        return f"{button['label']} {_ARROW} {button['link']}"
    if button.get("say") == button.get("label"):
        return str(button["label"])
    return f"{button['label']} {_ARROW} {button['say']}"


def _lines(text: Any) -> list[str]:
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]
