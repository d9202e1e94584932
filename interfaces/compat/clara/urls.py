"""The addresses of the AgentClara API."""

from django.urls import path, re_path

from interfaces.compat.clara.contacts import Contact, Contacts, Conversations, Search
from interfaces.compat.clara.door import ClaraDoor

urlpatterns = [
    path("contacts", Contacts.as_view()),
    path("contacts/search", Search.as_view()),
    path("contacts/<str:contact>", Contact.as_view()),
    path("contacts/<str:contact>/conversations", Conversations.as_view()),
    re_path("", ClaraDoor.as_view()),
]
