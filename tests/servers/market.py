"""Jobs on the marketplace's own tables; arguments and answers are plain JSON."""

from threading import Thread

from django.db import connection, connections, transaction

from marketplace import clock, services
from marketplace.models import HIT
from marketplace.services.locks import lock_hit
from tests.marketplace import books, shop
from tests.servers.engines import wait_until


def move_under_a_waiter() -> list[object]:
    """Extend a HIT while its type is being changed; its places and type after it.

    The extension waits for the HIT's row, which has another type when it gets it. On
    PostgreSQL alone.
    """
    owner = shop.requester(key="MOVER000000000000000")
    hit = shop.publish(owner)
    other = shop.publish(owner, shop.Terms(title="Another one")).hit_type
    faults: list[str] = []

    def extend() -> None:
        try:
            services.extend_hit(hit, 1, clock.now())
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shall read it
            faults.append(repr(error))
        finally:
            connections.close_all()

    waiter = Thread(target=extend)
    with transaction.atomic():
        locked = lock_hit(hit.pk)
        waiter.start()
        wait_until(_somebody_waits, "the extension")
        services.change_type(locked, other, clock.now())
    waiter.join()
    after = HIT.objects.select_related("hit_type").get(pk=hit.pk)
    books.check_books()
    return [faults, after.max_assignments, after.hit_type.title]


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
