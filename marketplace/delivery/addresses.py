"""Which machines a webhook may be on: everybody's, and never one inside.

A requester names the host; the marketplace stands in a network whose insides
(databases, the cloud's metadata service, routers) trust its address. So a name is
resolved here, every address it has must be a public one, and the connection is then
made to that very address: what the name means a moment later does not count.
"""

import ipaddress
import socket

from marketplace import conf
from marketplace.delivery.base import DeliveryError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_REFUSED = tuple(
    ipaddress.ip_network(each)
    for each in (
        "168.63.129.16/32",  # Azure's platform, metadata included, at a public address
        "192.0.0.0/24",  # IETF protocols; Oracle's metadata service
        "192.88.99.0/24",  # relays to 6to4
        "::/96",  # IPv4 written into IPv6, the way given up in 2006
        "2001::/32",  # Teredo and 6to4: tunnels that may end anywhere
        "2002::/16",
        "64:ff9b:1::/48",  # translation inside a network
        "fec0::/10",  # inside a site, the way given up in 2004
    )
)


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses of a host to connect to.

    Raises DeliveryError when there are none, or when any is not a public one; those
    of this very machine pass where MARKETPLACE_ALLOW_LOOPBACK_WEBHOOKS says so.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DeliveryError(f"the host {host!r} has no address: {error}") from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    for address in addresses:
        if not may_reach(address):
            raise _inside(host, permanent=False)
    return addresses


def check_literal(host: str) -> None:
    """Raise DeliveryError when a host is an address, but not a public one.

    A name passes; what it stands for is looked up when something is sent.
    """
    try:
        # also 127.1, 0x7f.1, 017700000001 and 2130706433, as the system reads them
        address = socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        address = host.strip("[]")
    try:
        ipaddress.ip_address(address)
    except ValueError:
        if not conf.is_loopback(host) or conf.allow_loopback_webhooks():
            return
        raise _inside(host, permanent=True) from None
    if not may_reach(address):
        raise _inside(host, permanent=True)


def may_reach(address: str) -> bool:
    """Whether a webhook may be at this address."""
    plain = _unwrapped(ipaddress.ip_address(address))
    if plain.is_loopback:
        return conf.allow_loopback_webhooks()
    if any(plain in each for each in _REFUSED):
        return False
    return plain.is_global and not plain.is_multicast


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 address leads to, where it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address


def _inside(host: str, *, permanent: bool) -> DeliveryError:
    # which address it was is nobody's business outside
    return DeliveryError(
        f"the host {host!r} is not on the public Internet: the marketplace calls no"
        " addresses inside a network",
        permanent=permanent,
    )
