"""The customers' side of the wall: a shop's own web server, whose pages carry the widget."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import jwt

from tests.stories import seed

PAGE = """<!doctype html><html lang="{locale}" dir="{dir}"><head><meta charset="utf-8"><title>온담 가게</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head><body>
<main>{body}<h1>온담 가게</h1><p>오늘도 가볍게, 오래 달리기</p></main>
<script>window.majung = {{identity: "{identity}", locale: "{locale}"}}</script>
<script src="{majung}/widget.js" data-key="{key}" async></script></body></html>"""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        body = PAGE.format(
            **{"identity": "", "locale": "ko", "dir": "ltr", "body": "", **asked}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Shop:
    """Another origin than Majung's."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        # The same shop as a site that has nothing in common with Majung's.
        self.elsewhere = f"http://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def page(self, majung: str, *, at: str = "", **asked: str) -> str:
        """Return the address of a page with the widget: ``key``, ``identity`` and ``locale``."""
        query = urlencode({"majung": majung, "key": seed.WIDGET, **asked})
        return f"{at or self.origin}/?{query}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def token(member: str, *, secret: str = seed.SECRET, age: int = 0, **claims: Any) -> str:
    """Sign who is signed in, as the shop's own server does; ``age`` seconds ago."""
    now = int(time.time()) - age
    about = {"sub": member, "aud": seed.WIDGET, "jti": str(uuid4()), "iat": now, "exp": now + 300}
    return jwt.encode({**about, **claims}, secret, algorithm="HS256")
