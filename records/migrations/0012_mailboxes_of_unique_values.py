"""Lets records be found by mailboxes, however their addresses are written.

Writers wait while the index is made, which is of addresses alone.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("records", "0011_duplicates")]

    operations = [
        migrations.AddIndex(
            model_name="uniquevalue",
            index=models.Index(
                "workspace",
                "field",
                models.Func(models.F("key"), function="records_mailbox"),
                condition=models.Q(key__contains="@"),
                name="unique_value_mailbox",
            ),
        ),
    ]
