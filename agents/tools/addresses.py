"""Which addresses a tool may reach: those of the public internet, and none that lead back inside.

Sources: the special-purpose registries of IANA (RFC 6890 and its updates) as ``ipaddress`` knows them, and
the ranges below, each of which some version of ``ipaddress`` calls global.
"""

from collections.abc import Callable, Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

REFUSED_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; clouds keep metadata in it too
        "168.63.129.16/32",  # a cloud's own service inside every machine, in a public range
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
REFUSED_6 = tuple(
    IPv6Network(text)
    for text in (
        "::/96",  # IPv4-compatible
        "::ffff:0:0:0/96",  # IPv4-translated
        "64:ff9b:1::/48",  # NAT64 of a local network
        "2001::/23",  # Teredo among others
        "5f00::/16",
        "fec0::/10",
    )
)
NAT64 = IPv6Network("64:ff9b::/96")
SIX_TO_FOUR = IPv6Network("2002::/16")
LOW_32 = 0xFFFFFFFF


def is_public(text: str) -> bool:
    """Whether the text is an address that may be reached; not one with a scope such as ``%eth0``."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    inside = _inside(address)
    return _is_public(address if inside is None else inside)


def _inside(address: Address) -> IPv4Address | None:
    """The IPv4 address that packets to this one end up at."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in NAT64:
        return IPv4Address(int(address) & LOW_32)
    if address in SIX_TO_FOUR:
        return address.sixtofour
    return None


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        refused = any(address in network for network in REFUSED_4)
    else:
        refused = address.scope_id is not None or any(address in network for network in REFUSED_6)
    return not refused and address.is_global and not address.is_multicast


def or_inside(networks: Collection[IPv4Network | IPv6Network]) -> Callable[[str], bool]:
    """Judges addresses: those of the public internet may be reached, and those of the operator's networks."""

    def allowed(text: str) -> bool:
        if is_public(text):
            return True
        try:
            address = ip_address(text)
        except ValueError:
            return False
        address = _inside(address) or address
        return any(address in network for network in networks)

    return allowed
