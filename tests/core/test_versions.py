"""Two people edit one thing: the second is told."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models

from majung.core.bases import Versioned
from majung.core.versions import EditConflict, save_version
from tests.core.together import table, together


@pytest.fixture
def page(transactional_db: None) -> Iterator[type[Any]]:
    fields = {"title": models.TextField(), "body": models.TextField(default="")}
    with table("VersionedPage", Versioned, **fields) as made:
        yield made


def test_save_version_writes_the_named_fields_only(page: type[Any]) -> None:
    row = page.objects.create(title="처음", body="그대로")
    row.title, row.body = "다음", "쓰지 않음"
    save_version(row, fields=["title"], expected=1)
    again = page.objects.get()
    assert (again.title, again.body, again.version, row.version) == ("다음", "그대로", 2, 2)


def test_save_version_tells_the_second_editor_what_is_there_now(page: type[Any]) -> None:
    page.objects.create(title="처음")
    mine, theirs = page.objects.get(), page.objects.get()
    theirs.title = "먼저"
    save_version(theirs, fields=["title"], expected=1)
    mine.title = "나중"
    with pytest.raises(EditConflict) as caught:
        save_version(mine, fields=["title"], expected=1)
    assert caught.value.obj is mine
    assert caught.value.current is not None
    assert (page.objects.get().title, vars(caught.value.current)["title"]) == ("먼저", "먼저")


def test_save_version_of_a_deleted_row_conflicts_with_nothing_left(page: type[Any]) -> None:
    row = page.objects.create(title="처음")
    page.objects.all().delete()
    with pytest.raises(EditConflict) as caught:
        save_version(row, fields=["title"], expected=1)
    assert caught.value.current is None


def test_save_version_lets_one_of_many_editors_win(page: type[Any]) -> None:
    row = page.objects.create(title="처음")

    def save(number: int) -> int | None:
        mine = page(pk=row.pk, title=f"{number}")
        try:
            save_version(mine, fields=["title"], expected=1)
        except EditConflict:
            return None
        return number

    winners = [number for number in together(save, threads=6) if number is not None]
    again = page.objects.get()
    assert [again.title] == [f"{number}" for number in winners]
    assert again.version == 2
