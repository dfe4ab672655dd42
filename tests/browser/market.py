"""A marketplace of another site, in one page: it frames a task and takes its form."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

# as Mechanical Turk frames an ExternalQuestion: sandboxed, autoplay not delegated
_OUTER = """<!doctype html><html lang="en"><title>Market</title><h1>Market</h1>
<iframe src="{task}" width="1000" height="640" title="The task"
 sandbox="allow-scripts allow-same-origin allow-forms allow-popups"></iframe>"""


class Market:
    """Frames `task`; `taken` holds the fields of every form that came in."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.task = ""
        self.taken: list[dict[str, str]] = []


@contextmanager
def open_market() -> Iterator[Market]:
    """Serve at 127.0.0.1, which is another site than localhost to a browser."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(_OUTER.format(task=escape(market.task)))

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            fields = parse_qsl(self.rfile.read(length).decode())
            market.taken.append({"path": self.path, **dict(fields)})
            self._say("<h1>Thank you</h1>")

        def _say(self, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    market = Market(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield market
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
