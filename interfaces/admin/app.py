"""The admin as an app of Django's: it registers its pages once there is a site."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig

REGISTERED = (
    "interfaces.admin.objects.object_types",
    "interfaces.admin.workspaces.agents",
    "interfaces.admin.workspaces.keys",
    "interfaces.admin.workspaces.logins",
    "interfaces.admin.workspaces.members",
    "interfaces.admin.workspaces.workspaces",
)
"""The modules with what has a list in the admin.

Importing `interfaces.admin` cannot register them: the site imports its login form from
there while it is being made.
"""


class KithAdmin(AdminConfig):
    """Django's admin with our pages."""

    def ready(self) -> None:
        super().ready()
        for module in REGISTERED:
            import_module(module)
