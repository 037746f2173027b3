"""The vendor of the pager channel: notes what arrives, and is as unreliable as vendors are."""

import json
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.chaos.book import Book


class Vendor:
    """Answers 200 after a while; now and then 429; or 500 or nothing, with effect or without."""

    def __init__(self, book: Book, *, seed: int, is_reliable: bool = False) -> None:
        chance = random.Random(seed)

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                luck = 0.5 if is_reliable else chance.random()
                time.sleep(chance.uniform(0.2, 0.5) if luck > 0.93 else chance.uniform(0.005, 0.05))
                if luck < 0.06:
                    self._answer(429, "slow down")
                    return
                cut, broken = luck < 0.08, luck < 0.10
                if not (cut or broken) or chance.random() < 0.5:
                    with book.lock:
                        book.arrived.append(body["key"])
                if cut:
                    self.close_connection = True
                elif broken:
                    self._answer(500, "broken")
                else:
                    self._answer(200, "noted")

            def _answer(self, status: int, text: str) -> None:
                self.send_response(status)
                self.send_header("Retry-After", "0")
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        self._server = _Server(("127.0.0.1", 0), Receiver)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """A caller that was killed meanwhile is what this is about."""
