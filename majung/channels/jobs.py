"""What channels do by the clock."""

from majung.channels import delivery, identity_tokens, inbound
from majung.channels.mail import notices
from majung.conversations import uploads
from majung.core import timers


# One transaction for each item: in a single one, the locks of many senders would be held at once.
@timers.every(seconds=10, atomic=False)
def sweep_inbound() -> None:
    inbound.sweep()


@timers.every(minutes=1)
def sweep_outbound() -> None:
    delivery.sweep()
    notices.sweep()


@timers.every(hours=1)
def forget_tokens() -> None:
    identity_tokens.forget_expired()


@timers.every(hours=1)
def drop_uploads() -> None:
    uploads.drop_unused()
