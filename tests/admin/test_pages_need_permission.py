"""Who may see, change, launch and reject."""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.test import Client

from studies.models import Study
from tests.admin.judged import judged_study
from tests.fakes import FakeRecruiter
from tests.worlds import built_study

PAGES = ("clips", "build", "preview", "launch", "watch", "report", "report/csv")


def statuses(client: Client, study: Study) -> set[int]:
    paths = (f"/admin/studies/study/{study.pk}/{page}/" for page in PAGES)
    return {client.get(path).status_code for path in paths}


def test_strangers_are_asked_to_sign_in(db: None) -> None:
    study = Study.objects.create(slug="s", title="S")
    assert statuses(Client(), study) == {302}
    response = Client().get(f"/admin/studies/study/{study.pk}/report/")
    assert "/admin/login/" in response["Location"]


def test_staff_without_permission_see_nothing(staff: Callable[..., Client]) -> None:
    assert statuses(staff(), Study.objects.create(slug="s", title="S")) == {403}


def test_staff_who_may_view_see_every_page(
    staff: Callable[..., Client], recruiter: FakeRecruiter
) -> None:
    assert statuses(staff("view_study"), judged_study()) == {200}


def test_viewing_is_not_launching(
    staff: Callable[..., Client], recruiter: FakeRecruiter
) -> None:
    study = built_study()
    bob = staff("view_study", "change_study")
    assert bob.post(f"/admin/studies/study/{study.pk}/launch/").status_code == 403
    assert recruiter.calls["open"] == 0


def test_viewing_is_not_building(staff: Callable[..., Client]) -> None:
    study = built_study()
    bob = staff("view_study")
    assert bob.post(f"/admin/studies/study/{study.pk}/build/").status_code == 403


def test_viewing_is_not_closing(
    staff: Callable[..., Client], recruiter: FakeRecruiter
) -> None:
    study = judged_study()
    bob = staff("view_study", "change_study")
    url = f"/admin/studies/study/{study.pk}/watch/"
    assert bob.post(url, {"close": "1", "confirm": "on"}).status_code == 403
    study.refresh_from_db()
    assert study.state == Study.State.LIVE


def test_a_post_without_the_token_is_refused(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("ada", password="x"))
    study = Study.objects.create(slug="s", title="S")
    for page in ("build", "launch", "watch"):
        response = client.post(f"/admin/studies/study/{study.pk}/{page}/")
        assert response.status_code == 403


def test_an_unknown_study_is_not_found(ada: Client) -> None:
    assert ada.get("/admin/studies/study/99/report/").status_code == 404
