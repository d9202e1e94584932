from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0001_initial'),
        ('objects', '0002_reshaping'),
        ('records', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='change',
            name='change_action_is_known',
        ),
        migrations.AlterField(
            model_name='change',
            name='action',
            field=models.CharField(choices=[('created', 'Created'), ('updated', 'Updated'), ('deleted', 'Deleted'), ('reshaped', 'Reshaped')], max_length=8),
        ),
        migrations.AlterField(
            model_name='change',
            name='record_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'reshaped'), ('record_id', None)), models.Q(('action__in', ['created', 'updated', 'deleted']), ('record_id__isnull', False)), _connector='OR'), name='change_is_of_record_or_schema'),
        ),
    ]
