from django.db import migrations, models

from objects.models import type_choices


class Migration(migrations.Migration):
    """A field's type is chosen from what there is, so a new type needs no migration."""

    dependencies = [
        ('objects', '0003_backfill'),
    ]

    operations = [
        migrations.AlterField(
            'field',
            'type',
            models.CharField(choices=type_choices, max_length=30),
        ),
    ]
