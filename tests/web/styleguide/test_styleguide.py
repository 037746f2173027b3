"""The page of components: for those who build screens, and for nobody else."""

import re

import pytest
from django.conf import LazySettings
from django.test import Client

from majung.web import accents

PATH = "/styleguide/"
PARTS = ["colours", "type", "buttons", "fields", "signs", "rows-of-list", "talk", "carried",
         "writing", "person", "telling", "floating", "lists", "nothing", "icons"]  # fmt: skip


@pytest.fixture
def demo(settings: LazySettings) -> None:
    settings.MAJUNG_DEMO = True


def test_it_is_not_there_in_an_installation_that_works(stranger: Client, db: None) -> None:
    assert stranger.get(PATH).status_code == 404


@pytest.mark.parametrize("name", ["MAJUNG_DEMO", "DEBUG"])
def test_it_is_there_in_the_demo_and_in_development(
    stranger: Client, db: None, settings: LazySettings, name: str
) -> None:
    setattr(settings, name, True)
    assert stranger.get(PATH).status_code == 200


def test_it_shows_every_part_to_strangers_and_agents(
    stranger: Client, desk: Client, demo: None
) -> None:
    for reader in (stranger, desk):
        page = reader.get(PATH).content.decode()
        assert re.findall(r'<section id="([\w-]+)" aria-labelledby', page) == PARTS
        assert re.findall(r'class="side".*?</nav>', page, re.DOTALL)
        assert re.findall(r'<a href="#([\w-]+)">', page)[: len(PARTS)] == PARTS


def test_the_address_chooses_how_it_looks(stranger: Client, db: None, demo: None) -> None:
    page = stranger.get(f"{PATH}?theme=dark&density=compact&hue=28").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-density="compact"' in page
    assert f'data-tokens="{accents.tokens(28)}"' in page
    odd = stranger.get(f"{PATH}?theme=neon&density=x&hue=red").content.decode()
    assert "data-theme" not in odd
    assert 'data-density="comfortable"' in odd
    assert "data-tokens" not in odd
