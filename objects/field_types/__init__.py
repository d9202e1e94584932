"""The table of field types: a closed set, since workspaces make fields, not types."""

from objects.field_types.base import FieldType
from objects.field_types.choice import Choice, Select
from objects.field_types.collection import Collection
from objects.field_types.contact import Email, Phone
from objects.field_types.free import Json
from objects.field_types.location import Location
from objects.field_types.moment import Date, DateTime
from objects.field_types.number import Checkbox, Currency, Integer, Number
from objects.field_types.relation import (
    AgentReference,
    OwnerReference,
    RecordReferences,
)
from objects.field_types.shaped import Shaped
from objects.field_types.text import Domain, MultilineText, Tag, Text, Url

FIELD_TYPES: dict[str, FieldType] = {
    field_type.name: field_type
    for field_type in (
        Text(),
        MultilineText(),
        Number(),
        Integer(),
        Currency(),
        Checkbox(),
        Date(),
        DateTime(),
        Select(),
        Collection(Choice(), "multi_select"),
        Collection(Tag(), "tags"),
        Url(),
        Email(),
        Phone(),
        Domain(),
        Json(),
        Location(),
        AgentReference(),
        OwnerReference(),
        Collection(Text()),
        Collection(Email()),
        Collection(Phone()),
        Collection(Domain()),
        Collection(Url()),
        Collection(Date()),
        Collection(Location()),
        Collection(Shaped(), "json_collection"),
        RecordReferences(),
    )
}
