import asyncio
import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from server.delivery.addresses import (
    AddressRefused,
    EndpointPolicy,
    EndpointRefused,
    Loopback,
    PublicResolver,
    is_public,
)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/cXyz:APA91b_-token",
        "https://fcm.googleapis.com:443/wp/cXyz",
        "https://jmt17.google.com/fcm/send/abc",  # Chromium without Google's branding
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB_-=",
        "https://web.push.apple.com/QGuQyavXutnMH",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d%3d",
        "HTTPS://FCM.googleapis.com/fcm/send/a".replace("HTTPS", "https"),
    ],
)
def test_the_push_services_of_all_browsers_are_allowed(endpoint: str) -> None:
    found = EndpointPolicy().check(endpoint)
    assert found.origin == f"https://{found.host}"
    assert found.host == found.host.lower()
    assert URL(found.url, encoded=True).host == found.host


@pytest.mark.parametrize(
    ("endpoint", "code"),
    [
        ("", "endpoint-malformed"),
        ("http://fcm.googleapis.com/x", "endpoint-malformed"),
        ("https://fcm.googleapis.com", "endpoint-malformed"),
        ("https://fcm.googleapis.com:8443/x", "endpoint-malformed"),
        ("https://noor:secret@fcm.googleapis.com/x", "endpoint-malformed"),
        ("https://127.0.0.1\\@fcm.googleapis.com/x", "endpoint-malformed"),
        ("https://fcm.googleapis.com/x\\y", "endpoint-malformed"),
        ("https://fcm.googleapis.com/x#y", "endpoint-malformed"),
        ("https://fcm.googleapis.com/x y", "endpoint-malformed"),
        ("https://fcm.googleapis.com/x\r\nHost: evil", "endpoint-malformed"),
        ("https://fcm.googleapis.com/x\n", "endpoint-malformed"),
        ("https://fcm.googleapiſ.com/x", "endpoint-malformed"),  # a letter that folds to s
        ("https://[::1]/x", "endpoint-malformed"),
        ("//fcm.googleapis.com/x", "endpoint-malformed"),
        ("https://example.org/x", "endpoint-not-allowed"),
        ("https://127.0.0.1/x", "endpoint-not-allowed"),
        ("https://localhost/x", "endpoint-not-allowed"),
        ("https://fcm.googleapis.com.evil.example/x", "endpoint-not-allowed"),
        ("https://evilfcm.googleapis.com/x", "endpoint-not-allowed"),
        ("https://push.services.mozilla.com/x", "endpoint-not-allowed"),  # the bare suffix is not below itself
        ("https://evilpush.services.mozilla.com/x", "endpoint-not-allowed"),
        ("https://.push.services.mozilla.com/x", "endpoint-not-allowed"),
        ("https://a..push.services.mozilla.com/x", "endpoint-not-allowed"),
        ("https://fcm.googleapis.com./x", "endpoint-not-allowed"),
        ("https://fcm.googleapis.com/" + "x" * 2022, "endpoint-too-long"),
    ],
)
def test_everything_else_is_refused_without_repeating_it(endpoint: str, code: str) -> None:
    with pytest.raises(EndpointRefused) as caught:
        EndpointPolicy().check(endpoint)
    assert caught.value.code == code
    assert not endpoint or endpoint not in str(caught.value)


def test_the_longest_endpoint_is_2048_characters() -> None:
    longest = "https://fcm.googleapis.com/".ljust(2048, "x")
    assert EndpointPolicy().check(longest).url == longest


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(alphabet="https:/@\\#?.-[]%:fcm.googleapis.com127\t ", max_size=60))
def test_whatever_passes_leads_to_an_allowed_host_for_another_parser_too(tail: str) -> None:
    policy = EndpointPolicy()
    for endpoint in (
        tail,
        f"https://{tail}",
        f"https://fcm.googleapis.com{tail}",
        f"https://{tail}fcm.googleapis.com/x",
    ):
        try:
            found = policy.check(endpoint)
        except EndpointRefused:
            continue
        url = URL(found.url, encoded=True)
        assert (url.host, url.port, url.user, url.scheme) == ("fcm.googleapis.com", 443, None, "https")


def test_an_operator_may_add_hosts() -> None:
    policy = EndpointPolicy(extra_hosts=["ntfy.school.example", "*.Push.example.NL "])
    assert policy.check("https://ntfy.school.example/up1").host == "ntfy.school.example"
    assert policy.check("https://eu.push.example.nl/up1").host == "eu.push.example.nl"
    with pytest.raises(EndpointRefused):
        policy.check("https://other.school.example/up1")


@pytest.mark.parametrize(
    "pattern", ["*", "*.nl", "localhost", "10.0.0.1", "*.0.0.1", "https://a.example", "a.*.example", "", "a.example/x"]
)
def test_an_operator_cannot_open_the_door_to_everything(pattern: str) -> None:
    with pytest.raises(ValueError, match="host name"):
        EndpointPolicy(extra_hosts=[pattern])


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("142.250.179.138", True),
        ("2a00:1450:400e:811::200a", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # where clouds keep their secrets
        ("100.64.0.1", False),  # carrier-grade NAT
        ("0.0.0.0", False),
        ("224.0.0.1", False),  # is_global says yes
        ("255.255.255.255", False),
        ("192.0.0.9", False),
        ("198.18.0.1", False),
        ("::1", False),
        ("::", False),
        ("::7f00:1", False),  # IPv4-compatible; is_global says yes
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", False),  # mapped: is_global says yes
        ("64:ff9b::7f00:1", False),  # NAT64; is_global says yes
        ("64:ff9b:1::1", False),
        ("2002:7f00:1::", False),  # 6to4; is_global says yes
        ("2001::1", False),  # Teredo
        ("2001:db8::1", False),
        ("3fff::1", False),
        ("fc00::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),  # site-local; is_global says yes
        ("ff02::1", False),
        ("fcm.googleapis.com", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


class Names(AbstractResolver):
    """A name server that gives its answers one after the other."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in self.answers.pop(0)
        ]

    async def close(self) -> None:
        return None


def test_the_connector_gets_only_addresses_that_were_checked() -> None:
    resolver = PublicResolver(Names(["142.250.179.138", "127.0.0.1", "10.0.0.1"]))
    found = asyncio.run(resolver.resolve("fcm.googleapis.com", 443))
    assert [(result["host"], result["port"]) for result in found] == [("142.250.179.138", 443)]


def test_a_name_that_changes_its_mind_is_checked_again() -> None:
    resolver = PublicResolver(Names(["142.250.179.138"], ["169.254.169.254"]))
    assert asyncio.run(resolver.resolve("fcm.googleapis.com", 443))
    with pytest.raises(AddressRefused):
        asyncio.run(resolver.resolve("fcm.googleapis.com", 443))


def test_loopback_is_only_for_names_that_were_given_one() -> None:
    names = Names(["127.0.0.1"])
    allowed = Loopback(ports={"fcm.googleapis.com": 4711})
    resolver = PublicResolver(names, allow_loopback=allowed)
    (found,) = asyncio.run(resolver.resolve("fcm.googleapis.com", 443))
    assert (found["host"], found["port"]) == ("127.0.0.1", 4711)
    assert names.asked == []
    with pytest.raises(AddressRefused):
        asyncio.run(resolver.resolve("web.push.apple.com", 443))
    assert (
        EndpointPolicy(allow_loopback=Loopback(ports={"push.test": 1})).check("https://push.test/x").host == "push.test"
    )
    with pytest.raises(EndpointRefused):
        EndpointPolicy().check("https://push.test/x")
