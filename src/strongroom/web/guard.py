"""The address guard: which addresses and ports a capture may connect to.

A name that a stranger controls can point anywhere, also into the network of whoever runs the capture. So only
globally reachable unicast addresses are asked, and none that hides another address in itself. Names are resolved
elsewhere (`strongroom.web.dial`); what is judged here is the literal address that is then connected to.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_REFUSED_V4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "unspecified"),  # RFC 1122 section 3.2.1.3
        ("10.0.0.0/8", "private"),  # RFC 1918
        ("100.64.0.0/10", "carrier-grade NAT"),  # RFC 6598
        ("127.0.0.0/8", "loopback"),  # RFC 1122 section 3.2.1.3
        ("169.254.0.0/16", "link-local"),  # RFC 3927; cloud metadata services live here
        ("172.16.0.0/12", "private"),  # RFC 1918
        ("192.0.0.0/24", "reserved for protocol assignments"),  # RFC 6890
        ("192.0.2.0/24", "documentation"),  # RFC 5737
        ("192.88.99.0/24", "6to4 relay"),  # RFC 7526
        ("192.168.0.0/16", "private"),  # RFC 1918
        ("198.18.0.0/15", "benchmarking"),  # RFC 2544
        ("198.51.100.0/24", "documentation"),  # RFC 5737
        ("203.0.113.0/24", "documentation"),  # RFC 5737
        ("224.0.0.0/4", "multicast"),  # RFC 5771
        ("255.255.255.255/32", "broadcast"),  # RFC 919
        ("240.0.0.0/4", "reserved"),  # RFC 1112 section 4
    )
)

_REFUSED_V6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), reason)
    for network, reason in (
        ("::/128", "unspecified"),  # RFC 4291 section 2.5.2
        ("::1/128", "loopback"),  # RFC 4291 section 2.5.3
        ("::ffff:0:0/96", "IPv4-mapped"),  # RFC 4291 section 2.5.5.2
        ("::ffff:0:0:0/96", "IPv4-translated"),  # RFC 2765
        ("::/96", "IPv4-compatible"),  # RFC 4291 section 2.5.5.1
        ("64:ff9b::/96", "NAT64"),  # RFC 6052
        ("64:ff9b:1::/48", "local NAT64"),  # RFC 8215
        ("100::/64", "discard-only"),  # RFC 6666
        ("2001::/32", "Teredo"),  # RFC 4380
        ("2001:2::/48", "benchmarking"),  # RFC 5180
        ("2001:db8::/32", "documentation"),  # RFC 3849
        ("2001:10::/28", "ORCHID"),  # RFC 4843
        ("2001:20::/28", "ORCHIDv2"),  # RFC 7343
        ("2001::/23", "reserved for protocol assignments"),  # RFC 2928
        ("2002::/16", "6to4"),  # RFC 3056
        ("3fff::/20", "documentation"),  # RFC 9637
        ("fc00::/7", "unique local"),  # RFC 4193
        ("fe80::/10", "link-local"),  # RFC 4291 section 2.5.6
        ("fec0::/10", "site-local"),  # RFC 3879
        ("ff00::/8", "multicast"),  # RFC 4291 section 2.7
    )
)

_GLOBAL_UNICAST_V6 = ip_network("2000::/3")  # RFC 4291 section 2.4, as IANA hands it out

# WHATWG Fetch, "bad port": other protocols live there, and could be made to act on an HTTP request.
# fmt: off
_REFUSED_PORTS = frozenset({
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
    109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526,
    530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045,
    4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
})
# fmt: on


def refusal(address: str) -> str | None:
    """Say to which special class an IP address belongs, or None when it may be connected to.

    >>> refusal("192.168.1.1")
    'private'
    >>> refusal("93.184.216.34") is None
    True
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return "not an IP address"
    if isinstance(parsed, IPv4Address):
        return _refusal_v4(parsed)
    return _refusal_v6(parsed)


def _refusal_v4(address: IPv4Address) -> str | None:
    return next((reason for network, reason in _REFUSED_V4 if address in network), None)


def _refusal_v6(address: IPv6Address) -> str | None:
    if address.scope_id is not None:
        return "bound to a network interface"
    for network, reason in _REFUSED_V6:
        if address in network:
            inner = address.ipv4_mapped
            return f"{reason} ({_refusal_v4(inner) or 'global'})" if inner is not None else reason
    return None if address in _GLOBAL_UNICAST_V6 else "reserved"


def refused_port(port: int) -> bool:
    """Whether browsers refuse this port too (WHATWG Fetch section 2.9)."""
    return port in _REFUSED_PORTS or not 0 < port < 65536
