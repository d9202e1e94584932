"""The names of an object type's fields: which are taken, and which are free."""

from __future__ import annotations

from crm.errors import AlreadyExists, Refusal
from objects.declarations.declarations import MOST_FIELDS
from objects.models import Field, ObjectType
from objects.retyping import Retyping


class TooManyFields(Refusal):
    """The object type has all the fields that it can have."""

    status = 422
    code = "too_many_fields"
    title = "Too many fields"


class FieldNames:
    """What the fields of an object type are called, and were called before."""

    def __init__(self, object_type: ObjectType) -> None:
        self.object_type = object_type
        self.members = {*object_type.removed_members, *object_type.former_members}
        self.owners: dict[str, str] = {}
        """The slug of the field that has a name, by that name."""
        self.many = 0
        self.next_position = 0
        for field in object_type.fields.all():
            self.add(field)

    def add(self, field: Field) -> None:
        """Note one field more."""
        self.owners |= dict.fromkeys((field.slug, *field.aliases), field.slug)
        self.members |= {field.member, field.noted_member}
        if field.retyping:
            self.members.add(Retyping.of(field).member)
        self.many += 1
        self.next_position = max(self.next_position, field.position + 1)

    def check_room(self, slug: str, at: str) -> None:
        """Refuse one field more than a type can have, or one whose slug is taken.

        Raises:
            AlreadyExists: if it is.
            TooManyFields: if there are as many as there can be.
        """
        if self.many >= MOST_FIELDS:
            raise TooManyFields({at: f"{MOST_FIELDS} fields are the most."})
        self.check_free(slug, at)

    def check_free(self, slug: str, at: str) -> None:
        """Refuse a slug that a field has, or once had.

        Raises:
            AlreadyExists: if one has.
        """
        if slug in self.owners:
            why = f"{self.object_type.slug} has {self.owners[slug]} already."
            raise AlreadyExists({at: why})

    def free_member(self, slug: str) -> str:
        """Return the member of stored documents for a new field: empty for its slug."""
        return "" if slug not in self.members else self.next_member(slug)

    def another_member(self, field: Field) -> str:
        """Return a member for what a field is besides, and keep it from others."""
        member = self.next_member(field.noted_member.partition(":")[0])
        self.members.add(member)
        return member

    def next_member(self, name: str) -> str:
        """Return the first member like a name, with a number, that is not taken."""
        names = (f"{name}:{number}" for number in range(2, len(self.members) + 3))
        return next(one for one in names if one not in self.members)
