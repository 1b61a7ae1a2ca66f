"""A text that others fetch by HTTP on loopback: metrics for Prometheus."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOOPBACK = "127.0.0.1"
PATH = "/metrics"


@contextlib.contextmanager
def exposed(port: int, content_type: str, text: Callable[[], str]) -> Iterator[int]:
    """Answer GET /metrics on loopback with a text; gives the port, a free one for 0. Raises OSError."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10.0
        """Seconds: whoever connects and says nothing does not stay."""

        def do_GET(self) -> None:
            if self.path.partition("?")[0] != PATH:
                self.send_error(404)
                return
            body = text().encode("utf-8")
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
            """Requests are not told."""

    with ThreadingHTTPServer((LOOPBACK, port), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
