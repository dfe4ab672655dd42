"""UpdateNotificationSettings, SendTestEventNotification."""

from collections.abc import Mapping
from typing import Any

from marketplace import services
from marketplace.operations.records import own_hit_type
from marketplace.operations.registry import Call, operation


@operation("UpdateNotificationSettings", writes=True)
def update_notification_settings(call: Call) -> Mapping[str, Any]:
    given = call.parameters.get("Notification")
    services.subscribe(
        own_hit_type(call),
        _draft(given) if given is not None else None,
        active=call.parameters.get("Active"),
    )
    return {}


# it writes nothing, and must wait for the other side outside of any transaction
@operation("SendTestEventNotification", writes=False)
def send_test_event_notification(call: Call) -> Mapping[str, Any]:
    services.send_test(
        call.requester,
        _draft(call.parameters["Notification"]),
        call.parameters["TestEventType"],
        call.now,
    )
    return {}


def _draft(given: Mapping[str, Any]) -> services.NotificationDraft:
    return services.NotificationDraft(
        transport=given["Transport"],
        destination=given["Destination"],
        version=given["Version"],
        event_types=tuple(given["EventTypes"]),
    )
