"""The addresses of the Clarky API."""

from django.urls import path, re_path

from interfaces.compat.clarky.agents import Agents, OneAgent
from interfaces.compat.clarky.company import COMPANIES
from interfaces.compat.clarky.contact import CONTACTS
from interfaces.compat.clarky.door import ClarkyDoor
from interfaces.compat.clarky.upsert import ByEmail, UpsertMany
from interfaces.compat.clarky.views import Many, One

urlpatterns = [
    path("api/v1/contacts", Many.as_view(resource=CONTACTS)),
    path("api/v1/contacts/by-email", ByEmail.as_view()),
    path("api/v1/contacts/upsert", UpsertMany.as_view()),
    path("api/v1/contacts/<str:record_id>", One.as_view(resource=CONTACTS)),
    path("api/v1/companies", Many.as_view(resource=COMPANIES)),
    path("api/v1/companies/<str:record_id>", One.as_view(resource=COMPANIES)),
    path("api/v1/agents", Agents.as_view()),
    path("api/v1/agents/<str:agent_id>", OneAgent.as_view()),
    re_path("", ClarkyDoor.as_view()),
]
