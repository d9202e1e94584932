"""Statistics over columns that depend on each other.

A type and a field belong to one workspace. Multiplying their shares, as PostgreSQL does
if it is not told, makes the records of a small workspace look like none at all, and
reading all of them like the cheapest plan.
"""

from django.db import migrations

STATISTICS = {
    "records_record": ("records_record_type", "workspace_id, object_type_id"),
    "records_indexedvalue": (
        "records_indexedvalue_field",
        "workspace_id, field_id",
    ),
}


class Migration(migrations.Migration):

    dependencies = [("records", "0002_schema_entries")]

    operations = [
        migrations.RunSQL(
            f"CREATE STATISTICS {name} (ndistinct, dependencies, mcv) "
            f"ON {columns} FROM {table}",
            f"DROP STATISTICS {name}",
        )
        for table, (name, columns) in STATISTICS.items()
    ]
