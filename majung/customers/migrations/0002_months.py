from django.db import migrations

from majung.core import clock
from majung.customers import partitions


def first_months(*_: object) -> None:
    partitions.ensure(
        first=partitions.month_after(clock.now(), -12), months=12 + partitions.MONTHS_AHEAD + 1
    )


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunPython(first_months, migrations.RunPython.noop)]
