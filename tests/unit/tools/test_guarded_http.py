"""Addresses that people type lead to the public internet, by https, once looked up."""

import gzip

import httpx2
import pytest

from bot.tools.guarded_http import MOST_BYTES, AddressRefused, Guarded, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::",
        "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001::1", "2001:db8::1", "::7f00:1",
        "::10.0.0.1", "fec0::1", "nonsense", "",
    ],
)  # fmt: skip
def test_ours_and_our_networks_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111"])
def test_others_are(address: str) -> None:
    assert is_public(address)


class Packing(httpx2.AsyncBaseTransport):
    """Answers with a few kilobytes that are 50 MB when they are unpacked."""

    def __init__(self) -> None:
        self.wanted = ""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.wanted = request.headers["accept-encoding"]
        packed = gzip.compress(b"x" * 50_000_000)
        headers = {"Content-Encoding": "gzip"}
        return httpx2.Response(200, headers=headers, stream=httpx2.ByteStream(packed))


@pytest.mark.parametrize("private", [True, False])
async def test_an_answer_that_swells_is_not_unpacked(private: bool) -> None:
    far = Packing()

    async def look_up(host: str, port: int) -> list[str]:
        return ["93.184.215.14"]

    transport = Guarded(far, private=private, look_up=look_up)
    async with httpx2.AsyncClient(transport=transport, trust_env=False) as client:
        with pytest.raises(httpx2.ReadError, match="packed"):
            await client.get("https://mcp.example.com/mcp")
    assert far.wanted == "identity"


class Far(httpx2.AsyncBaseTransport):
    """Answers with so many bytes and keeps what it was asked."""

    def __init__(self, size: int = 3) -> None:
        self.asked: list[httpx2.Request] = []
        self.size = size

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        return httpx2.Response(200, stream=httpx2.ByteStream(b"x" * self.size))


def leading_to(*addresses: str, far: Far, private: bool = False) -> httpx2.AsyncClient:
    async def look_up(host: str, port: int) -> list[str]:
        return list(addresses)

    transport = Guarded(far, private=private, look_up=look_up)
    return httpx2.AsyncClient(transport=transport, trust_env=False)


async def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    far = Far()
    async with leading_to("93.184.215.14", "8.8.8.8", far=far) as client:
        assert (await client.get("https://mcp.example.com:8443/mcp")).text == "xxx"
    (request,) = far.asked
    assert request.url.host == "93.184.215.14"
    assert request.url.port == 8443
    assert request.headers["host"] == "mcp.example.com:8443"
    assert request.extensions["sni_hostname"] == "mcp.example.com"


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("https://inside.example.com/", ("10.0.0.5",)),
        ("https://both.example.com/", ("93.184.215.14", "127.0.0.1")),
        ("https://nowhere.example.com/", ()),
        ("http://plain.example.com/", ("93.184.215.14",)),
    ],
)
async def test_what_leads_inside_is_refused(url: str, addresses: tuple[str, ...]) -> None:
    far = Far()
    async with leading_to(*addresses, far=far) as client:
        with pytest.raises(AddressRefused):
            await client.get(url)
    assert far.asked == []


async def test_the_operator_may_let_it_inside() -> None:
    far = Far()
    async with leading_to(far=far, private=True) as client:
        await client.get("http://127.0.0.1:9/mcp")
    assert len(far.asked) == 1


async def test_an_answer_without_end_is_cut_off() -> None:
    async with leading_to("8.8.8.8", far=Far(MOST_BYTES + 1)) as client:
        with pytest.raises(httpx2.ReadError, match="more than 16,000,000"):
            await client.get("https://mcp.example.com/")
