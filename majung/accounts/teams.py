"""What a team is set up as: who is in it, and for which brands it answers."""

from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts import editables
from majung.accounts.editables import Data, Editable, Invalid, Mistake, Reading
from majung.accounts.models import Agent, Brand, Team

FIELDS: Final = {
    "name": gettext_lazy("이름"),
    "brands": gettext_lazy("맡는 브랜드"),
    "members": gettext_lazy("팀원"),
}


def _read(team: Team) -> Data:
    # Read through .all(), so that lists can prefetch.
    return {
        "name": team.name,
        "brands": sorted(str(brand.public_id) for brand in team.brands.all()),
        "members": sorted(str(agent.public_id) for agent in team.members.all()),
    }


def _clean(data: Data, _team: Team | None) -> Data:
    reading = Reading(data, FIELDS)
    cleaned = {
        "name": reading.text("name", most=80, required=True),
        "brands": _known(reading, "brands", Brand.objects.all()),
        "members": _known(reading, "members", Agent.objects.all()),
    }
    reading.finish()
    return cleaned


def _known(reading: Reading, name: str, rows: QuerySet[Any]) -> list[str]:
    wanted = sorted(reading.names(name))
    found = {str(key) for key in _among(rows, wanted).values_list("public_id", flat=True)}
    if unknown := [key for key in wanted if key not in found]:
        text = _("%(name)s: 찾을 수 없어요. 목록에서 다시 골라 주세요.")
        reading.wrong(name, text % {"name": ", ".join(unknown)})
    return wanted


def _among(rows: QuerySet[Any], public_ids: list[str]) -> QuerySet[Any]:
    return rows.filter(public_id__in=[key for key in public_ids if _is_uuid(key)])


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _put(team: Team, data: Data) -> None:
    team.name = data["name"]


def _relate(team: Team, data: Data) -> None:
    team.brands.set(_among(Brand.objects.all(), data["brands"]))
    team.members.set(_among(Agent.objects.all(), data["members"]))


def _spell(data: Data) -> Data:
    """Brands by their slugs, people by their e-mail addresses."""
    return data | {
        "brands": _names(Brand.objects.all(), data["brands"], "slug"),
        "members": _names(Agent.objects.all(), data["members"], "email"),
    }


def _names(rows: QuerySet[Any], public_ids: list[str], field: str) -> list[str]:
    return sorted(_among(rows, public_ids).values_list(field, flat=True))


def _unspell(data: Data) -> Data:
    unspelled = dict(data)
    mistakes: list[Mistake] = []
    places: list[tuple[str, type[Brand | Agent], str]] = [
        ("brands", Brand, "slug"),
        ("members", Agent, "email"),
    ]
    for name, model, field in places:
        if isinstance(data.get(name), list):
            unspelled[name] = _ids(name, data[name], model, field, mistakes)
    if mistakes:
        raise Invalid(mistakes)
    return unspelled


def _ids(
    name: str, words: list[Any], model: type[Brand | Agent], field: str, mistakes: list[Mistake]
) -> list[str]:
    wanted = [str(word) for word in words]
    rows = model.objects.filter(**{f"{field}__in": wanted})
    found = {word: str(key) for word, key in rows.values_list(field, "public_id")}
    mistakes.extend(
        Mistake(name, _("%(name)s: 찾을 수 없어요.") % {"name": word})
        for word in wanted
        if word not in found
    )
    return sorted(found.values())


def _find(data: Data) -> Any:
    return Team.objects.alive().filter(name=str(data.get("name", ""))).first()


EDITABLE = editables.register(
    Editable(
        kind="team",
        section="teams",
        model=Team,
        label=gettext_lazy("팀"),
        fields=FIELDS,
        columns=("name",),
        read=_read,
        clean=_clean,
        put=_put,
        relate=_relate,
        spell=_spell,
        unspell=_unspell,
        find=_find,
    )
)
