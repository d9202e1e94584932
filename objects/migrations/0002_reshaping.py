import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('objects', '0001_initial'),
    ]

    operations = [
        # Versions of schemas are never given twice, not even after a rollback.
        migrations.RunSQL(
            "CREATE SEQUENCE objects_schema_version START WITH 2",
            "DROP SEQUENCE objects_schema_version",
        ),
        migrations.AddField(
            model_name='field',
            name='description',
            field=models.CharField(blank=True, max_length=256),
        ),
        migrations.AddField(
            model_name='field',
            name='filling',
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='field',
            name='storage_name',
            field=models.CharField(blank=True, editable=False, max_length=80),
        ),
        migrations.AddField(
            model_name='objecttype',
            name='removed_members',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, editable=False, size=None),
        ),
    ]
