"""What operators set and what apps tell each other is written down."""

import inspect
import re

from django.conf import settings

from majung.core.events import Event
from tests.architecture.source import ROOT, modules

SETTINGS = ROOT / "docs" / "settings.md"
EVENTS = ROOT / "docs" / "events.md"


def test_settings_and_their_page_agree() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)`", SETTINGS.read_text(), re.MULTILINE))
    assert documented == set(settings.MAJUNG_SETTING_NAMES)


def test_every_event_is_documented() -> None:
    events = {
        cls
        for module in modules()
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if issubclass(cls, Event) and cls is not Event and cls.__module__.startswith("majung.")
    }
    documented = set(re.findall(r"`(\w+)`", EVENTS.read_text()))
    assert sorted(cls.__name__ for cls in events if cls.__name__ not in documented) == []
    assert events


def test_events_say_what_they_mean() -> None:
    silent = [
        cls.__name__
        for module in modules()
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if issubclass(cls, Event)
        and cls.__module__ == module.__name__
        and not (cls.__doc__ or "").split("(")[0].strip()
    ]
    assert silent == []
