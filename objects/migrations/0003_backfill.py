from django.db import migrations, models


class Migration(migrations.Migration):
    """What records are being filled with is called a backfill. Its column stays."""

    dependencies = [
        ('objects', '0002_reshaping'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField('field', 'filling', 'backfill'),
                migrations.AlterField(
                    'field',
                    'backfill',
                    models.JSONField(blank=True, db_column='filling', default=dict, editable=False),
                ),
            ],
        ),
    ]
