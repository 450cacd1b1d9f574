"""Who is at the other end: the connection, or what a listed proxy says of it."""

from collections.abc import Callable
from ipaddress import ip_address, ip_network

from aiohttp import web


def client_of(trusted: tuple[str, ...]) -> Callable[[web.Request], str]:
    """Return what tells the network address of a caller.

    The forwarded header counts only from listed proxies, read from the right: the first address
    that is no listed proxy is the caller's, whatever a caller wrote to the left of it.
    """
    networks = [ip_network(one) for one in trusted]

    def listed(address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in networks)
        except ValueError:
            return False

    def client(request: web.Request) -> str:
        here = request.remote or ""
        hops = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
        while listed(here) and hops and (hop := hops.pop().strip()):
            here = hop
        return here

    return client
