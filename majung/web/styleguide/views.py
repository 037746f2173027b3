"""One page with everything that screens are made of, drawn by the templates of the screens."""

from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from majung.web import accents
from majung.web.styleguide import examples, fields

# What the address may choose, in the place of the cookies that keep an agent's choice.
CHOICES: Final = {"theme": ("auto", "light", "dark"), "density": ("comfortable", "compact")}
HUES: Final = (192, 28, 75, 150, 262, 330)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the components; ``theme``, ``density`` and ``hue`` of the query say how."""
    if not (settings.MAJUNG_DEMO or settings.DEBUG):
        raise Http404
    chosen = {name: request.GET.get(name, "") for name in CHOICES}
    for name, values in CHOICES.items():
        if chosen[name] in values:
            request.COOKIES[name] = chosen[name]
    hue = _hue(request.GET.get("hue", ""))
    context = {
        **examples.everything(),
        "form": fields.example(),
        "choices": CHOICES,
        "chosen": chosen,
        "hue": hue,
        "hues": HUES,
        "tokens": accents.tokens(hue) if hue is not None else "",
    }
    return render(request, "styleguide/index.html", context)


def _hue(text: str) -> int | None:
    return int(text) % 360 if text.isdecimal() and len(text) < 4 else None
