from django.db import migrations

from majung.conversations import search_table


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial")]
    operations = [migrations.RunPython(search_table.make, search_table.unmake)]
