"""A gateway between the store and PostgreSQL: it passes everything on, until it is told to forget or to cut.

    store ──> Gateway ──> server      a Relay (beside lesson 2) that loses connections in the ways of real ones

The lesson on stale connections and its proofs import it; it needs a PostgreSQL on a TCP port.
"""

import socket
from select import select
from threading import Event

from round_trips import Relay


class Gateway(Relay):
    """A place between client and server that can lose a connection; `dropped` lists the messages sent into the silence."""

    def __init__(self, database_url: str) -> None:
        self.dropped: list[bytes] = []
        self._forgot: set[socket.socket] = set()
        self._open: set[socket.socket] = set()
        self._cut_after: bytes | None = None
        self._closed = Event()
        super().__init__(database_url)

    def forget(self) -> None:
        """Forget every open connection: what is sent on it from now on is dropped, and nobody is told."""
        self._forgot |= self._open

    def cut_after(self, word: str) -> None:
        """Cut the connection on which `word` is sent next, after the server has done it and before its answer is passed on."""
        self._cut_after = word.encode()

    def close(self) -> None:
        """Stop listening, and let the server notice what was forgotten."""
        self._closed.set()
        super().close()

    def _carry(self, client: socket.socket) -> None:
        self._open.add(client)
        try:
            with client, socket.create_connection(self._database) as server:
                self._pass_on(client, server)
        finally:
            self._open.discard(client)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        withheld = False
        while True:
            for sender in select([client, server], [], [])[0]:
                if not (message := sender.recv(65536)):
                    if sender is client and client in self._forgot:
                        self._keep_silent(server)
                    return
                if client in self._forgot:
                    self.dropped.append(message)
                elif sender is client:
                    withheld = self._cut_after is not None and self._cut_after in message
                    server.sendall(message)
                elif withheld:
                    self._cut_after = None
                    return
                else:
                    client.sendall(message)

    def _keep_silent(self, server: socket.socket) -> None:
        """Leave the server's end open, until it closes that itself or the gateway is closed: nobody tells it that the client has gone."""
        while not self._closed.wait(0.02):
            if select([server], [], [], 0)[0] and not server.recv(65536):
                return
