"""Functions that take accents off folded text, as Python does where it is stored.

Fields that are not indexed are sorted by `records_sort_key`, so that they sort as
indexed ones do; it makes the keys of `objects.field_types.text`. A search of some
fields alone looks through what `records_fold_accents` makes of them; it does what is
done in `objects.folding`.
"""

from django.db import migrations

# Most text is ASCII, which has no accents and takes no time to tell.
FOLD_ACCENTS = r"""
CREATE FUNCTION records_fold_accents(folded text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    plain text;
BEGIN
    IF octet_length(folded) = char_length(folded) THEN
        RETURN folded;
    END IF;
    plain := regexp_replace(
        normalize(folded, NFD),
        '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\ufe20-\ufe2f]+', '', 'g'
    );
    plain := replace(replace(plain, 'æ', 'ae'), 'œ', 'oe');
    plain := replace(replace(plain, 'ß', 'ss'), 'þ', 'th');
    RETURN normalize(translate(plain, 'đðħıłøŧ', 'ddhilot'), NFC);
END
$$
"""
SORT_KEY = """
CREATE FUNCTION records_sort_key(folded text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    beginning text := left(folded, 400);
    plain text := left(records_fold_accents(beginning), 400);
BEGIN
    IF plain = beginning THEN
        RETURN plain;
    END IF;
    RETURN plain || chr(1) || left(beginning, 200);
END
$$
"""


class Migration(migrations.Migration):

    dependencies = [("records", "0004_journal_entries")]

    operations = [
        migrations.RunSQL(FOLD_ACCENTS, "DROP FUNCTION records_fold_accents(text)"),
        migrations.RunSQL(SORT_KEY, "DROP FUNCTION records_sort_key(text)"),
    ]
