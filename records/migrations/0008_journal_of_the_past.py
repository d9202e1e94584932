"""Says of the entries that are there what new ones say of themselves.

Which entries were written together is known from their time, request and actor. Who
might see a record then is not known: of a record that is there it is taken to be who
sees it now, and of one that is gone nobody but keys without an agent.
"""

import secrets

from django.db import connection, migrations

PATIENCE = "SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '256MB'"

# The time of a batch is its own if it is later than that of the batch before, or else a
# millisecond after it: the largest of all times until then, each moved on by as many
# milliseconds as there are batches behind it.
FILL = """
WITH marked AS (
    SELECT workspace_id, seq, record_id, at, actor,
           (lag(at) OVER journal IS DISTINCT FROM at
            OR lag(request_id) OVER journal IS DISTINCT FROM request_id
            OR lag(actor) OVER journal IS DISTINCT FROM actor)::int AS is_first,
           lag(at) OVER record AS last_at, lag(actor) OVER record AS last_by
    FROM records_change
    WINDOW journal AS (PARTITION BY workspace_id ORDER BY seq),
           record AS (PARTITION BY workspace_id, record_id ORDER BY seq)
), numbered AS (
    SELECT *, sum(is_first) OVER (PARTITION BY workspace_id ORDER BY seq) AS number
    FROM marked
), told AS (
    SELECT *, min(seq) OVER (PARTITION BY workspace_id, number) AS first_seq,
           max(date_trunc('milliseconds', at) - number * interval '1 ms')
               OVER (PARTITION BY workspace_id ORDER BY seq)
           + number * interval '1 ms' AS moved_on
    FROM numbered
)
UPDATE records_change entry SET
    batch = told.first_seq,
    noted_at = told.moved_on,
    source = CASE WHEN entry.actor LIKE 'user:%' THEN 'admin' ELSE 'api' END,
    viewers = CASE
        WHEN record.id IS NOT NULL THEN record.visible_to
        WHEN entry.record_id IS NOT NULL THEN '{}'
    END,
    before = CASE
        WHEN entry.action IN ('updated', 'deleted') AND told.last_at IS NOT NULL
        THEN entry.before || jsonb_build_object(
            '_updated_at',
            to_char(told.last_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
            '_updated_by', told.last_by
        )
        ELSE entry.before
    END
FROM told LEFT JOIN records_record record
  ON record.workspace_id = told.workspace_id AND record.id = told.record_id
WHERE entry.workspace_id = told.workspace_id AND entry.seq = told.seq
"""

BURY = """
INSERT INTO records_tombstone (
    workspace_id, record_id, object_type_id, seq, version, viewers, details, access,
    created_at, created_by, deleted_at, deleted_by
)
SELECT gone.workspace_id, gone.record_id, gone.object_type_id, gone.seq, gone.version,
       '{}', '{}', '[]', coalesce(made.at, gone.at), coalesce(made.actor, gone.actor),
       gone.noted_at, gone.actor
FROM records_change gone LEFT JOIN records_change made
  ON made.workspace_id = gone.workspace_id AND made.record_id = gone.record_id
 AND made.action = 'created'
WHERE gone.action = 'deleted'
"""

HEADS = """
UPDATE records_journalhead head SET noted_at = last.noted_at
FROM records_change last
WHERE last.workspace_id = head.workspace_id AND last.seq = head.last_seq
"""

REMOVED_FIELDS = """
SELECT object_type_id, name, seq FROM records_change, jsonb_each(after) AS field (name)
WHERE action = 'reshaped' AND value = 'null' AND jsonb_typeof(before->name) = 'object'
ORDER BY seq
"""

REMOVED_TYPES = """
INSERT INTO objects_formertype (id, workspace_id, slug, prefix, removed_at)
SELECT DISTINCT ON (object_type_id) object_type_id, workspace_id, before->>'slug',
       left(replace(regexp_replace(before->>'slug', '^c_', ''), '_', ''), 6), at
FROM records_change
WHERE action = 'reshaped' AND after = '{}' AND before ? 'slug'
  AND NOT EXISTS (SELECT FROM objects_objecttype WHERE id = object_type_id)
ORDER BY object_type_id, seq DESC
ON CONFLICT DO NOTHING
"""

RENAME = """
UPDATE records_change entry SET before = ({before}), after = ({after})
WHERE object_type_id = %(type)s AND action <> 'reshaped' AND seq < %(until)s
  AND (before ?| %(names)s::text[] OR after ?| %(names)s::text[])
"""
RENAMED = """
    SELECT coalesce(
        jsonb_object_agg(coalesce(renamed.member, told.name), told.value), '{{}}'
    )
    FROM jsonb_each(entry.{side}) AS told (name, value)
    LEFT JOIN unnest(%(names)s::text[], %(members)s::text[]) AS renamed (name, member)
      ON renamed.name = told.name
"""
EVER = 2**63 - 1

FORGET = """
UPDATE records_change SET action = CASE
    WHEN action IN ('merged', 'erased') THEN 'deleted' ELSE 'updated'
END
WHERE action IN ('restored', 'merged', 'erased', 'access', 'linked')
"""


def rename(cursor, object_type, members, until=EVER):
    """Let the entries of a type know fields by the members that their names stand for."""
    statement = RENAME.format(
        before=RENAMED.format(side='before'), after=RENAMED.format(side='after')
    )
    values = {'type': object_type, 'until': until}
    values |= {'names': [*members], 'members': [*members.values()]}
    cursor.execute(statement, values)


def rename_fields(apps, editor):
    """Let all entries know fields by their members, those that are gone by none.

    A field that is gone may have had the slug of one that is there.
    """
    with connection.cursor() as cursor:
        cursor.execute(REMOVED_FIELDS)
        for object_type, name, seq in cursor.fetchall():
            rename(cursor, object_type, {name: f'{name}:0'}, until=seq)
        for object_type in apps.get_model('objects', 'ObjectType').objects.all():
            members = {
                name: field.storage_name or field.slug
                for field in object_type.fields.all()
                for name in (field.slug, *field.aliases)
                if name != (field.storage_name or field.slug)
            }
            if members:
                rename(cursor, object_type.pk, members)


def begin_epochs(apps, editor):
    """Give each journal an epoch."""
    for head in apps.get_model('records', 'JournalHead').objects.all():
        head.epoch = secrets.randbits(32)
        head.save(update_fields=['epoch'])


class Migration(migrations.Migration):

    dependencies = [
        ('objects', '0006_former_members_and_types'),
        ('records', '0007_journal_columns'),
    ]

    operations = [
        migrations.RunSQL(PATIENCE, PATIENCE),
        migrations.RunPython(rename_fields, migrations.RunPython.noop),
        migrations.RunSQL(FILL, FORGET),
        migrations.RunSQL(BURY, migrations.RunSQL.noop),
        migrations.RunSQL(REMOVED_TYPES, migrations.RunSQL.noop),
        migrations.RunSQL(HEADS, migrations.RunSQL.noop),
        migrations.RunPython(begin_epochs, migrations.RunPython.noop),
    ]
