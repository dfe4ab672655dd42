"""Who waits for a HIT's row finds it, also when it has another type by then."""

from tests.servers.site import Site


def test_a_hit_that_changes_its_type_is_extended_all_the_same(
    postgres_site: Site,
) -> None:
    assert postgres_site.job("move_under_a_waiter") == [[], 4, "Another one"]
