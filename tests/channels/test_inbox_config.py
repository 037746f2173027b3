"""Settings of widgets and forms: strict to who saves them, safe for who uses them."""

from typing import Any

import pytest

from majung.channels import inbox_config
from majung.channels.inbox_config import ChatConfig, FormConfig


def test_nothing_set_is_safe() -> None:
    assert inbox_config.chat({}) == ChatConfig(
        origins=(), greeting={}, reopen_hours=72, position="right"
    )
    assert inbox_config.form({}) == FormConfig(intro={}, topics=(), phone="optional", files=True)


def test_what_is_right_is_read() -> None:
    chat = {
        "origins": ["https://Shop.example/", "https://shop.example:443", "http://127.0.0.1:9000"],
        "greeting": {"ko": " 어서 오세요 ", "en": ""},
        "reopen_hours": 0,
        "position": "left",
    }
    assert inbox_config.mistakes(kind="webchat", config=chat) == []
    assert inbox_config.chat(chat) == ChatConfig(
        origins=("https://shop.example", "http://127.0.0.1:9000"),
        greeting={"ko": "어서 오세요"},
        reopen_hours=0,
        position="left",
    )
    assert inbox_config.chat(chat).greets("en") == "어서 오세요"
    shell = {
        "side": 0,
        "bottom": 200,
        "launcher": False,
        "label": {"ko": " 문의하기 "},
        "locales": ["en"],
        "sound": True,
        "title": False,
    }
    assert inbox_config.mistakes(kind="webchat", config=shell) == []
    assert inbox_config.chat(shell) == ChatConfig(
        side=0,
        bottom=200,
        launcher=False,
        label={"ko": "문의하기"},
        locales=("en",),
        sound=True,
        title=False,
    )
    form = {
        "intro": {"ko": "적어 주세요"},
        "topics": [" 배송 ", "", "배송", "교환"],
        "fields": {"phone": "off", "files": False},
    }
    assert inbox_config.mistakes(kind="webform", config=form) == []
    assert inbox_config.form(form) == FormConfig(
        intro={"ko": "적어 주세요"}, topics=("배송", "교환"), phone="off", files=False
    )


@pytest.mark.parametrize(
    "origin",
    [
        "shop.example",
        "ftp://shop.example",
        "https://shop.example/path",
        "https://user@shop.example",
        "https://*.shop.example",
        "https://shop.example; script-src *",
        "https://shop.example 'unsafe-inline'",
        "https://",
        "https://shop.example:99999",
        "",
    ],
)
def test_what_is_no_origin_is_said_and_left_out(origin: str) -> None:
    config = {"origins": [origin, "*"]}
    assert [m.name for m in inbox_config.mistakes(kind="webchat", config=config)] == ["origins"]
    assert inbox_config.chat(config).origins == ("*",)


@pytest.mark.parametrize(
    ("kind", "config", "name"),
    [
        ("webchat", {"origins": "https://shop.example"}, "origins"),
        ("webchat", {"origins": [5]}, "origins"),
        ("webchat", {"greeting": "안녕"}, "greeting"),
        ("webchat", {"greeting": {"fr": "Bonjour"}}, "greeting"),
        ("webchat", {"reopen_hours": "72"}, "reopen_hours"),
        ("webchat", {"reopen_hours": True}, "reopen_hours"),
        ("webchat", {"reopen_hours": -1}, "reopen_hours"),
        ("webchat", {"position": "top"}, "position"),
        ("webchat", {"position": []}, "position"),
        ("webchat", {"colour": "red"}, "colour"),
        ("webchat", {"side": 201}, "side"),
        ("webchat", {"bottom": "24"}, "bottom"),
        ("webchat", {"launcher": "no"}, "launcher"),
        ("webchat", {"label": {"ko": "가" * 21}}, "label"),
        ("webchat", {"locales": []}, "locales"),
        ("webchat", {"locales": ["fr"]}, "locales"),
        ("webchat", {"locales": [["ko"]]}, "locales"),
        ("webchat", {"sound": 1}, "sound"),
        ("webform", {"topics": ["가" * 41]}, "topics"),
        ("webform", {"topics": ["a"] * 21}, "topics"),
        ("webform", {"fields": []}, "fields"),
        ("webform", {"fields": {"phone": "maybe"}}, "phone"),
        ("webform", {"fields": {"files": 1}}, "files"),
        ("webform", {"fields": {"age": "required"}}, "age"),
    ],
)
def test_what_is_wrong_is_named_and_has_its_default(
    kind: str, config: dict[str, Any], name: str
) -> None:
    assert [m.name for m in inbox_config.mistakes(kind=kind, config=config)] == [name]
    assert inbox_config.chat(config).position == "right"
    assert inbox_config.form(config).phone == "optional"
