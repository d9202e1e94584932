from django.db import migrations


class Migration(migrations.Migration):
    """A row of the journal is called a journal entry. Its table stays as it is."""

    dependencies = [
        ('records', '0003_statistics'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel('Change', 'JournalEntry'),
                migrations.AlterModelTable('JournalEntry', 'records_change'),
            ],
        ),
    ]
