"""Rate limits: exact under concurrency, without anything personal in the table."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from majung.core import limits
from majung.core.limits import LimitExceeded
from majung.core.models import RateWindow
from tests.core.together import together

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def allowed(key: str, *, limit: int, per: int = 60) -> bool:
    try:
        limits.take(key, limit=limit, per=per)
    except LimitExceeded:
        return False
    return True


@pytest.mark.django_db
def test_take_allows_up_to_the_limit_and_tells_when_to_come_back() -> None:
    with time_machine.travel(NOON, tick=False):
        assert [allowed("sign-in:a", limit=2) for _ in range(3)] == [True, True, False]
    with (
        time_machine.travel(NOON + timedelta(seconds=12.5), tick=False),
        pytest.raises(LimitExceeded) as caught,
    ):
        limits.take("sign-in:a", limit=2, per=60)
    assert caught.value.retry_after == 48


@pytest.mark.django_db
def test_take_begins_a_new_window_when_the_old_one_is_over() -> None:
    with time_machine.travel(NOON, tick=False):
        assert [allowed("sign-in:a", limit=1) for _ in range(2)] == [True, False]
    with time_machine.travel(NOON + timedelta(seconds=59.9), tick=False):
        assert not allowed("sign-in:a", limit=1)
    with time_machine.travel(NOON + timedelta(seconds=60), tick=False):
        assert [allowed("sign-in:a", limit=1) for _ in range(2)] == [True, False]


@pytest.mark.django_db
def test_take_counts_each_key_for_itself() -> None:
    assert allowed("sign-in:a", limit=1)
    assert allowed("sign-in:b", limit=1)
    assert allowed("form:a", limit=1)
    assert not allowed("form:a", limit=1)


@pytest.mark.django_db(transaction=True)
def test_take_lets_exactly_the_limit_pass_when_all_come_at_once() -> None:
    answers = together(lambda _: [allowed("burst:x", limit=10) for _ in range(4)], threads=8)
    assert sum(sum(each) for each in answers) == 10
    assert RateWindow.objects.get().count == 32


@pytest.mark.django_db
def test_take_stores_nothing_personal() -> None:
    limits.take("sign-in:kim@example.com:203.0.113.9", limit=1, per=60)
    key = RateWindow.objects.get().key
    assert key.startswith("sign-in:")
    assert len(key) == len("sign-in:") + 40
    assert "kim" not in key
    assert "203" not in key


@pytest.mark.django_db
def test_clear_forgets_the_uses_of_one_key() -> None:
    assert allowed("sign-in:a", limit=1)
    assert allowed("sign-in:b", limit=1)
    limits.clear("sign-in:a")
    assert allowed("sign-in:a", limit=1)
    assert not allowed("sign-in:b", limit=1)


@pytest.mark.django_db
def test_purge_deletes_only_windows_that_are_over() -> None:
    with time_machine.travel(NOON, tick=False):
        allowed("old:a", limit=1)
    with time_machine.travel(NOON + timedelta(hours=23), tick=False):
        allowed("new:a", limit=1)
    with time_machine.travel(NOON + timedelta(hours=25), tick=False):
        assert limits.purge() == 1
    assert RateWindow.objects.get().key.startswith("new:")


@pytest.mark.parametrize("per", [0, -1, limits.LONGEST + 1])
def test_take_refuses_windows_it_could_not_keep(per: int) -> None:
    with pytest.raises(ValueError, match="rate window"):
        limits.take("a:b", limit=1, per=per)
