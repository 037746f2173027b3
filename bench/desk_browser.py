"""A signed-in agent's browser, on the bench's own server."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.test import Client
from playwright.sync_api import Page, sync_playwright

from bench.ground import served
from majung.accounts.models import Agent
from tests import servers


@contextmanager
def at_the_desk() -> Iterator[tuple[str, Callable[[], Page]]]:
    """Give the server's address, and what opens a page with nothing in its cache.

    What is in the database must be written before: the browser's library has a loop of its own.
    """
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(Agent.objects.get())
    cookie = client.cookies["sessionid"].value
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Django sees that loop, and we query no more
    with served() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=servers.find_program("chromium"), args=servers.CHROMIUM_ARGUMENTS
        )

        def new_page() -> Page:
            # A service worker would fetch in our place, unseen by who counts.
            context = browser.new_context(
                viewport={"width": 1440, "height": 900}, locale="ko-KR", service_workers="block"
            )
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])
            return context.new_page()

        yield server.url, new_page
        browser.close()
