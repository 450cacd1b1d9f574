"""Who is at the other end: the connection, or what a listed proxy says of it."""

from collections.abc import Callable
from ipaddress import ip_network

from aiohttp import web

from bot.limits import address_of


def client_of(trusted: tuple[str, ...]) -> Callable[[web.Request], str]:
    """Return what tells the network address of a caller.

    The forwarded header counts only from listed proxies, read from the right: the first address
    that is no listed proxy is the caller's, whatever a caller wrote to the left of it.  What is no
    address says nothing: then it is the proxy's.
    """
    networks = [ip_network(one) for one in trusted]

    def client(request: web.Request) -> str:
        here = address_of(request.remote or "")
        hops = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
        while hops and any(here in network for network in networks if here is not None):
            hop = address_of(hops.pop())
            if hop is None:
                break
            here = hop
        return "" if here is None else str(here)

    return client
