"""What the background worker's clock rings for is there, and does its work."""

from typing import Any

import pytest
from django.conf import settings

from evalsite.celery import app, deliver_notifications
from tests.marketplace import listening, shop


@pytest.mark.parametrize("entry", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_every_scheduled_task_is_known(entry: str) -> None:
    app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE[entry]["task"] in app.tasks


@pytest.mark.django_db
def test_the_worker_delivers_notifications(settings: Any) -> None:
    settings.MARKETPLACE_ALLOW_LOOPBACK_WEBHOOKS = True
    lab = shop.requester()
    with listening.receiver() as hook:
        listening.tell(shop.publish(lab).hit_type, hook.url)
        shop.publish(lab)
        deliver_notifications()
    assert hook.events == ["HITCreated"]
