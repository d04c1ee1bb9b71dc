"""See a PostgreSQL connection from outside: the driver's statuses while it opens, and a relay that counts round trips.

    client ──> Relay ──> server      a question and its answer are one round trip

The lesson on the cost of connecting and its proofs import it; it needs psycopg, and PostgreSQL on a TCP port.
"""

import socket
import time
from collections.abc import Callable
from select import select
from socketserver import ThreadingTCPServer
from threading import Thread
from types import TracebackType
from typing import Self

from psycopg.pq import ConnStatus, PGconn, PollingStatus
from sqlalchemy import make_url

FAREWELL = b"X\0\0\0\4"  # a client that closes says it, and waits for no answer


def statuses(dsn: str) -> list[str]:
    """Open a connection step by step, close it, and return the driver's status after each step."""
    opening = PGconn.connect_start(dsn.encode())
    seen, wants = [opening.status], PollingStatus.WRITING
    while wants in (PollingStatus.READING, PollingStatus.WRITING):
        reading = wants == PollingStatus.READING
        select([opening.socket] if reading else [], [] if reading else [opening.socket], [])
        wants = opening.connect_poll()
        seen.append(opening.status)
    opening.finish()
    return [ConnStatus(status).name for status in seen]


class Relay:
    """A place between client and server that passes every message on, and counts.

    `url` (SQLAlchemy's) and `dsn` (the driver's) lead through it. `distance` is added to each round trip, in seconds.
    `heard` holds who spoke and what, one message of each answer; TCP's own handshake cannot be seen from here.
    """

    def __init__(self, database_url: str) -> None:
        address = make_url(database_url)
        self.distance = 0.0
        self.count = 0
        self.heard: list[tuple[str, bytes]] = []
        self._database = (address.host or "localhost", address.port or 5432)
        self._server = ThreadingTCPServer(("127.0.0.1", 0), lambda client, *_: self._carry(client))
        self._server.daemon_threads = True
        self.url = address.set(host="127.0.0.1", port=self._server.server_address[1])
        self.dsn = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def round_trips(self, action: Callable[[], object]) -> int:
        """Count the round trips that an action makes."""
        before = self.count
        action()
        return self.count - before

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _carry(self, client: socket.socket) -> None:
        asked = False
        with socket.create_connection(self._database) as server:
            while True:
                for sender in select([client, server], [], [])[0]:
                    if not (message := sender.recv(65536)):
                        return
                    if sender is client:
                        time.sleep(self.distance)
                    if asked or sender is client:
                        self.heard.append(("client" if sender is client else "server", message))
                    # Counted before the client has the answer: the count is never late.
                    self.count += asked and sender is server
                    asked = sender is client
                    (server if asked else client).sendall(message)
