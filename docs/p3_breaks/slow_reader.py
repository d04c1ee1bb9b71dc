"""A store on a real port, and a client that reads its answer only as far as it is told to.

    SlowReader ──> uvicorn ──> the store      the buffers between them are small, as on a long way, so that a reader is felt

The lesson on streaming and its proofs import it.
"""

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, Literal

import uvicorn

BUFFER = 32768  # bytes that the kernel is asked to keep on each side; it rounds up
LONGEST = 30  # seconds that a client waits for a server that says nothing


@contextmanager
def serve(app: Any, *, websockets: bool = False, http: Literal["auto", "h11"] = "auto") -> Iterator[int]:
    """Serve an application on a free port of this machine, and give the port; errors are printed nowhere."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="critical", lifespan="off", http=http, ws="auto" if websockets else "none")
        )
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


class SlowReader(http.client.HTTPConnection):
    """A client of one request: `answer` has begun, and no more of it is fetched than is read from it."""

    def __init__(self, port: int, path: str) -> None:
        super().__init__("127.0.0.1", port)
        self.request("GET", path)
        self.answer = self.getresponse()

    def connect(self) -> None:
        """Connect with a small buffer."""
        self.sock = socket.socket()
        self.sock.settimeout(LONGEST)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.sock.connect((self.host, self.port))

    def __exit__(self, *_: object) -> None:
        self.answer.close()
        self.close()

    def __enter__(self) -> "SlowReader":
        return self
