"""The addresses of the AgentClara API."""

from django.urls import path, re_path

from interfaces.compat.clara.contacts import (
    ClaraContact,
    ClaraContacts,
    ContactSearch,
    Conversations,
)
from interfaces.compat.clara.door import ClaraDoor

urlpatterns = [
    path("contacts", ClaraContacts.as_view()),
    path("contacts/search", ContactSearch.as_view()),
    path("contacts/<str:contact>", ClaraContact.as_view()),
    path("contacts/<str:contact>/conversations", Conversations.as_view()),
    re_path("", ClaraDoor.as_view()),
]
