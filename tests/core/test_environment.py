"""Settings are read strictly, and each mistake says what to do."""

from pathlib import Path

import pytest

from majung.core.environment import Environment, Mistake


def names(environment: Environment) -> list[str]:
    return [mistake.name for mistake in environment.mistakes]


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("YES", True), ("off", False), ("", True)]
)
def test_flag_understands_yes_and_no(text: str, value: bool) -> None:
    environment = Environment({"MAJUNG_X": text})
    assert environment.flag("MAJUNG_X", default=True) is value
    assert environment.mistakes == []


def test_flag_refuses_anything_else() -> None:
    environment = Environment({"MAJUNG_X": "maybe"})
    assert environment.flag("MAJUNG_X", default=False) is False
    assert environment.mistakes == [
        Mistake("MAJUNG_X", "'maybe' is neither yes nor no.", "Set it to 1 or 0.")
    ]


@pytest.mark.parametrize("text", ["0", "66000", "-1", "8000.0", "eighty", "８０"])
def test_integer_outside_its_range_is_a_mistake(text: str) -> None:
    environment = Environment({"MAJUNG_PORT": text})
    assert environment.integer("MAJUNG_PORT", 8000, least=1, most=65535) == 8000
    assert names(environment) == ["MAJUNG_PORT"]


def test_integer_is_read() -> None:
    environment = Environment({"MAJUNG_PORT": " 80 "})
    assert environment.integer("MAJUNG_PORT", 8000, least=1, most=65535) == 80
    assert environment.mistakes == []


@pytest.mark.parametrize("text", ["example.com", "ftp://example.com", "http://", "http://a:b/"])
def test_url_needs_scheme_and_host(text: str) -> None:
    environment = Environment({"MAJUNG_URL": text})
    assert environment.url("MAJUNG_URL", "http://a", schemes=["http"], example="x") == "http://a"
    assert names(environment) == ["MAJUNG_URL"]


def test_url_loses_its_last_slash() -> None:
    environment = Environment({"MAJUNG_URL": "https://desk.example/"})
    found = environment.url("MAJUNG_URL", "http://a", schemes=["https"], example="x")
    assert found == "https://desk.example"


@pytest.mark.parametrize(
    ("text", "value"), [("lmtp://[::1]:24", "lmtp://[::1]:24"), ("", ""), ("lmtp://x", ""),
                        ("imap://x:1", ""), ("lmtp://x:99999", "")],
)  # fmt: skip
def test_a_place_to_listen_has_a_scheme_a_host_and_a_port(text: str, value: str) -> None:
    environment = Environment({"MAJUNG_X": text})
    found = environment.listening("MAJUNG_X", schemes=["lmtp"], example="lmtp://127.0.0.1:24")
    assert (found, bool(environment.mistakes)) == (value, bool(text) and not value)


def test_networks_are_checked_one_by_one() -> None:
    good = Environment({"MAJUNG_P": "10.0.0.0/8, ::1,"})
    bad = Environment({"MAJUNG_P": "10.0.0.0/8, proxy"})
    assert good.networks("MAJUNG_P") == ["10.0.0.0/8", "::1"]
    assert bad.networks("MAJUNG_P") == []
    assert (names(good), names(bad)) == ([], ["MAJUNG_P"])


def test_command_is_split_like_a_shell() -> None:
    environment = Environment({"MAJUNG_A": "scan --name 'a b'", "MAJUNG_B": "scan 'a"})
    assert environment.command("MAJUNG_A") == ["scan", "--name", "a b"]
    assert environment.command("MAJUNG_B") == []
    assert names(environment) == ["MAJUNG_B"]


def test_folder_that_is_a_file_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    environment = Environment({"MAJUNG_HOME": str(tmp_path / "file")})
    environment.folder("MAJUNG_HOME", "var")
    assert names(environment) == ["MAJUNG_HOME"]


def test_unknown_name_is_a_mistake_with_the_nearest_one() -> None:
    environment = Environment({"MAJUNG_PROT": "1", "MAJUNG_QQQQQQ": "1", "HOME": "/"})
    environment.integer("MAJUNG_PORT", 8000, least=1, most=65535)
    environment.finish()
    assert [str(mistake) for mistake in environment.mistakes] == [
        "MAJUNG_PROT: there is no such setting. Did you mean MAJUNG_PORT?",
        "MAJUNG_QQQQQQ: there is no such setting. Remove it, or see the settings.",
    ]


def test_all_mistakes_are_collected() -> None:
    environment = Environment({"MAJUNG_A": "x", "MAJUNG_B": "y", "MAJUNG_C": "z"})
    environment.flag("MAJUNG_A", default=False)
    environment.integer("MAJUNG_B", 1, least=1, most=2)
    environment.finish()
    assert names(environment) == ["MAJUNG_A", "MAJUNG_B", "MAJUNG_C"]
