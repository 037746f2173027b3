"""Chromium 64, of the time of Android 8's WebView, spoken to by its debugging protocol.

It comes out of an npm package (``old_browser/``), since Playwright drives no browser that old.
"""

import base64
import contextlib
import json
import os
import socket
import struct
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.servers import ROOT

FOLDER: Final = ROOT / "tests/stories/old_browser"
PACKED: Final = FOLDER / "node_modules/chrome-aws-lambda/bin/chromium.br"
UNPACKED: Final = FOLDER / "node_modules/.cache/chromium-64"
# Brotli is in Node's own library, and in none of Python's.
_UNPACK: Final = (
    'const z=require("zlib"),f=require("fs"),[from,to]=process.argv.slice(1);'
    'f.writeFileSync(to+".part",z.brotliDecompressSync(f.readFileSync(from)),{mode:0o755});'
    'f.renameSync(to+".part",to)'
)
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--single-process",
    "--no-zygote",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--window-size=412,732",
    "--lang=ko",
    "--remote-debugging-port=0",
)
PATIENCE: Final = 15.0


def unpacked() -> Path:
    """Return the browser's file; installs it from the lock file the first time."""
    if not UNPACKED.exists():
        if not PACKED.exists():
            install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(install, check=True, cwd=FOLDER, capture_output=True)
        UNPACKED.parent.mkdir(exist_ok=True)
        subprocess.run(["node", "-e", _UNPACK, PACKED, UNPACKED], check=True)
    return UNPACKED


@contextlib.contextmanager
def opened() -> Iterator["OldPage"]:
    """Start the browser with one page."""
    with TemporaryDirectory() as home:
        # Its home must not be ours: it leaves caches there.
        process = subprocess.Popen(
            [unpacked(), *_FLAGS, f"--user-data-dir={home}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": home},
        )
        try:
            page = OldPage(_address(Path(home) / "DevToolsActivePort"))
            with contextlib.closing(page):
                yield page
        finally:
            process.kill()
            process.wait()


def _address(file: Path) -> str:
    port = eventually(lambda: file.exists() and file.read_text().partition("\n")[0])
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=5) as answer:
        pages = json.load(answer)
    return str(next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page"))


def eventually(found: Callable[[], Any]) -> Any:
    """Return the first true value, asked again and again."""
    end = time.monotonic() + PATIENCE
    while True:
        value = found()
        if value:
            return value
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


class _Socket:
    """A WebSocket (RFC 6455) as far as a debugger needs one: text, one at a time."""

    def __init__(self, address: str) -> None:
        host, _slash, path = address.removeprefix("ws://").partition("/")
        name, _colon, port = host.partition(":")
        self._socket = socket.create_connection((name, int(port)), timeout=PATIENCE)
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self._socket.recv(1)

    def send(self, text: str) -> None:
        data = text.encode()
        size = (
            bytes([0x80 | len(data)])
            if len(data) < 126
            else bytes([0x80 | 126]) + struct.pack(">H", len(data))
            if len(data) < 65536
            else bytes([0x80 | 127]) + struct.pack(">Q", len(data))
        )
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
        self._socket.sendall(b"\x81" + size + mask + masked)

    def receive(self) -> str:
        whole = b""
        while True:
            first, second = self._exactly(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack(">H", self._exactly(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self._exactly(8))
            whole += self._exactly(length)
            if first & 0x80:
                return whole.decode()

    def close(self) -> None:
        self._socket.close()

    def _exactly(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            data += self._socket.recv(length - len(data))
        return data


class OldPage:
    """One page: ``script`` runs in it, ``within`` in the frame of another origin."""

    def __init__(self, address: str) -> None:
        self._socket = _Socket(address)
        self._number = 0
        self._places: dict[int, str] = {}
        self.errors: list[str] = []
        for name in ("Page", "Runtime", "Log"):
            self.do(f"{name}.enable")

    def do(self, method: str, **params: Any) -> dict[str, Any]:
        """Call the protocol and return its answer."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            told = json.loads(self._socket.receive())
            if told.get("id") == self._number:
                assert "error" not in told, (method, told["error"])
                return dict(told["result"])
            self._hear(told.get("method", ""), told.get("params", {}))

    def close(self) -> None:
        self._socket.close()

    def go(self, address: str) -> None:
        self.do("Page.navigate", url=address)
        eventually(lambda: self.script("document.readyState") == "complete")

    def script(self, code: str) -> Any:
        """Return what an expression comes to in the page itself."""
        return self._evaluate(code, {})

    def within(self, origin: str, code: str) -> Any:
        """Return what an expression comes to in the frame of that origin; ``None`` without it."""
        self.do("Runtime.evaluate", expression="0")
        known = [number for number, place in self._places.items() if place == origin]
        return self._evaluate(code, {"contextId": known[-1]}) if known else None

    def type(self, text: str) -> None:
        """Write into what has the focus, letter by letter, and press Enter."""
        for letter in text:
            self.do("Input.dispatchKeyEvent", type="char", text=letter)
        enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        self.do("Input.dispatchKeyEvent", type="keyDown", text="\r", **enter)
        self.do("Input.dispatchKeyEvent", type="keyUp", **enter)

    def press_at(self, x: float, y: float) -> None:
        """Press the mouse there, in CSS pixels of the page."""
        for kind in ("mousePressed", "mouseReleased"):
            self.do("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def picture(self) -> bytes:
        return base64.b64decode(self.do("Page.captureScreenshot")["data"])

    def _evaluate(self, code: str, where: dict[str, int]) -> Any:
        answer = self.do("Runtime.evaluate", expression=code, returnByValue=True, **where)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def _hear(self, name: str, told: dict[str, Any]) -> None:
        if name == "Runtime.executionContextCreated":
            self._places[told["context"]["id"]] = told["context"]["origin"]
        elif name == "Runtime.executionContextDestroyed":
            self._places.pop(told["executionContextId"], None)
        elif name == "Runtime.executionContextsCleared":
            self._places.clear()
        elif name == "Runtime.exceptionThrown":
            details = told["exceptionDetails"]
            what = details.get("exception", {}).get("description", details["text"])
            self.errors.append(f"{details.get('url', '')}: {what}")
