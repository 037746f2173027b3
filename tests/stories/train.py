"""A phone in a train: the network is slow all the way, and gone in tunnels."""

import contextlib
from collections.abc import Iterator
from random import Random
from typing import Any, Final

from playwright.sync_api import Page

PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
SLOW: Final = {
    "offline": False,
    "latency": 250,
    "downloadThroughput": 160 * 1024,
    "uploadThroughput": 60 * 1024,
}


class Train:
    """The way of one page; ``seed`` says where the tunnels are."""

    def __init__(self, page: Page, seed: int) -> None:
        self.page = page
        self.chance = Random(seed)
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")
        self.tunnels = 0
        self.leave_tunnel()

    def enter_tunnel(self) -> None:
        self.tunnels += 1
        # The browser's own word for it, and the page's, whose conditions would else stay as they are.
        self.page.context.set_offline(offline=True)
        self._session.send("Network.emulateNetworkConditions", {**SLOW, "offline": True})

    def leave_tunnel(self) -> None:
        # Before the browser tells its pages that they are online, they must be.
        self._session.send("Network.emulateNetworkConditions", SLOW)
        self.page.context.set_offline(offline=False)
        self._session.send("Network.emulateNetworkConditions", SLOW)

    def arrive(self) -> None:
        """The network is good from now on."""
        self._session.send("Network.disable")
        self._session.detach()
        self.page.context.set_offline(offline=False)

    @contextlib.contextmanager
    def tunnel(self) -> Iterator[None]:
        self.enter_tunnel()
        yield
        self.leave_tunnel()

    def go_on(self) -> None:
        """Some way on: perhaps there is a tunnel just now, which was entered a moment ago."""
        if self.chance.random() < 0.5:
            self.page.wait_for_timeout(self.chance.randrange(0, 250))
            self.enter_tunnel()
            self.page.wait_for_timeout(self.chance.randrange(50, 600))
            self.leave_tunnel()
