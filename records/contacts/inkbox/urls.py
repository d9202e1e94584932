"""The addresses of the Inkbox API."""

from django.urls import path, re_path

from records.contacts.inkbox.access import Access, Grant
from records.contacts.inkbox.contacts import BulkDelete, Contact, Contacts, Lookup
from records.contacts.inkbox.door import Lost
from records.contacts.inkbox.vcards import BulkExport, Export, Import
from records.contacts.inkbox.who import Identities, Identity, Keys, Whoami

urlpatterns = [
    path("api/whoami", Whoami.as_view()),
    path("api/v1/identities/", Identities.as_view()),
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
