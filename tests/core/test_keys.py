"""Keys for Django and for sealing come from the same texts but say nothing about one another."""

import pytest

from majung.core.keys import derive, django_keys


def test_django_keys_put_the_current_key_first() -> None:
    new, old = "n" * 40, "o" * 40
    current, older = django_keys([new, old])
    assert (current, older) == (derive(new, purpose="django"), [derive(old, purpose="django")])
    assert django_keys([old]) == (older[0], [])


def test_derive_gives_each_purpose_its_own_key() -> None:
    assert derive("열쇠", purpose="seal") != derive("열쇠", purpose="django")
    # Pinned: a change here would lock every installation out of its secrets.
    assert derive("열쇠", purpose="seal") == "m0GkPqIxV0JXxfjjzQP5iWkUIUR_EaYcdRSHoO3sdAA="


@pytest.mark.parametrize("keys", [[], [""], ["good", "  "]])
def test_django_keys_refuse_missing_keys(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="secret key"):
        django_keys(keys)
