"""Addresses that customers name in a message: claims, noted by a job after the message."""

from majung.conversations.models import Message
from majung.core import jobs
from majung.customers import claims


@jobs.job
def note_claims(message_id: int, customer_id: int) -> None:
    """Note every address in the message as a claim of the customer."""
    message = Message.objects.only("text").get(pk=message_id)
    claims.note(customer_id=customer_id, text=message.text)
