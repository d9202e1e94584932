from django.db import migrations, models


class Migration(migrations.Migration):
    """Finds all that was sent about a record."""

    dependencies = [
        ('webhooks', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL('SET LOCAL statement_timeout = 0', migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(models.F('workspace'), models.F('line'), name='delivery_of_line'),
        ),
    ]
