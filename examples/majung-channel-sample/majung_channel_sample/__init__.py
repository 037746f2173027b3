"""참새톡 as a channel of Majung: what it can do, what a person fills in, and its parts."""

from majung.channels.contract import Capabilities, Setting, Window
from majung_channel_sample.incoming import fetch, parse, receive, verify
from majung_channel_sample.outgoing import reconcile, send

__all__ = [
    "CAPABILITIES",
    "SETTINGS",
    "fetch",
    "parse",
    "receive",
    "reconcile",
    "send",
    "verify",
]

CAPABILITIES = Capabilities(
    name="참새톡",
    max_text=1000,
    oversized="split",
    max_files=3,
    max_file_bytes=20 * 1024 * 1024,
    media=("image/*", "application/pdf"),
    window=Window(hours=24, remedy="전화나 메일로 연락해 주세요."),
    receipts=True,
    edits=True,
    deletes=True,
    echoes=True,
    webhook=True,
    fetches=True,
    reconciles=True,
)

SETTINGS = (
    Setting(
        name="url", label="API 주소", required=True, default="https://api.sparrow.example",
        help="참새톡 관리자 화면의 ‘연동’에 있어요.",
    ),
    Setting(name="token", label="API 토큰", kind="secret", required=True),
    Setting(name="signing_key", label="서명 키", kind="secret", required=True),
)  # fmt: skip
