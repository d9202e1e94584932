import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """What is gone of schemas is remembered, since the journal still tells of it."""

    dependencies = [
        ('crm', '0003_login_attempts'),
        ('objects', '0005_compose_labels'),
    ]

    operations = [
        migrations.AddField(
            model_name='objecttype',
            name='former_members',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), db_default=[], default=list, editable=False, size=None),
        ),
        migrations.CreateModel(
            name='FormerType',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('slug', models.CharField(max_length=40)),
                ('prefix', models.CharField(max_length=10)),
                ('removed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('workspace', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='former_types', to='crm.workspace')),
            ],
        ),
    ]
