"""The admin as an app of Django's, and what is registered with it."""

from importlib import import_module

from django.contrib.admin.apps import SimpleAdminConfig

REGISTERED = (
    "interfaces.admin.jobs.jobs",
    "interfaces.admin.objects.object_types",
    "interfaces.admin.webhooks.deliveries",
    "interfaces.admin.webhooks.endpoints",
    "interfaces.admin.workspaces.agents",
    "interfaces.admin.workspaces.erasures",
    "interfaces.admin.workspaces.keys",
    "interfaces.admin.workspaces.logins",
    "interfaces.admin.workspaces.members",
    "interfaces.admin.workspaces.workspaces",
)
"""The modules with what has a list in the admin.

Importing `interfaces.admin` cannot register them: the site imports its login form from
there while it is being made.
"""


class KithAdmin(SimpleAdminConfig):
    """Django's admin without the pages that other apps bring."""


def register_pages() -> None:
    """Register our pages, for who serves them; a worker spares itself their weight."""
    for module in REGISTERED:
        import_module(module)
