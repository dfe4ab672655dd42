"""The admin's sidebar: the studies first, then the machinery."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

_ICONS = {
    "user": "person",
    "group": "badge",
    "tokenproxy": "key",
    "hit": "assignment",
    "worker": "engineering",
    "requester": "domain",
    "ledgerentry": "account_balance",
}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar of the whole site."""
    # the marketplace alone has no studies to import
    from studies.admin import sidebar as studies

    return [*studies.navigation(request), *applications(request)]


def applications(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of all other applications: what this person may see."""
    return [
        {
            "title": app["name"],
            "separator": True,
            "collapsible": True,
            "items": [
                {
                    "title": model["name"],
                    "icon": _ICONS.get(model["object_name"].lower(), "list"),
                    "link": model["admin_url"],
                }
                for model in app["models"]
                if model.get("admin_url")
            ],
        }
        for app in admin.site.get_app_list(request)
        if app["app_label"] != "studies"
    ]
