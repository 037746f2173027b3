"""The suite that every channel passes, ours and those of plug-ins (docs/channels.md).

A test module of a channel holds its ``Vendor``, which plays the other side, and one class::

    class TestMine(Conformance):
        vendor = MyVendor

Each line of the suite is a test; what the channel cannot do by its capabilities is there by name as
``not applicable``, with the reason.
"""

import pytest

pytest.register_assert_rewrite(
    "majung.channels.conformance.changing",
    "majung.channels.conformance.receiving",
    "majung.channels.conformance.sending",
    "majung.channels.conformance.signing",
)

# Behind the line above, or their asserts say nothing; their rules are added in this order.
from majung.channels.conformance import signing, receiving, changing, sending  # noqa: E402, F401, I001
from majung.channels.conformance.suite import Conformance, not_applicable  # noqa: E402
from majung.channels.conformance.vendor import Arrived, Call, File, Said, Told, Vendor  # noqa: E402

__all__ = ["Arrived", "Call", "Conformance", "File", "Said", "Told", "Vendor", "not_applicable"]
