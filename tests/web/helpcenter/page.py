"""A browser without JavaScript on the public pages: opens a page, fills in its form, sends it."""

import html
import re
from typing import Any

from django.test import Client

from majung.conversations.models import Inbox
from tests.web.widget.browser import Response

FIELDS = {
    "name": "김하늘",
    "email": "haneul@example.com",
    "text": "택배가 아직 안 왔어요\n송장 번호는 1234예요",
}


class Visit:
    """One visit; forgery checks are on, as in production."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.page = ""
        self.address = ""

    def open(self, address: str) -> Response:
        self.address = address
        answer = self.client.get(address)
        self.page = answer.content.decode()
        return answer

    def hidden(self) -> dict[str, str]:
        """Return the hidden fields of the page's form."""
        found = {}
        for tag in re.findall(r'<input type="hidden"[^>]*>', self.page):
            name = re.search(r'name="([^"]*)"', tag)
            value = re.search(r'value="([^"]*)"', tag)
            if name:
                found[name.group(1)] = html.unescape(value.group(1)) if value else ""
        return found

    def send(self, **fields: Any) -> Response:
        answer = self.client.post(self.address, {**self.hidden(), **fields})
        if answer.status_code != 302:
            self.page = answer.content.decode()
        return answer


def asks(form: Inbox, **fields: Any) -> tuple[Visit, Response]:
    """Open the form, send it filled in, and return the answer."""
    visit = Visit()
    visit.open(f"/forms/{form.key}")
    return visit, visit.send(**{**FIELDS, **fields})


def request_page(form: Inbox, **fields: Any) -> Visit:
    """Send the form and open the page of the request."""
    visit, answer = asks(form, **fields)
    assert answer.status_code == 302, answer.content.decode()
    visit.open(answer["Location"])
    return visit
