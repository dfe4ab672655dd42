"""URLs of the API; the schema and its page stand beside it in evalsite.urls."""

from django.urls import URLPattern, URLResolver, path, re_path
from rest_framework.routers import SimpleRouter

from studies.api.views import IdentityView, NotFoundView, StudyViewSet, TokenView

router = SimpleRouter()
router.register("studies", StudyViewSet, basename="study")

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("token/", TokenView.as_view(), name="token"),
    path("identity/", IdentityView.as_view(), name="identity"),
    *router.urls,
    re_path(r"^.*/$", NotFoundView.as_view(), name="nothing"),
]
