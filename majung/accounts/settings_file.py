"""All settings as one YAML text: read it, change it, and see what applying it would do.

Strict on the way in: an unknown key, a wrong value or an unknown name is told with its line.
Secrets are never in it; what the text does not mention stays as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from majung.accounts import editables, revisions
from majung.accounts.editables import Data, Editable, Invalid
from majung.accounts.models import Agent

FORMAT: Final = 1
LONGEST: Final = 1_000_000
_SCALARS: Final = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class LineMistake:
    """What is wrong, and in which line (from 1; 0 when no line is to blame)."""

    line: int
    text: str


class Unreadable(Exception):
    """The text was not applied; ``mistakes`` say why, in the order of their lines."""

    def __init__(self, mistakes: list[LineMistake]) -> None:
        super().__init__("; ".join(f"{each.line}: {each.text}" for each in mistakes))
        self.mistakes = sorted(mistakes, key=lambda each: each.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One setting that is ("made" or "changed"); ``fields`` are the names that differ."""

    kind: str
    name: str
    what: str
    fields: tuple[str, ...] = ()


def export_all() -> str:
    """Return every setting that is in use, published state only, secrets left out."""
    content: dict[str, Any] = {"majung": FORMAT}
    for editable in editables.every():
        rows = editable.rows().order_by("pk")
        content[editable.section] = [
            {"id": str(row.public_id), **editable.spell(editable.read(row))} for row in rows
        ]
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)


def import_all(text: str, by: Agent, *, dry_run: bool) -> list[Change]:
    """Bring the settings to what the text says, all of it or nothing; return what changed.

    Entries are known by their id, else by their name; new ones are made. A dry run changes
    nothing and returns the same list.

    Raises:
        Unreadable: something in the text is wrong.
    """
    sections = _sections(_parse(text))
    changes: list[Change] = []
    mistakes: list[LineMistake] = []
    with transaction.atomic():
        for editable in editables.every():
            for entry in sections.get(editable.section, []):
                changes += _entry(editable, entry, by, mistakes)
        if dry_run or mistakes:
            transaction.set_rollback(True)
    if mistakes:
        raise Unreadable(mistakes)
    return changes


@dataclass(frozen=True, slots=True)
class _Entry:
    data: Data
    line: int
    lines: dict[str, int]


def _entry(
    editable: Editable, entry: _Entry, by: Agent, mistakes: list[LineMistake]
) -> Iterator[Change]:
    try:
        yield from _apply(editable, entry, by)
    except Invalid as error:
        mistakes.extend(
            LineMistake(_line(entry, each.name), f"{each.name}: {each.text}")
            for each in error.mistakes
        )
    except revisions.PublishedSince:
        text = _("방금 다른 사람이 이 설정을 게시했어요. 다시 시도해 주세요.")
        mistakes.append(LineMistake(entry.line, text))


def _line(entry: _Entry, name: str) -> int:
    return entry.lines.get(name) or entry.lines.get(name.partition(".")[0]) or entry.line


def _apply(editable: Editable, entry: _Entry, by: Agent) -> Iterator[Change]:
    public_id = _public_id(entry.data)
    data = editable.unspell({name: entry.data[name] for name in entry.data if name != "id"})
    row = _row(editable, public_id, data)
    if row is None:
        made = revisions.create(
            kind=editable.kind, data=data, by=by, note="file", public_id=public_id
        )
        yield Change(kind=editable.kind, name=str(made), what="made")
        return
    before = editable.read(row)
    revision = revisions.publish(
        kind=editable.kind,
        obj=row,
        by=by,
        based_on=revisions.newest_number(kind=editable.kind, obj=row),
        data=before | data,
        note="file",
    )
    if revision:
        fields = tuple(revisions.changed_fields(before, revision.data))
        yield Change(kind=editable.kind, name=str(row), what="changed", fields=fields)


def _public_id(data: Data) -> UUID | None:
    if data.get("id") is None:
        return None
    try:
        return UUID(str(data["id"]))
    except ValueError:
        text = _("이런 번호는 없어요. 새 설정이면 이 줄을 지워 주세요.")
        raise Invalid([editables.Mistake("id", text)]) from None


def _row(editable: Editable, public_id: UUID | None, data: Data) -> Any:
    if public_id is None:
        return editable.find(data)
    row = editable.model.objects.filter(public_id=public_id).first()
    if editable.has_trash and row is not None and row.deleted_at is not None:
        text = _("휴지통에 있어요. 먼저 휴지통에서 되살려 주세요.")
        raise Invalid([editables.Mistake("id", text)])
    return row


def _parse(text: str) -> yaml.MappingNode:
    if len(text) > LONGEST:
        raise Unreadable([LineMistake(0, _("너무 길어요. 1MB까지 읽을 수 있어요."))])
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            raise Unreadable([LineMistake(0, _("*로 시작하는 참조는 쓸 수 없어요."))])
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        told = _("YAML로 읽을 수 없어요: %(problem)s") % {"problem": error.problem}
        raise Unreadable([LineMistake(mark.line + 1 if mark else 0, told)]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise Unreadable([LineMistake(0, _("YAML로 읽을 수 없어요."))]) from error
    if not isinstance(node, yaml.MappingNode):
        raise Unreadable([LineMistake(1, _("맨 위에는 majung: 1이 있어야 해요."))])
    return node


def _sections(root: yaml.MappingNode) -> dict[str, list[_Entry]]:
    known = {editable.section for editable in editables.every()}
    sections: dict[str, list[_Entry]] = {}
    mistakes: list[LineMistake] = []
    top = _pairs(root)
    if "majung" not in top or _plain(top["majung"]) != FORMAT:
        mistakes.append(LineMistake(1, _("맨 위에는 majung: 1이 있어야 해요.")))
    for name, node in top.items():
        if name == "majung":
            continue
        if name not in known:
            text = _("%(name)s: 그런 부분은 없어요. 쓸 수 있는 것: %(known)s")
            named = text % {"name": name, "known": ", ".join(sorted(known))}
            mistakes.append(LineMistake(node.start_mark.line + 1, named))
        elif not _is_list_of_settings(node):
            text = _("%(name)s: 설정의 목록으로 적어 주세요.") % {"name": name}
            mistakes.append(LineMistake(node.start_mark.line + 1, text))
        else:
            sections[name] = [_entry_of(child) for child in node.value]
    if mistakes:
        raise Unreadable(mistakes)
    return sections


def _is_list_of_settings(node: yaml.Node) -> bool:
    return isinstance(node, yaml.SequenceNode) and all(
        isinstance(child, yaml.MappingNode) for child in node.value
    )


def _entry_of(node: yaml.MappingNode) -> _Entry:
    pairs = _pairs(node)
    lines: dict[str, int] = {}
    for name, child in pairs.items():
        lines[name] = _key_line(node, name)
        if isinstance(child, yaml.MappingNode):
            for inner in _pairs(child):
                lines[f"{name}.{inner}"] = _key_line(child, inner)
    data = {name: _plain(child) for name, child in pairs.items()}
    return _Entry(data, node.start_mark.line + 1, lines)


def _key_line(node: yaml.MappingNode, name: str) -> int:
    marks = (key.start_mark.line for key, _value in node.value if str(key.value) == name)
    return next(marks, node.start_mark.line) + 1


def _pairs(node: yaml.MappingNode) -> dict[str, yaml.Node]:
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise Unreadable([LineMistake(line, _("이름은 글자여야 해요."))])
        if key.value in found:
            text = _("%(name)s: 같은 이름이 두 번 나와요.") % {"name": key.value}
            raise Unreadable([LineMistake(line, text)])
        found[key.value] = value
    return found


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {name: _plain(child) for name, child in _pairs(node).items()}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child) for child in node.value]
    try:
        value = yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        value = object()
    if not isinstance(value, _SCALARS):
        text = _("읽을 수 없는 값이에요. 따옴표로 감싸 주세요.")
        raise Unreadable([LineMistake(node.start_mark.line + 1, text)])
    return value
