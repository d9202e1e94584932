"""The mailbox of an email address: what `records.duplicates.spellings.mailbox` makes."""

from django.db import migrations

MAILBOX = r"""
CREATE FUNCTION records_mailbox(address text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE
        WHEN address ~ '@(gmail|googlemail)\.com$' THEN replace(
            regexp_replace(
                regexp_replace(address, '^([^@+]+)\+[^@]*@', '\1@'), '@[^@]*$', ''
            ), '.', ''
        ) || '@gmail.com'
        ELSE regexp_replace(address, '^([^@+]+)\+[^@]*@', '\1@')
    END
$$
"""


class Migration(migrations.Migration):

    dependencies = [("records", "0009_erased_records")]

    operations = [
        migrations.RunSQL(MAILBOX, "DROP FUNCTION records_mailbox(text)"),
    ]
