"""What a channel adapter is: it translates, and knows nothing of us but this page.

An adapter is one module or package with ``CAPABILITIES``, ``parse`` and ``send``. In: the raw item as
it was stored becomes one ``Event``. Out: a plain ``Outgoing`` becomes one of four answers. What else
it can do, it says in its capabilities: ``webhook`` (``verify`` and ``receive``), ``pulls`` (``pull``),
``fetches`` (``fetch``), ``reconciles`` (``reconcile``), and ``SETTINGS`` that a person fills in.

Adapters open no connection by themselves: all goes through the ``Context`` they are given, which
keeps them out of our own network and inside their time.
"""

from majung.channels.contract.account import (
    Account,
    Capabilities,
    Setting,
    Window,
)
from majung.channels.contract.adapter import (
    Adapter,
    Fetches,
    HasSettings,
    HasWebhook,
    IsPulled,
    Reconciles,
)
from majung.channels.contract.incoming import (
    Address,
    Deleted,
    Echo,
    Edited,
    Event,
    Forwarded,
    Ignored,
    InFile,
    Letter,
    Parsed,
    Person,
    RawItem,
    Receipt,
    Unreadable,
    plain,
)
from majung.channels.contract.outgoing import (
    Accepted,
    Answer,
    OutFile,
    Outgoing,
    OutLetter,
    Permanent,
    Retryable,
    Unknown,
)
from majung.channels.contract.outside import (
    Arrival,
    Batch,
    Context,
    Denied,
    HttpAnswer,
    Refused,
    Request,
    Source,
    Unreached,
)

__all__ = [
    "Accepted",
    "Account",
    "Adapter",
    "Address",
    "Answer",
    "Arrival",
    "Batch",
    "Capabilities",
    "Context",
    "Deleted",
    "Denied",
    "Echo",
    "Edited",
    "Event",
    "Fetches",
    "Forwarded",
    "HasSettings",
    "HasWebhook",
    "HttpAnswer",
    "Ignored",
    "InFile",
    "IsPulled",
    "Letter",
    "OutFile",
    "OutLetter",
    "Outgoing",
    "Parsed",
    "Permanent",
    "Person",
    "RawItem",
    "Receipt",
    "Reconciles",
    "Refused",
    "Request",
    "Retryable",
    "Setting",
    "Source",
    "Unknown",
    "Unreached",
    "Unreadable",
    "Window",
    "plain",
]
