"""Which settings people edit: what each is made of, what is right, and how it reaches its row.

Upper apps register theirs. The state of a setting is plain JSON under the names of ``fields``,
with public ids where it speaks of other rows; secrets are never part of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from majung.core.bases import Trashable

Data: TypeAlias = dict[str, Any]
Label: TypeAlias = str | Promise
MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong value: under which name, and what to do about it, for a person to read."""

    name: str
    text: str


class Invalid(Exception):
    """The given state is no right one; ``mistakes`` say why."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(f"{each.name}: {each.text}" for each in mistakes))
        self.mistakes = list(mistakes)


def _same(data: Data) -> Data:
    return data


def _nowhere(_data: Data) -> Any:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Editable:
    """One kind of setting.

    ``clean`` returns the one right spelling of a state or raises ``Invalid``; it is given the row,
    or ``None`` for a new one. ``put`` sets the row's own columns, named in ``columns``; ``relate``
    writes what stands in other tables, once the row is saved. ``spell`` and ``unspell`` turn a
    state into what people read in a file and back; ``find`` looks a row up by its natural name.
    ``come_back`` sees to a row that leaves the trash, or raises ``Invalid`` if it cannot.
    """

    kind: str
    section: str
    model: type[Any]
    label: Label
    fields: Mapping[str, Label]
    columns: tuple[str, ...]
    read: Callable[[Any], Data]
    clean: Callable[[Data, Any], Data]
    put: Callable[[Any, Data], None]
    relate: Callable[[Any, Data], None] = lambda _obj, _data: None
    spell: Callable[[Data], Data] = _same
    unspell: Callable[[Data], Data] = _same
    find: Callable[[Data], Any] = _nowhere
    come_back: Callable[[Any], None] = lambda _obj: None

    @property
    def has_trash(self) -> bool:
        """Whether rows go to the trash; else they are kept for good and retired."""
        return issubclass(self.model, Trashable)

    def rows(self) -> QuerySet[Any]:
        """Return the rows that are not in the trash."""
        everything: QuerySet[Any] = self.model.objects.all()
        return everything.filter(deleted_at=None) if self.has_trash else everything


_known: dict[str, Editable] = {}


def register(editable: Editable) -> Editable:
    """Make a kind known; the order of registration is the order in the settings file."""
    _known[editable.kind] = editable
    return editable


def of(kind: str) -> Editable:
    """Return a kind; raises ``KeyError`` when there is none of that name."""
    return _known[kind]


def of_row(obj: Any) -> Editable | None:
    """Return the kind that a row is of, ``None`` for what nobody registered."""
    return next((each for each in _known.values() if each.model is type(obj)), None)


def every() -> list[Editable]:
    """Return all kinds, those first that others refer to."""
    return list(_known.values())


class Reading:
    """Takes values out of given data by name, and notes what is wrong with them."""

    def __init__(self, data: Data, names: Mapping[str, Label]) -> None:
        self._data = data
        self.mistakes = [
            Mistake(str(name), _("그런 설정은 없어요.")) for name in data if name not in names
        ]

    def wrong(self, name: str, text: str) -> None:
        self.mistakes.append(Mistake(name, text))

    def take(self, name: str, default: Any) -> Any:
        value = self._data.get(name, MISSING)
        return default if value is MISSING or value is None else value

    def text(self, name: str, *, most: int, required: bool = False, default: str = "") -> str:
        value = self.take(name, default)
        if not isinstance(value, str):
            self.wrong(name, _("글자로 적어 주세요."))
            return default
        text = value.replace("\x00", "").strip()
        if required and not text:
            self.wrong(name, _("비워 둘 수 없어요."))
        if len(text) > most:
            self.wrong(name, _("%(most)d자까지 적을 수 있어요.") % {"most": most})
        return text

    def choice(self, name: str, choices: Sequence[str], *, default: str) -> str:
        value = self.take(name, default)
        if value not in choices:
            self.wrong(name, _("보기 가운데 하나를 골라 주세요."))
            return default
        return str(value)

    def number(self, name: str, *, least: int, most: int, default: int) -> int:
        value = self.take(name, default)
        if type(value) is not int or not least <= value <= most:
            text = _("%(least)d부터 %(most)d까지의 숫자로 적어 주세요.")
            self.wrong(name, text % {"least": least, "most": most})
            return default
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.take(name, default)
        if not isinstance(value, bool):
            self.wrong(name, _("켜거나 꺼 주세요."))
            return default
        return value

    def names(self, name: str) -> list[str]:
        """Read a list of words, each once, in their order."""
        value = self.take(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(name, _("목록으로 적어 주세요."))
            return []
        return list(dict.fromkeys(value))

    def finish(self) -> None:
        """Raise ``Invalid`` if anything was wrong."""
        if self.mistakes:
            raise Invalid(self.mistakes)
