"""HTTP to addresses that people typed: public ones only, looked up once, bounded.

A name is resolved here and the connection goes to what was checked: a name that leads elsewhere at
the second look (DNS rebinding) gains nothing.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx2

MOST_BYTES = 16_000_000
"""Ours: of one response; a server that sends more is cut off."""
Resolve = Callable[[str, int], Awaitable[list[str]]]
_TUNNELS = tuple(
    ipaddress.ip_network(net)
    for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
"""Addresses that carry an IPv4 address of anybody's choice (NAT64, 6to4, Teredo)."""


class AddressRefused(httpx2.ConnectError):
    """A name leads where nobody may call."""


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name; raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(item[4][0]) for item in found]


def is_public(address: str) -> bool:
    """Return whether an address is somebody's on the internet: not ours, not our network's."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.is_site_local or any(ip in net for net in _TUNNELS):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class Guarded(httpx2.AsyncBaseTransport):
    """Sends a request to a public address of its host, or refuses."""

    def __init__(
        self,
        inner: httpx2.AsyncBaseTransport | None = None,
        *,
        private: bool = False,
        look_up: Resolve = resolve,
    ) -> None:
        """`private` lets requests into this machine and its network."""
        self._inner = inner or httpx2.AsyncHTTPTransport(trust_env=False)
        self._private = private
        self._look_up = look_up

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises AddressRefused, and what the transport raises."""
        request.headers["Accept-Encoding"] = "identity"
        if not self._private:
            request = await self._pinned(request)
        response = await self._inner.handle_async_request(request)
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            await response.aclose()
            # Unpacked it would be a thousand times what is counted here.
            raise httpx2.ReadError("it came packed, which nobody asked for")
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _Bounded(response.stream)
        return response

    async def _pinned(self, request: httpx2.Request) -> httpx2.Request:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        if request.url.scheme != "https":
            raise AddressRefused(f"{host} is not asked by https")
        try:
            found = await self._look_up(host, port)
        except OSError as error:
            raise httpx2.ConnectError(f"{host} has no address") from error
        if not found or not all(is_public(address) for address in found):
            raise AddressRefused(f"{host} leads into a network that is not the internet")
        return httpx2.Request(
            request.method,
            request.url.copy_with(host=found[0]),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )

    async def aclose(self) -> None:
        """Give back connections."""
        await self._inner.aclose()


class _Bounded(httpx2.AsyncByteStream):
    """A response's bytes, up to the most that is read of one."""

    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner
        self._left = MOST_BYTES

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._inner:
            self._left -= len(piece)
            if self._left < 0:
                raise httpx2.ReadError(f"more than {MOST_BYTES:,} bytes came")
            yield piece

    async def aclose(self) -> None:
        await self._inner.aclose()
