import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.db import migrations, models


# Foreign keys that begin with the workspace, so that they hold within one shard. They
# are checked at the end of a transaction: unique values are claimed before the record
# that will hold them exists.
FOREIGN_KEY = """
    ALTER TABLE {table} ADD CONSTRAINT {table}_{column}
    FOREIGN KEY (workspace_id, {column}) REFERENCES records_record (workspace_id, id)
    ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
"""
OBJECT_TYPE = """
    ALTER TABLE records_record ADD CONSTRAINT records_record_object_type_id
    FOREIGN KEY (workspace_id, object_type_id)
    REFERENCES objects_objecttype (workspace_id, id)
    ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
"""
# Reads return the attributes; what is only compared may be moved out of the row.
KEEP_ATTRIBUTES = """
    ALTER TABLE records_record ALTER COLUMN attributes SET STORAGE MAIN;
    ALTER TABLE records_record ALTER COLUMN folded SET STORAGE EXTENDED
"""
DROP = "ALTER TABLE {table} DROP CONSTRAINT {table}_{column}"
SATELLITES = [
    ("records_uniquevalue", "record_id"),
    ("records_indexedvalue", "record_id"),
    ("records_link", "source_id"),
    ("records_link", "target_id"),
    ("records_access", "record_id"),
]


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('crm', '0001_initial'),
        ('objects', '0001_initial'),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(),
        django.contrib.postgres.operations.BtreeGinExtension(),
        migrations.CreateModel(
            name='JournalHead',
            fields=[
                ('workspace', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='crm.workspace')),
                ('last_seq', models.BigIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='Access',
            fields=[
                ('pk', models.CompositePrimaryKey('workspace_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7)),
                ('record_id', models.UUIDField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('agent', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.agent')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('workspace'), models.F('record_id'), models.F('agent'), name='one_access_each', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('pk', models.CompositePrimaryKey('workspace_id', 'seq', blank=True, editable=False, primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField()),
                ('record_id', models.UUIDField()),
                ('action', models.CharField(choices=[('created', 'Created'), ('updated', 'Updated'), ('deleted', 'Deleted')], max_length=7)),
                ('version', models.BigIntegerField()),
                ('actor', models.CharField(max_length=80)),
                ('request_id', models.CharField(max_length=128)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('object_type', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='objects.objecttype')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.workspace')),
            ],
            options={
                'indexes': [models.Index(models.F('workspace'), models.F('record_id'), models.F('seq'), name='change_record')],
                'constraints': [models.CheckConstraint(condition=models.Q(('action__in', ['created', 'updated', 'deleted'])), name='change_action_is_known')],
            },
        ),
        migrations.CreateModel(
            name='IndexedValue',
            fields=[
                ('pk', models.CompositePrimaryKey('workspace_id', 'record_id', 'field_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('record_id', models.UUIDField()),
                ('key', models.TextField(db_collation='C', null=True)),
                ('field', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='objects.field')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.workspace')),
            ],
            options={
                'indexes': [models.Index(models.F('workspace'), models.F('field'), models.F('key'), models.F('record_id'), name='indexed_value_key')],
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('pk', models.CompositePrimaryKey('workspace_id', 'source_id', 'field_id', 'target_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('source_id', models.UUIDField()),
                ('target_id', models.UUIDField()),
                ('position', models.BigIntegerField(default=0)),
                ('field', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='objects.field')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.workspace')),
            ],
            options={
                'indexes': [models.Index(models.F('workspace'), models.F('target_id'), models.F('field'), models.F('source_id'), name='link_target')],
            },
        ),
        migrations.CreateModel(
            name='Record',
            fields=[
                ('pk', models.CompositePrimaryKey('workspace_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7)),
                ('attributes', models.JSONField(default=dict)),
                ('folded', models.JSONField(default=dict)),
                ('details', models.JSONField(default=dict)),
                ('search', models.TextField(db_collation='C', default='')),
                ('visible_to', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None)),
                ('version', models.BigIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.CharField(max_length=80)),
                ('updated_by', models.CharField(max_length=80)),
                ('object_type', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='objects.objecttype')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.workspace')),
            ],
            options={
                'indexes': [models.Index(models.F('workspace'), models.F('object_type'), models.F('created_at'), models.F('id'), name='record_created'), models.Index(models.F('workspace'), models.F('object_type'), models.F('updated_at'), models.F('id'), name='record_updated'), django.contrib.postgres.indexes.GinIndex(models.F('workspace'), models.F('object_type'), django.contrib.postgres.indexes.OpClass(models.F('folded'), name='jsonb_path_ops'), fastupdate=False, name='record_values'), django.contrib.postgres.indexes.GinIndex(models.F('workspace'), django.contrib.postgres.indexes.OpClass(models.F('search'), name='gin_trgm_ops'), fastupdate=False, name='record_search')],
            },
        ),
        migrations.CreateModel(
            name='UniqueValue',
            fields=[
                ('pk', models.CompositePrimaryKey('workspace_id', 'field_id', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.TextField(db_collation='C')),
                ('record_id', models.UUIDField()),
                ('field', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='objects.field')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.workspace')),
            ],
            options={
                'indexes': [models.Index(models.F('workspace'), models.F('record_id'), name='unique_value_record')],
            },
        ),
        *(
            migrations.RunSQL(
                FOREIGN_KEY.format(table=table, column=column),
                DROP.format(table=table, column=column),
            )
            for table, column in SATELLITES
        ),
        migrations.RunSQL(KEEP_ATTRIBUTES, migrations.RunSQL.noop),
        migrations.RunSQL(
            OBJECT_TYPE, DROP.format(table="records_record", column="object_type_id")
        ),
    ]
