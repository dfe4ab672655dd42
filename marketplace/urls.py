"""The marketplace: API and worker site, at whatever prefix the site gives it."""

from django.urls import path

from marketplace.protocol.endpoint import endpoint
from marketplace.site import (
    accounts,
    browse,
    dashboard,
    external,
    hosted,
    letters,
    own_account,
    qualifications,
    recovery,
    standing,
    work,
)

app_name = "marketplace"
urlpatterns = [
    path("", browse.index, name="index"),
    path("api/", endpoint, name="api"),
    # clients post to the address as it was given to them
    path("api", endpoint, name="api-without-slash"),
    path("mturk/externalSubmit", external.external_submit, name="external-submit"),
    path(
        "held/<slug:proof>/mturk/externalSubmit",
        external.external_submit,
        name="held-submit",
    ),
    path("mturk/preview", browse.preview_by_query, name="preview-by-query"),
    path("projects/<slug:group_id>/tasks", browse.preview_group, name="preview-group"),
    path("projects/<slug:group_id>/accept", work.accept_group, name="accept-group"),
    path("hits/<slug:hit_id>/", browse.preview_hit, name="preview-hit"),
    path("hits/<slug:hit_id>/page", hosted.hosted_page, name="hosted"),
    path("hits/<slug:hit_id>/accept", work.accept_hit, name="accept-hit"),
    path("assignments/<slug:assignment_id>/", work.work, name="work"),
    path("assignments/<slug:assignment_id>/answer", work.answer, name="answer"),
    path("assignments/<slug:assignment_id>/return", work.give_back, name="return"),
    path(
        "assignments/<slug:assignment_id>/submitted", work.submitted, name="submitted"
    ),
    path("queue/", work.queue, name="queue"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("earnings/", dashboard.earnings, name="earnings"),
    path("qualifications/", qualifications.qualifications, name="qualifications"),
    path(
        "qualifications/<slug:type_id>/",
        qualifications.qualification,
        name="qualification",
    ),
    path(
        "qualifications/<slug:type_id>/request",
        qualifications.request_qualification,
        name="request-qualification",
    ),
    path(
        "qualifications/<slug:type_id>/test",
        qualifications.take_test,
        name="qualification-test",
    ),
    path("messages/", standing.messages, name="messages"),
    path("requesters/<int:requester_pk>/contact", letters.contact, name="contact"),
    path("account/", own_account.account, name="account"),
    path("account/email", own_account.change_email, name="change-email"),
    path("account/verification", own_account.resend, name="resend"),
    path("account/password", own_account.change_password, name="change-password"),
    path("account/habits", own_account.change_habits, name="change-habits"),
    path("account/close", own_account.close, name="close-account"),
    path("verify/<str:token>", recovery.verify, name="verify"),
    path("forgotten/", recovery.forgotten, name="forgotten"),
    path("reset/<str:token>", recovery.reset, name="reset"),
    path("sign-up/", accounts.sign_up, name="sign-up"),
    path("sign-in/", accounts.sign_in, name="sign-in"),
    path("sign-out/", accounts.sign_out, name="sign-out"),
]
