"""Files chosen on a page that works without JavaScript."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from majung.conversations import uploads


class ManyFilesInput(forms.FileInput):
    """A file input in which several may be chosen."""

    allow_multiple_selected = True

    def value_from_datadict(self, _data: Any, files: Any, name: str) -> list["UploadedFile[Any]"]:
        return files.getlist(name) if isinstance(files, MultiValueDict) else []


class ManyFilesField(forms.FileField):
    """Up to five files of up to 20 MB, none of them a program."""

    widget = ManyFilesInput

    def clean(self, data: Any, _initial: Any = None) -> list["UploadedFile[Any]"]:
        chosen: list[UploadedFile[Any]] = data or []
        _check(chosen)
        return chosen


def _check(files: Sequence["UploadedFile[Any]"]) -> None:
    if len(files) > uploads.MOST_FILES:
        raise forms.ValidationError(_("파일은 한 번에 다섯 개까지 보낼 수 있어요."))
    for file in files:
        name = {"name": file.name}
        if (file.size or 0) > uploads.MOST_BYTES:
            text = _("%(name)s: 파일은 하나에 20MB까지 보낼 수 있어요.")
            raise forms.ValidationError(text % name)
        if uploads.runs(file.name or ""):
            text = _("%(name)s: 실행되는 파일은 보낼 수 없어요.")
            raise forms.ValidationError(text % name)
