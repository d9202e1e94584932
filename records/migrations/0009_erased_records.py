from django.db import migrations, models


class Migration(migrations.Migration):
    """What of a record that is gone says nothing any more, and how it is found."""

    dependencies = [
        ('records', '0008_journal_of_the_past'),
    ]

    operations = [
        # The constraint is checked for all that is there.
        migrations.RunSQL('SET LOCAL statement_timeout = 0', migrations.RunSQL.noop),
        migrations.AddField(
            model_name='tombstone',
            name='is_emptied',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='tombstone',
            name='is_erased',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name='tombstone',
            constraint=models.CheckConstraint(condition=models.Q(('is_erased', False), ('is_emptied', True), _connector='OR'), name='erased_is_emptied'),
        ),
        migrations.AddIndex(
            model_name='tombstone',
            index=models.Index(models.F('workspace'), models.F('merged_into'), condition=models.Q(('merged_into__isnull', False)), name='tombstone_survivor'),
        ),
        migrations.AddIndex(
            model_name='tombstone',
            index=models.Index(models.F('workspace'), models.F('seq'), condition=models.Q(('is_emptied', False), ('merged_into', None)), name='tombstone_kept'),
        ),
    ]
