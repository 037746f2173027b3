"""Makes the company of the demo: brands, teams, agents, and the channels customers write by."""

from dataclasses import dataclass

from majung.accounts.models import Agent, Brand, Team
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
    return Company(
        brands=brands,
        teams=teams,
        agents=agents,
        widgets={slug: _widget(brand) for slug, brand in brands.items()},
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
    return Brand.objects.create(
        name=told.name,
        slug=told.slug,
        locale=told.locale,
        timezone=told.timezone,
        accent_hue=told.hue,
        greeting=told.greeting,
    )


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
