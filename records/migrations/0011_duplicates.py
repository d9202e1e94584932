"""Pairs of records that are perhaps the same, and what brings them together."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0003_login_attempts'),
        ('objects', '0006_former_members_and_types'),
        ('records', '0010_mailboxes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Duplicate',
            fields=[
                ('pk', models.CompositePrimaryKey('workspace_id', 'a', 'b', blank=True, editable=False, primary_key=True, serialize=False)),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.workspace')),
                ('a', models.UUIDField()),
                ('b', models.UUIDField()),
                ('object_type_id', models.UUIDField()),
                ('score', models.FloatField()),
                ('reasons', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('open', 'Open'), ('dismissed', 'Dismissed')], default='open', max_length=9)),
                ('seq', models.BigIntegerField()),
                ('compared', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='DuplicateKey',
            fields=[
                ('pk', models.CompositePrimaryKey('workspace_id', 'job_id', 'key', 'record_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.workspace')),
                ('job_id', models.UUIDField()),
                ('key', models.BigIntegerField()),
                ('record_id', models.UUIDField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='duplicate',
            index=models.Index(models.F('workspace'), models.F('object_type_id'), models.F('state'), models.OrderBy(models.F('score'), descending=True), models.F('a'), models.F('b'), name='duplicate_score'),
        ),
        migrations.AddIndex(
            model_name='duplicate',
            index=models.Index(models.F('workspace'), models.F('b'), name='duplicate_other'),
        ),
        migrations.AddConstraint(
            model_name='duplicate',
            constraint=models.CheckConstraint(condition=models.Q(('a__lt', models.F('b'))), name='duplicate_is_of_two_in_order'),
        ),
    ]
