"""Makes the company of the demo: brands, teams, agents, and the channels customers write by."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from majung.accounts import revisions
from majung.accounts.models import Agent, Brand, Team
from majung.channels import inbound
from majung.conversations.models import Inbox
from majung.demo.content import company

PASSWORD = "majung-demo"  # noqa: S105 - printed on the screen; the demo is not for the open net
IDENTITY_SECRET = "the demo shop signs its members in with this"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Company:
    """The rows of the company, by the names the content uses."""

    brands: dict[str, Brand]
    teams: dict[str, Team]
    agents: dict[str, Agent]
    widgets: dict[str, Inbox]
    forms: dict[str, Inbox]


def make() -> Company:
    """Write the company."""
    brands = {each.slug: _brand(each) for each in company.BRANDS}
    teams = {}
    for each in company.TEAMS:
        teams[each.slug] = Team.objects.create(name=each.name)
        teams[each.slug].brands.set([brands[slug] for slug in each.brands])
    agents = {each.email: _agent(each, teams) for each in company.AGENTS}
    _reword(brands.values(), by=next(each for each in agents.values() if each.is_admin))
    widgets = {slug: _widget(brand) for slug, brand in brands.items()}
    _spoil(next(iter(widgets.values())))
    return Company(
        brands=brands,
        teams=teams,
        agents=agents,
        widgets=widgets,
        forms={slug: _form(brand) for slug, brand in brands.items()},
    )


def load() -> Company:
    """Read the company that ``make`` wrote before."""
    brands = {brand.slug: brand for brand in Brand.objects.all()}
    by_name = {each.name: each.slug for each in company.TEAMS}
    inboxes = Inbox.objects.select_related("brand")
    return Company(
        brands=brands,
        teams={by_name[team.name]: team for team in Team.objects.all()},
        agents={agent.email: agent for agent in Agent.objects.all()},
        widgets={inbox.brand.slug: inbox for inbox in inboxes.filter(kind="webchat")},
        forms={inbox.brand.slug: inbox for inbox in inboxes.filter(kind="webform")},
    )


def _brand(told: company.Brand) -> Brand:
    state = {
        "name": told.name,
        "slug": told.slug,
        "locale": told.locale,
        "timezone": told.timezone,
        "country": "KR",
        "accent_hue": told.hue,
        "greeting": f"안녕하세요, {told.name}입니다.",
    }
    return cast("Brand", revisions.create(kind="brand", data=state, by=None))


def _reword(brands: Iterable[Brand], *, by: Agent) -> None:
    """Publish a second greeting, so that there is something to look back at and to undo."""
    for brand in brands:
        state = {**revisions.history(kind="brand", obj=brand)[0].data}
        state["greeting"] = company.BRAND[brand.slug].greeting
        revisions.publish(
            kind="brand",
            obj=brand,
            by=by,
            based_on=1,
            data=state,
            note="무엇을 도울 수 있는지 말하기",
        )


def _spoil(widget: Inbox) -> None:
    """Let items come in that cannot be read, for the failed list."""
    for number, raw in enumerate((b'{"text": "   "}', b'{"text": "a", "files": ["?"]}', b"<xml/>")):
        delivery_id = inbound.accept(
            inbox_id=widget.pk,
            external_id=f"demo:spoiled:{number}",
            sender=f"visitor:{widget.pk}:somebody",
            raw=raw,
            headers={},
        )
        with suppress(inbound.Failed):
            inbound.process(delivery_id=delivery_id)


def _agent(told: company.Agent, teams: dict[str, Team]) -> Agent:
    agent = Agent.objects.create_user(told.email, PASSWORD, name=told.name, role=told.role)
    agent.teams.set([teams[slug] for slug in told.teams])
    return agent


def _widget(brand: Brand) -> Inbox:
    told = company.BRAND[brand.slug]
    return Inbox.objects.create(
        kind="webchat",
        brand=brand,
        name=f"{brand.name} 채팅",
        key=f"demo-{brand.slug}-chat",
        identity_secret=IDENTITY_SECRET,
        config={"origins": ["*"], "greeting": {"ko": told.greeting, "en": told.greeting_en}},
    )


def _form(brand: Brand) -> Inbox:
    return Inbox.objects.create(
        kind="webform",
        brand=brand,
        name=f"{brand.name} 문의 폼",
        key=f"demo-{brand.slug}-form",
        config={
            "intro": {
                "ko": "주문번호를 함께 적어 주시면 더 빨리 확인할 수 있어요.",
                "en": "An order number helps us to answer sooner.",
            },
            "topics": ["배송", "교환·반품", "결제", "상품", "회원", "기타"],
        },
    )
