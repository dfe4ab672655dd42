"""Where everything hangs when the marketplace runs alone: at the root, as at MTurk."""

from django.contrib import admin
from django.urls import include, path

handler404 = "evalsite.refusals.nothing_here"
urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("marketplace.urls")),
]
