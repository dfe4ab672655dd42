"""Where a visitor comes from, as far as that may be believed."""

import ipaddress

from django.http import HttpRequest

from marketplace import conf

_OWN_NETWORK = 64
"""Bits of an IPv6 address that say which network: a subscriber holds the rest."""


def network_of(request: HttpRequest) -> str | None:
    """The visitor's address, of IPv6 the network; None for this very machine.

    Behind a proxy of ours (BEHIND_TLS_PROXY) it is the last address of
    X-Forwarded-For, which that proxy added; those before it are the visitor's words,
    and without such a proxy all of them are.
    """
    told = request.META.get("REMOTE_ADDR", "")
    if conf.behind_proxy():
        told = request.headers.get("X-Forwarded-For", told).rpartition(",")[2]
    try:
        address = ipaddress.ip_address(told.strip())
    except ValueError:
        # a socket of this machine has no address; a proxy may add a port to one
        return told.strip()[:64] or None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return _network(address)
        address = address.ipv4_mapped
    return None if address.is_loopback else str(address)


def _network(address: ipaddress.IPv6Address) -> str | None:
    if address.is_loopback:
        return None
    return str(ipaddress.ip_network((address, _OWN_NETWORK), strict=False))
