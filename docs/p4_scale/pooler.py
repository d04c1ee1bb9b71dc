"""A pooler: any number of clients, few connections to the server, each assigned to a client for one transaction.

    clients ══> Pooler ──> PostgreSQL      what PgBouncer does with pool_mode = transaction, before its version 1.21

The lesson on poolers and its proofs import it; it needs psycopg, and PostgreSQL on a TCP port without TLS.
A test runs the same scripts through a real PgBouncer, and both must give the same answers.
"""

import socket
from contextlib import suppress
from os import dup
from queue import Empty, LifoQueue
from select import select
from socketserver import ThreadingTCPServer
from struct import pack, unpack
from threading import Thread
from types import TracebackType
from typing import Self

from psycopg import Connection, connect
from sqlalchemy import make_url

# The settings that are set again for each client, wherever it is assigned. All others stay where they were made.
FOLLOWED = ("application_name", "client_encoding", "DateStyle", "standard_conforming_strings", "TimeZone")
TOLD = (*FOLLOWED, "server_version", "integer_datetimes")  # what a client is told when it connects
CANCEL, ASKS_FOR_TLS = 80877102, (80877103, 80877104)  # in place of a version, in a client's first message
END_OF_TRANSACTION = b"Z\0\0\0\5I"  # the server is ready, and idle


class End:
    """One end of a connection, read message by message, with the followed settings as they are there."""

    def __init__(self, own: socket.socket) -> None:
        own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = own
        self.settings: dict[str, str] = {}

    def take(self) -> bytes:
        """Return the next message; nothing if the connection has ended."""
        with suppress(OSError):
            head = self.exactly(5)
            return head + self.exactly(unpack("!i", head[1:])[0] - 4) if head else b""
        return b""

    def exactly(self, count: int) -> bytes:
        """Return so many bytes, or what comes before the end."""
        return self.socket.recv(count, socket.MSG_WAITALL) if count else b""

    def send(self, *messages: bytes) -> None:
        """Send messages."""
        self.socket.sendall(b"".join(messages))

    def note(self, status: bytes) -> None:
        """Note what the server says of a setting."""
        name, value = status[5:-1].decode().split("\0")
        if name in FOLLOWED:
            self.settings[name] = value


class Pooler:
    """Listens until it is closed: `url` leads through it, and `size` connections lead on.

    A client waits at most `wait` seconds for one of them. `ignored` are startup parameters that are left out in silence.
    """

    def __init__(self, database_url: str, size: int = 1, wait: float = 120, ignored: tuple[str, ...] = ()) -> None:
        address = make_url(database_url)
        plain = address.set(drivername="postgresql", query={}).render_as_string(hide_password=False)
        self._dsn, self._wait = plain, wait
        self._accepted = {"user", "database", *ignored, *map(str.lower, FOLLOWED)}
        self._opened: list[tuple[Connection, End]] = []
        # None is a place whose connection is not open. What was returned last is assigned first.
        self._idle: LifoQueue[End | None] = LifoQueue()
        for _ in range(size - 1):
            self._idle.put(None)
        self._idle.put(self._open())
        self._listener = ThreadingTCPServer(("127.0.0.1", 0), lambda client, *_: self._receive(End(client)))
        self._listener.daemon_threads = True
        through = address.set(host="127.0.0.1", port=self._listener.server_address[1], query={})
        self.url = through.render_as_string(hide_password=False)
        Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Stop listening, and close what leads to the server."""
        self._listener.shutdown()
        self._listener.server_close()
        for connection, server in self._opened:
            connection.close()
            server.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _open(self) -> End:
        """Open a connection to the server; the driver signs in, and we go on by hand."""
        connection = connect(self._dsn)
        self._told = {name: connection.info.parameter_status(name) or "" for name in TOLD}
        server = End(socket.socket(fileno=dup(connection.fileno())))
        server.socket.setblocking(True)
        server.settings = {name: self._told[name] for name in FOLLOWED}
        self._opened.append((connection, server))
        return server

    def _receive(self, client: End) -> None:
        with suppress(OSError):
            given = _startup(client)
            if refused := [name for name in given if name.lower() not in self._accepted]:
                client.send(_error(f"unsupported startup parameter: {refused[0]}"))
            elif given:
                self._greet(client, given)
                self._serve(client)

    def _greet(self, client: End, given: dict[str, str]) -> None:
        """Tell a client about the server, as if it were connected to it. Nobody is asked for a password."""
        wanted = {name: given[name.lower()].strip("'") for name in FOLLOWED if name.lower() in given}
        told = self._told | wanted
        client.settings = {name: told[name] for name in FOLLOWED}
        statuses = [_message(b"S", f"{name}\0{value}\0".encode()) for name, value in told.items()]
        client.send(_message(b"R", bytes(4)), *statuses, _message(b"K", bytes(8)), END_OF_TRANSACTION)

    def _serve(self, client: End) -> None:
        """Pass everything on, both ways; a server connection is assigned with the first message of a transaction."""
        server, unanswered = None, 0
        try:
            while True:
                ends = [client, server] if server else [client]
                ready, _, _ = select([end.socket for end in ends], [], [])
                if client.socket in ready:
                    message = client.take()
                    if message[:1] in (b"", b"X"):
                        return None
                    server = server or self._assign(client)
                    if server is None:
                        return client.send(_error("query_wait_timeout"))
                    unanswered += message[:1] in (b"Q", b"S", b"F")  # each is answered by a Z
                    server.send(message)
                elif server:
                    message = server.take()
                    if not message:
                        return client.send(_error("server conn crashed?"))
                    if message[:1] == b"S":
                        server.note(message), client.note(message)
                    unanswered -= message[:1] == b"Z"
                    if message == END_OF_TRANSACTION and not unanswered:
                        # Before the client hears of it: what it does next must find the connection free.
                        self._idle.put(server)
                        server = None
                    client.send(message)
        finally:
            if server:  # its client has left in the middle: the server rolls back
                server.socket.shutdown(socket.SHUT_RDWR)
                self._idle.put(None)

    def _assign(self, client: End) -> End | None:
        """Give a client a connection to the server, with its own settings; None if it has waited too long."""
        try:
            server = self._idle.get(timeout=self._wait)
        except Empty:
            return None
        while server and select([server.socket], [], [], 0)[0]:  # notices for whoever had it before, or the end
            server = server if server.take() else None
        server = server or self._open()
        for name, value in client.settings.items():
            if server.settings[name] != value:
                quoted = value.replace("'", "''")
                server.send(_message(b"Q", f"SET {name} = '{quoted}'\0".encode()))
                while (answer := server.take())[:1] not in (b"Z", b""):
                    if answer[:1] == b"S":
                        server.note(answer)
        return server


def _startup(client: End) -> dict[str, str]:
    """Return the parameters with which a client connects; nothing if it only wants to cancel."""
    while True:
        length, code = unpack("!ii", client.exactly(8) or pack("!ii", 8, CANCEL))
        if code == CANCEL:
            return {}
        words = client.exactly(length - 8).decode().split("\0")
        if code not in ASKS_FOR_TLS:
            return dict(zip(words[:-2:2], words[1:-2:2], strict=True))
        client.send(b"N")


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + pack("!i", len(body) + 4) + body


def _error(words: str) -> bytes:
    return _message(b"E", f"SFATAL\0C08P01\0M{words}\0\0".encode())
