"""What came in, what goes out, and who speaks with us how."""

from majung.channels.models.accounts import AccountSecret, AccountState
from majung.channels.models.inbound import InboundDelivery
from majung.channels.models.mail import BlockedSender, Correspondent, Letter, MailAddress
from majung.channels.models.notices import Notice
from majung.channels.models.outbound import OutboundDelivery, Recipient, SentPiece
from majung.channels.models.widget import UsedToken, WidgetSession

__all__ = [
    "AccountSecret",
    "AccountState",
    "BlockedSender",
    "Correspondent",
    "InboundDelivery",
    "Letter",
    "MailAddress",
    "Notice",
    "OutboundDelivery",
    "Recipient",
    "SentPiece",
    "UsedToken",
    "WidgetSession",
]
