"""The addresses of the Inkbox API."""

from django.urls import path, re_path

from interfaces.compat.inkbox.access import Access, Grant
from interfaces.compat.inkbox.contacts import BulkDelete, Contact, Contacts, Lookup
from interfaces.compat.inkbox.door import Lost
from interfaces.compat.inkbox.identities import Identities, Identity, Keys, Whoami
from interfaces.compat.inkbox.vcards import BulkExport, Export, Import

urlpatterns = [
    path("api/whoami", Whoami.as_view()),
    path("api/v1/identities", Identities.as_view()),
    path("api/v1/identities/<str:handle>", Identity.as_view()),
    path("api/v1/api-keys", Keys.as_view()),
    path("api/v1/contacts", Contacts.as_view()),
    path("api/v1/contacts/lookup", Lookup.as_view()),
    path("api/v1/contacts/import", Import.as_view()),
    path("api/v1/contacts/bulk-delete", BulkDelete.as_view()),
    path("api/v1/contacts/vcard-export", BulkExport.as_view()),
    path("api/v1/contacts/<str:contact>.vcf", Export.as_view()),
    path("api/v1/contacts/<str:contact>", Contact.as_view()),
    path("api/v1/contacts/<str:contact>/access", Access.as_view()),
    path("api/v1/contacts/<str:contact>/access/<str:identity>", Grant.as_view()),
    re_path("", Lost.as_view()),
]
