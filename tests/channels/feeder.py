"""A process of its own that feeds one item often: ``python -m tests.channels.feeder INBOX SENDER``."""

import sys

import django

TIMES = 20


def main() -> None:
    django.setup()
    # Models can be imported only now.
    from majung.channels import inbound  # noqa: PLC0415

    inbox_id, sender = int(sys.argv[1]), sys.argv[2]
    for _ in range(TIMES):
        delivery_id = inbound.accept(
            inbox_id=inbox_id,
            external_id="fed by many",
            sender=sender,
            raw='{"text": "제 메일은 haneul@example.com 이에요"}'.encode(),
            headers={},
        )
        sys.stdout.write(f"{inbound.process(delivery_id=delivery_id).message_id}\n")


if __name__ == "__main__":
    main()
