"""The addresses of the Inkbox API."""

from django.urls import path, re_path

from interfaces.compat.inkbox.access import ContactAccess, ContactGrant
from interfaces.compat.inkbox.contacts import (
    BulkDelete,
    InkboxContact,
    InkboxContacts,
    Lookup,
)
from interfaces.compat.inkbox.door import InkboxDoor
from interfaces.compat.inkbox.identities import Identities, Identity, Keys, Whoami
from interfaces.compat.inkbox.merging import ContactMerge
from interfaces.compat.inkbox.vcards import BulkExport, Export, Import

urlpatterns = [
    path("api/whoami", Whoami.as_view()),
    path("api/v1/identities", Identities.as_view()),
    path("api/v1/identities/<str:handle>", Identity.as_view()),
    path("api/v1/api-keys", Keys.as_view()),
    path("api/v1/contacts", InkboxContacts.as_view()),
    path("api/v1/contacts/lookup", Lookup.as_view()),
    path("api/v1/contacts/import", Import.as_view()),
    path("api/v1/contacts/bulk-delete", BulkDelete.as_view()),
    path("api/v1/contacts/vcard-export", BulkExport.as_view()),
    path("api/v1/contacts/<str:contact>.vcf", Export.as_view()),
    path("api/v1/contacts/<str:contact>", InkboxContact.as_view()),
    path("api/v1/contacts/<str:contact>/merge", ContactMerge.as_view()),
    path("api/v1/contacts/<str:contact>/access", ContactAccess.as_view()),
    path("api/v1/contacts/<str:contact>/access/<str:identity>", ContactGrant.as_view()),
    re_path("", InkboxDoor.as_view()),
]
