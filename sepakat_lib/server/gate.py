"""Who may come to the officials' door, how many at a time, and how slowly."""

import time
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.ioloop import PeriodicCallback
from tornado.routing import Matcher

OWN_SITES = {"same-origin", "none"}  # none: an address typed, or a bookmark
SMALL = 64 * 1024  # bytes of a header, and of a body; nothing here asks for more
ROUND = 2  # seconds between two looks at who reads


class Foreign(Matcher):
    """Matches what a page of another site sent, of whatever kind.

    What a browser does not say (`Sec-Fetch-Site` in an old one, `Referer` of an address
    that was typed) speaks against nobody.
    """

    def match(self, request: HTTPServerRequest) -> dict | None:
        """Arguments of the route that refuses, or None where the request is no foreign one."""
        return {} if _is_foreign(request) else None


def _is_foreign(request: HTTPServerRequest) -> bool:
    headers = request.headers
    if headers.get("Sec-Fetch-Site", "none").lower() not in OWN_SITES:
        return True
    here = request.host.lower()  # with the port: another one is another site
    said = (
        *headers.get_list("Origin"),
        *headers.get_list("Sec-Websocket-Origin"),
        *headers.get_list("Referer"),
    )
    return any(_host(address) != here for address in said)


def _host(address: str) -> str:
    """Host and port of an address; empty of "null", which a file or a sandbox sends."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


class Gate(HTTPServer):
    """An HTTP server with a bound on connections, and on how slow they may be.

    Parameters
    ----------
    connections : int
        Open ones; more are closed at once.
    asking : float
        Seconds that a connection may take until its request is there, idle time included.
    reading : float
        Seconds that a part of an answer may lie unread before the connection is closed.
    """

    def initialize(self, app, *, connections: int, asking: float, reading: float):
        """Take the bounds."""
        super().initialize(
            app,
            max_header_size=SMALL,
            max_body_size=SMALL,
            idle_connection_timeout=asking,
            body_timeout=asking,
        )
        self._most, self._reading = connections, reading
        self._unread_since: dict = {}  # by stream; None where all was taken
        self._watch = PeriodicCallback(self._close_the_slow, ROUND * 1000)

    def listen(self, *args, **kwargs):
        """Listen, and look now and then who does not read."""
        super().listen(*args, **kwargs)
        self._watch.start()

    def handle_stream(self, stream, address):
        """Take a connection, or close it where there are too many."""
        self._forget_the_closed()
        if len(self._unread_since) >= self._most:
            stream.close()
            return
        self._unread_since[stream] = None
        super().handle_stream(stream, address)

    def _forget_the_closed(self):
        for stream in [each for each in self._unread_since if each.closed()]:
            del self._unread_since[stream]

    def _close_the_slow(self):
        self._forget_the_closed()
        now = time.monotonic()
        for stream, since in list(self._unread_since.items()):
            if not stream.writing():
                self._unread_since[stream] = None
            elif since is None:
                self._unread_since[stream] = now
            elif now - since > self._reading:
                stream.close()
