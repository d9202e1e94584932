"""Brings labels and options into Unicode's composed form (NFC), as they are kept now.

Two options of a field whose labels become the same text become one, the first. Records
hold labels, so nothing of theirs is lost.
"""

from django.db import migrations

from objects.folding import compose

TEXTS = {
    "ObjectType": ("label", "plural", "description"),
    "Field": ("label", "description"),
}


def compose_labels(apps, schema_editor):
    for model, names in TEXTS.items():
        for row in apps.get_model("objects", model).objects.iterator():
            before = dict(row.__dict__)
            for name in names:
                setattr(row, name, compose(getattr(row, name)))
            if model == "Field" and "options" in row.options:
                row.options = {**row.options, "options": composed(row.options["options"])}
            if model == "Field" and row.backfill.get("replace"):
                replaced = row.backfill["replace"].items()
                named = {compose(old): new and compose(new) for old, new in replaced}
                row.backfill = {**row.backfill, "replace": named}
            if row.__dict__ != before:
                row.save()


def composed(options):
    by_label = {}
    for option in options:
        whole = {name: compose(str(value)) for name, value in option.items()}
        by_label.setdefault(whole["label"], whole)
    return list(by_label.values())


class Migration(migrations.Migration):

    dependencies = [("objects", "0004_type_choices")]

    operations = [migrations.RunPython(compose_labels, migrations.RunPython.noop)]
