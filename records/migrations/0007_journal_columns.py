import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the journal says of each change, and what is left of records that are gone."""

    dependencies = [
        ('crm', '0003_login_attempts'),
        ('objects', '0006_former_members_and_types'),
        ('records', '0006_compose_text'),
    ]

    operations = [
        # The constraint is checked for all entries that are there.
        migrations.RunSQL('SET LOCAL statement_timeout = 0', migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('pk', models.CompositePrimaryKey('workspace_id', 'record_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('record_id', models.UUIDField()),
                ('object_type_id', models.UUIDField()),
                ('seq', models.BigIntegerField()),
                ('version', models.BigIntegerField()),
                ('viewers', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None)),
                ('merged_into', models.UUIDField(null=True)),
                ('details', models.JSONField(default=dict)),
                ('access', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=80)),
                ('deleted_at', models.DateTimeField()),
                ('deleted_by', models.CharField(max_length=80)),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.workspace')),
            ],
        ),
        migrations.AddIndex(
            model_name='tombstone',
            index=models.Index(models.F('workspace'), models.F('object_type_id'), models.F('seq'), name='tombstone_type'),
        ),
        migrations.RemoveConstraint(
            model_name='journalentry',
            name='change_is_of_record_or_schema',
        ),
        migrations.AddField(
            model_name='journalentry',
            name='batch',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='journalentry',
            name='cause',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='journalentry',
            name='noted_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name='journalentry',
            name='source',
            field=models.CharField(db_default='api', max_length=12),
        ),
        migrations.AddField(
            model_name='journalentry',
            name='viewers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
        ),
        migrations.AddField(
            model_name='journalhead',
            name='epoch',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='journalhead',
            name='first_seq',
            field=models.BigIntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name='journalhead',
            name='key',
            field=models.BinaryField(db_default=models.Func(models.Func(function='gen_random_uuid'), function='uuid_send', output_field=models.BinaryField()), max_length=16),
        ),
        migrations.AddField(
            model_name='journalhead',
            name='noted_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AlterField(
            model_name='journalentry',
            name='action',
            field=models.CharField(choices=[('created', 'Created'), ('updated', 'Updated'), ('deleted', 'Deleted'), ('restored', 'Restored'), ('merged', 'Merged'), ('erased', 'Erased'), ('access', 'Access'), ('linked', 'Linked'), ('reshaped', 'Reshaped')], max_length=8),
        ),
        migrations.AddConstraint(
            model_name='journalentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'reshaped'), ('record_id', None)), models.Q(('action__in', ['created', 'updated', 'deleted', 'restored', 'merged', 'erased', 'access', 'linked']), ('record_id__isnull', False)), _connector='OR'), name='change_is_of_record_or_schema'),
        ),
    ]
