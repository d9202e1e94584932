import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('crm', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ObjectType',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('slug', models.CharField(max_length=40, validators=[django.core.validators.RegexValidator('^[a-z][a-z0-9_]{0,62}\\Z', 'Use lower-case letters, digits and underscores, a letter first.')])),
                ('label', models.CharField(max_length=100)),
                ('plural', models.CharField(max_length=100)),
                ('description', models.CharField(blank=True, max_length=256)),
                ('prefix', models.CharField(max_length=10)),
                ('match_fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), blank=True, default=list, size=None)),
                ('version', models.BigIntegerField(default=1, editable=False)),
                ('is_custom', models.BooleanField(default=True, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('workspace', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='object_types', to='crm.workspace')),
            ],
            options={
                'ordering': ['created_at', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='Field',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('slug', models.CharField(max_length=63, validators=[django.core.validators.RegexValidator('^[a-z][a-z0-9_]{0,62}\\Z', 'Use lower-case letters, digits and underscores, a letter first.')])),
                ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), blank=True, default=list, size=None)),
                ('label', models.CharField(max_length=100)),
                ('type', models.CharField(choices=[('text', 'text'), ('multiline_text', 'multiline text'), ('number', 'number'), ('integer', 'integer'), ('currency', 'currency'), ('checkbox', 'checkbox'), ('date', 'date'), ('datetime', 'datetime'), ('select', 'select'), ('multi_select', 'multi select'), ('tags', 'tags'), ('url', 'url'), ('email', 'email'), ('phone', 'phone'), ('domain', 'domain'), ('json', 'json'), ('location', 'location'), ('agent', 'agent'), ('text_collection', 'text collection'), ('email_collection', 'email collection'), ('phone_collection', 'phone collection'), ('domain_collection', 'domain collection'), ('url_collection', 'url collection'), ('date_collection', 'date collection'), ('location_collection', 'location collection'), ('relationship', 'relationship')], max_length=30)),
                ('options', models.JSONField(blank=True, default=dict)),
                ('required', models.BooleanField(default=False)),
                ('unique', models.BooleanField(default=False)),
                ('indexed', models.BooleanField(default=False)),
                ('searchable', models.BooleanField(default=False)),
                ('hidden', models.BooleanField(default=False)),
                ('position', models.PositiveIntegerField(default=0)),
                ('is_custom', models.BooleanField(default=True, editable=False)),
                ('kind', models.CharField(blank=True, choices=[('many-to-many', 'Many to many'), ('many-to-one', 'Many to one'), ('one-to-many', 'One to many'), ('one-to-one', 'One to one')], editable=False, max_length=12)),
                ('inverse_of', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='inverse', to='objects.field')),
                ('object_type', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='fields', to='objects.objecttype')),
                ('target', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='objects.objecttype')),
            ],
            options={
                'ordering': ['position', 'slug'],
            },
        ),
        migrations.AddConstraint(
            model_name='objecttype',
            constraint=models.UniqueConstraint(models.F('workspace'), models.F('slug'), name='one_object_a_slug'),
        ),
        migrations.AddConstraint(
            model_name='objecttype',
            constraint=models.UniqueConstraint(models.F('workspace'), models.F('prefix'), name='one_object_a_prefix'),
        ),
        migrations.AddConstraint(
            model_name='objecttype',
            constraint=models.UniqueConstraint(models.F('workspace'), models.F('id'), name='object_in_workspace'),
        ),
        migrations.AddConstraint(
            model_name='field',
            constraint=models.UniqueConstraint(models.F('object_type'), models.F('slug'), name='one_field_a_slug'),
        ),
        migrations.AddConstraint(
            model_name='field',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('target__isnull', False), ('type', 'relationship'), ('kind__in', ['many-to-many', 'many-to-one', 'one-to-many', 'one-to-one'])), models.Q(models.Q(('type', 'relationship'), _negated=True), ('inverse_of', None), ('kind', ''), ('target', None)), _connector='OR'), name='relationship_has_target'),
        ),
    ]
