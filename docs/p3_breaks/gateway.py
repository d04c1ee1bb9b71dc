"""A gateway between the store and PostgreSQL: it passes everything on, until it is told to forget or to cut.

    store ──> Gateway ──> server

The lesson on stale connections and its proofs import it; it needs a PostgreSQL on a TCP port.
"""

import socket
from select import select
from socketserver import ThreadingTCPServer
from threading import Thread
from types import TracebackType
from typing import Self

from sqlalchemy import make_url


class Gateway:
    """A place between client and server that loses connections in the ways of real ones.

    `url` (SQLAlchemy's) leads through it. `forgotten` counts the messages that were sent into the silence.
    """

    def __init__(self, database_url: str) -> None:
        address = make_url(database_url)
        self.forgotten = 0
        self._forgot: set[socket.socket] = set()
        self._open: set[socket.socket] = set()
        self._cut_after: bytes | None = None
        self._database = (address.host or "localhost", address.port or 5432)
        self._server = ThreadingTCPServer(("127.0.0.1", 0), lambda client, *_: self._carry(client))
        self._server.daemon_threads = True
        self.url = address.set(host="127.0.0.1", port=self._server.server_address[1])
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def forget(self) -> None:
        """Forget every open connection: what is sent on it from now on is dropped, and nobody is told."""
        self._forgot |= self._open

    def cut_after(self, word: str) -> None:
        """Cut the connection on which `word` is sent next, after the server has done it and before its answer is passed on."""
        self._cut_after = word.encode()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _carry(self, client: socket.socket) -> None:
        self._open.add(client)
        withheld = False
        with client, socket.create_connection(self._database) as server:
            while True:
                for sender in select([client, server], [], [])[0]:
                    if not (message := sender.recv(65536)):
                        self._open.discard(client)
                        return
                    if client in self._forgot:
                        self.forgotten += 1
                        continue
                    if sender is client:
                        withheld = self._cut_after is not None and self._cut_after in message
                        server.sendall(message)
                    elif withheld:
                        self._cut_after = None
                        self._open.discard(client)
                        return
                    else:
                        client.sendall(message)
