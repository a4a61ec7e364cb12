"""Which endpoints may be pushed to, and which addresses may be connected to.

An endpoint is whatever a stranger's browser told us, so without a policy the sender would post to any machine that
our server can reach. Two gates: the name (`EndpointPolicy.check`, when a device is saved and again at every send) and
the address (`PublicResolver`, at connect: the connector gets only addresses that were checked, so a name that changes
its mind between check and connect gains nothing).
"""

import ipaddress
import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiohttp.abc import AbstractResolver, ResolveResult

# The push services of every browser that has push. jmt17.google.com is what Chromium without Google's branding uses.
PUSH_HOSTS = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
LONGEST_ENDPOINT = 2048

# One strict form instead of a URL parser: no user, no other port, no fragment, no backslash, no percent signs or
# non-ASCII letters in the host. What two parsers would read differently does not match.
_ENDPOINT = re.compile(r"https://([A-Za-z0-9.-]{1,253})(?::443)?(/[!-~]*)", re.ASCII)
_FORBIDDEN_IN_PATH = re.compile(r'[\\#"<>^`{|}]')
_NAME = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII
)

_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
# Inside 2000::/3, but an IPv4 address in disguise (6to4, Teredo) or not for use: `is_global` lets the first pass.
_NOT_PUBLIC_V6 = tuple(ipaddress.ip_network(text) for text in ("2002::/16", "2001::/23", "2001:db8::/32", "3fff::/20"))
_NOT_PUBLIC_V4 = tuple(ipaddress.ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24"))


class EndpointRefused(ValueError):
    """The endpoint is not one that we push to. ``code`` is stable; the message never repeats the endpoint."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class AddressRefused(OSError):
    """A push host's name led to no public address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Loopback:
    """Names that lead to a port of this machine instead of the world: for tests and benchmarks, never from a setting.

    The endpoint stays ``https://name/...`` on port 443 and the VAPID audience stays the real origin; only the
    connection is carried to ``127.0.0.1``.
    """

    ports: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """An endpoint that passed: ``url`` to post to, ``host`` in lower case, ``origin`` for the VAPID audience."""

    url: str
    host: str
    origin: str


class EndpointPolicy:
    """The allow-list of push hosts: exact names and ``*.suffix``.

    ``extra_hosts`` is the operator's own extension (a UnifiedPush server); a name that cannot be a public host name
    raises ValueError when the policy is made. IP addresses are never allowed.
    """

    def __init__(self, *, extra_hosts: Iterable[str] = (), allow_loopback: Loopback | None = None) -> None:
        self._exact: set[str] = set()
        self._suffixes: list[str] = []
        self.loopback = allow_loopback
        for pattern in (*PUSH_HOSTS, *extra_hosts):
            self._allow(pattern.strip().lower())
        if allow_loopback is not None:
            self._exact |= set(allow_loopback.ports)

    def check(self, endpoint: str) -> Endpoint:
        """Return the endpoint in parts, or raise `EndpointRefused`."""
        if len(endpoint) > LONGEST_ENDPOINT:
            raise EndpointRefused("endpoint-too-long", f"The endpoint is longer than {LONGEST_ENDPOINT} characters.")
        match = _ENDPOINT.fullmatch(endpoint)
        if match is None or _FORBIDDEN_IN_PATH.search(match[2]):
            raise EndpointRefused("endpoint-malformed", "The endpoint is not a plain https address on port 443.")
        host = match[1].lower()
        if not self._allows(host):
            raise EndpointRefused("endpoint-not-allowed", "The endpoint is not at a push service this server knows.")
        return Endpoint(url=f"https://{host}{match[2]}", host=host, origin=f"https://{host}")

    def _allow(self, pattern: str) -> None:
        name = pattern.removeprefix("*.")
        if not _NAME.fullmatch(name):
            raise ValueError(f"{pattern!r} is not a host name or *.suffix with at least two labels.")
        if pattern == name:
            self._exact.add(name)
        else:
            self._suffixes.append(f".{name}")

    def _allows(self, host: str) -> bool:
        if host in self._exact:
            return True
        return any(host.endswith(suffix) for suffix in self._suffixes) and _NAME.fullmatch(host) is not None


def is_windows(host: str) -> bool:
    """Whether the host is Microsoft's push service, which wants a header of its own."""
    return host.endswith(".notify.windows.com")


def is_public(address: str) -> bool:
    """Whether an IPv4 or IPv6 address in text form is one of the public internet.

    Stricter than ``ipaddress.is_global``, which says yes to multicast and to IPv6 forms that carry an IPv4 address
    inside and so lead anywhere: mapped (::ffff:0:0/96), compatible (::/96), NAT64 (64:ff9b::/96), 6to4 (2002::/16).
    Registries: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890).
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if ip.is_multicast or ip.is_reserved or not ip.is_global:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        return ip.scope_id is None and ip in _GLOBAL_V6 and not any(ip in network for network in _NOT_PUBLIC_V6)
    return not any(ip in network for network in _NOT_PUBLIC_V4)


class PublicResolver(AbstractResolver):
    """Resolves names with ``inner`` and hands the connector only public addresses; raises `AddressRefused` for none.

    Names that ``allow_loopback`` has at that moment are not looked up: they lead to their port of 127.0.0.1.
    """

    def __init__(self, inner: AbstractResolver, *, allow_loopback: Loopback | None = None) -> None:
        self._inner = inner
        self._ports: Mapping[str, int] = allow_loopback.ports if allow_loopback is not None else {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        if host in self._ports:
            return [_result(host, "127.0.0.1", self._ports[host])]
        found = await self._inner.resolve(host, port, family)
        public = [result for result in found if is_public(result["host"])]
        if not public:
            raise AddressRefused("A push host's name led to no public address.")
        return public

    async def close(self) -> None:
        await self._inner.close()


def _result(name: str, address: str, port: int) -> ResolveResult:
    return ResolveResult(
        hostname=name, host=address, port=port, family=socket.AF_INET, proto=0, flags=socket.AI_NUMERICHOST
    )
