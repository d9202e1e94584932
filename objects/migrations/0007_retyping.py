from django.db import migrations, models


class Migration(migrations.Migration):
    """Fields get another type while others write, under another member."""

    dependencies = [
        ('objects', '0006_former_members_and_types'),
    ]

    operations = [
        migrations.AddField(
            model_name='field',
            name='noted_name',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=80),
        ),
        migrations.AddField(
            model_name='field',
            name='retyping',
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
    ]
