import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    """Receipts of what was erased for good."""

    dependencies = [
        ('crm', '0003_login_attempts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('object_slug', models.CharField(max_length=100)),
                ('record', models.CharField(max_length=80)),
                ('record_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('merged', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                ('mergers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                ('reason', models.CharField(blank=True, max_length=1000)),
                ('by', models.CharField(max_length=80)),
                ('counts', models.JSONField(default=dict)),
                ('job_id', models.UUIDField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('at', models.DateTimeField(null=True)),
                ('workspace', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='crm.workspace')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [
                    models.Index(models.F('workspace'), models.OrderBy(models.F('id'), descending=True), name='erasure_newest'),
                    django.contrib.postgres.indexes.GinIndex(models.F('record_ids'), name='erasure_records'),
                ],
            },
        ),
    ]
