"""The background worker: tasks nudge, the database holds the truth."""

import os

from celery import Celery
from django.core.management import call_command

from evalsite import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalsite.settings")

broker.install()
app = Celery("evalsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
# what loads the nets: a worker of its own, `--queues gpu --pool solo`
app.conf.task_routes = {
    f"studies.tasks.{name}": {"queue": "gpu"}
    for name in ("generate_sounds", "generate_bucket", "store_sounds")
}
app.autodiscover_tasks()


@app.task(name="evalsite.deliver_notifications")
def deliver_notifications() -> None:
    """Send what requesters of the marketplace asked to be told."""
    call_command("deliver", verbosity=0)
