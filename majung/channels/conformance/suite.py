"""The class that a channel's tests subclass."""

from typing import ClassVar

import pytest

from majung.channels import registry
from majung.channels.conformance.rules import RULES, Rule
from majung.channels.conformance.scene import Scene
from majung.channels.conformance.vendor import Vendor


def not_applicable(vendor: type[Vendor]) -> dict[str, str]:
    """Return the lines that say nothing of a channel by its capabilities, each with the reason."""
    can = registry.capabilities(vendor.kind)
    found = {rule.name: rule.missing(vendor, can) for rule in RULES}
    return {name: reason for name, reason in found.items() if reason}


class Conformance:
    """Every line of the suite as a test, at the channel that ``vendor`` plays the other side of."""

    vendor: ClassVar[type[Vendor]]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Name each line; those that say nothing of the channel say why in their name."""
        if "rule" not in metafunc.fixturenames:
            return
        left_out = not_applicable(self.vendor)
        names = [
            f"{rule.name} (not applicable: {left_out[rule.name]})"
            if rule.name in left_out
            else rule.name
            for rule in RULES
        ]
        metafunc.parametrize("rule", RULES, ids=names)

    @pytest.mark.django_db
    def test_channel(self, rule: Rule) -> None:
        if rule.missing(self.vendor, registry.capabilities(self.vendor.kind)):
            return  # as its name says
        vendor = self.vendor()
        try:
            rule.check(Scene(vendor))
        finally:
            vendor.close()
