"""Settings of the marketplace alone: nothing of studies, a database of its own.

It is the site whose only address is the marketplace's. Everything else is read as the
site reads it, so that what is added there holds here.
"""

import os

from evalsite.databases import database
from evalsite.env import env_url

# the site's settings follow from where it is: they must find this address
os.environ["MARKETPLACE_URL"] = os.environ["SITE_URL"] = env_url(
    "MARKETPLACE_URL", "http://127.0.0.1:8001", schemes=("http", "https")
)

from evalsite.settings import *  # noqa: F403 - after the address is known
from evalsite.settings import DATA_DIR, INSTALLED_APPS

INSTALLED_APPS = [
    app
    for app in INSTALLED_APPS
    if not app.startswith(("studies", "rest_framework", "drf_spectacular"))
]
ROOT_URLCONF = "evalsite.marketplace_urls"
DATABASES = {
    "default": database("MARKETPLACE_DATABASE_URL", DATA_DIR / "marketplace.sqlite3")
}
UNFOLD = {
    "SITE_TITLE": "Marketplace",
    "SITE_HEADER": "Marketplace",
    "SITE_SUBHEADER": "For those who host it",
    "SITE_SYMBOL": "storefront",
    "SITE_URL": "/",
    "SIDEBAR": {"navigation": "evalsite.sidebar.applications"},
}
# requesters come with keys of their own, and have what was deposited for them
MARKETPLACE_LOCAL_REQUESTER = None  # type: ignore[assignment] # none is wanted
