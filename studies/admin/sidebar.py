"""Where one can go among the studies, and in what they left behind."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

_GROUPS = (
    (
        "Studies",
        (
            ("Overview", "space_dashboard", "index", ""),
            ("Studies", "science", "studies_study_changelist", "studies.view_study"),
            ("New study", "add", "studies_study_add", "studies.add_study"),
        ),
    ),
    (
        "Records",
        (
            (
                "Raters' sessions",
                "groups",
                "studies_assignment_changelist",
                "studies.view_assignment",
            ),
            ("Votes", "how_to_vote", "studies_vote_changelist", "studies.view_vote"),
            (
                "Postings",
                "campaign",
                "studies_posting_changelist",
                "studies.view_posting",
            ),
            (
                "Payments",
                "payments",
                "studies_payment_changelist",
                "studies.view_payment",
            ),
            ("Events", "history", "studies_event_changelist", "studies.view_event"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The studies' groups of the sidebar: what this person may see."""
    here = _place(request)
    return [
        {
            "title": title,
            "separator": title != "Studies",
            "items": [
                {
                    "title": name,
                    "icon": icon,
                    "link": reverse(f"admin:{route}"),
                    "active": route == here,
                }
                for name, icon, route, permission in entries
                if not permission or request.user.has_perm(permission)
            ],
        }
        for title, entries in _GROUPS
    ]


def _place(request: HttpRequest) -> str:
    """The entry that a page belongs to: the one whose address is longest of those."""
    routes = {
        reverse(f"admin:{route}"): route
        for _, entries in _GROUPS
        for _, _, route, _ in entries
    }
    home = reverse("admin:index")
    under = [
        address
        for address in routes
        if request.path == address
        or (address != home and request.path.startswith(address))
    ]
    return routes[max(under, key=len)] if under else ""
