"""A form with a field of every kind and in every state."""

from django import forms


class Example(forms.Form):
    """Bound to what somebody typed, so that the errors of two fields show."""

    name = forms.CharField(label="이름", help_text="고객이 보는 이름이에요.")
    mail = forms.EmailField(
        label="이메일",
        error_messages={"invalid": "이메일 주소를 다시 봐 주세요. 예: haneul@example.com"},
    )
    secret = forms.CharField(label="바꿀 수 없는 값", required=False, disabled=True)
    search = forms.CharField(
        label="찾기",
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "이름이나 연락처"}),
    )
    role = forms.ChoiceField(label="역할", choices=[("agent", "상담원"), ("admin", "관리자")])
    day = forms.DateField(
        label="쉬는 날", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    about = forms.CharField(
        label="인사말",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="두 문장을 넘지 않는 편이 좋아요.",
    )
    hue = forms.IntegerField(
        label="색", widget=forms.NumberInput(attrs={"type": "range", "min": 0, "max": 359})
    )
    attachment = forms.FileField(label="파일", required=False)
    is_on = forms.BooleanField(label="영업시간에만 받기", required=False)
    brands = forms.MultipleChoiceField(
        label="맡는 브랜드",
        widget=forms.CheckboxSelectMultiple,
        choices=[("dareum", "다름상회"), ("ongyeol", "온결")],
    )


def example() -> Example:
    """Return the form as it looks after a mistake."""
    form = Example(
        {
            "name": "다름상회 고객센터",
            "mail": "haneul@example",
            "role": "agent",
            "about": "안녕하세요. 무엇을 도와드릴까요?",
            "hue": "192",
            "is_on": "on",
            "brands": ["dareum"],
        },
        initial={"secret": "demo-dareum-form"},
        auto_id="example_%s",
    )
    form.full_clean()
    return form
