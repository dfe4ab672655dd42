"""URLs of the rater's page; none of them says what a clip is."""

from django.urls import path, re_path

from studies.rating import done, media, owed, pages, views

app_name = "rating"
urlpatterns = [
    path("api/begin/", views.begin, name="begin"),
    path("api/state/", views.state, name="state"),
    path("api/tones/", views.tones, name="tones"),
    path("api/sound/", views.sound, name="sound"),
    path("api/step/", views.step, name="step"),
    path("api/trial/", views.trial, name="trial"),
    path("api/answer/", views.answer, name="answer"),
    path("api/finish/", views.finish, name="finish"),
    re_path(r"^media/(?P<name>[A-Za-z0-9_-]+)\.mp4$", media.clip, name="media"),
    path("link/done/", done.done, name="done"),
    path("owed/<str:token>/", owed.owed, name="owed"),
    path("preview/<str:token>/", pages.preview, name="preview"),
    path("<slug:slug>/", pages.page, name="page"),
]
