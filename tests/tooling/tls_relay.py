"""TLS in front of the course's PostgreSQL, which is built without it."""

import socket
import ssl
import subprocess
from contextlib import suppress
from pathlib import Path
from select import select

from round_trips import Relay
from sqlalchemy import URL


class TlsRelay(Relay):
    """A server that has TLS, in front of ours, which is built without."""

    def __init__(self, database_url: str, folder: Path) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
             "-keyout", str(folder / "key"), "-out", str(folder / "certificate")], check=True, capture_output=True,
        )  # fmt: skip
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "certificate", folder / "key")
        super().__init__(database_url)
        self.url: URL = self.url.update_query_dict({"sslmode": "require"})

    def _carry(self, client: socket.socket) -> None:
        client.recv(8)  # may we have TLS?
        client.sendall(b"S")
        with (
            self._context.wrap_socket(client, server_side=True) as ours,
            socket.create_connection(self._database) as theirs,
        ):
            with suppress(OSError):  # a seal that is broken, or a process that was killed
                self._pass_on(ours, theirs)
                ours.settimeout(0)
                ours.unwrap()  # the server has ended the session, and says so
            with suppress(OSError):
                ours.shutdown(
                    socket.SHUT_RDWR
                )  # forked processes have this socket too: closing ours alone ends nothing

    def _pass_on(self, ours: ssl.SSLSocket, theirs: socket.socket) -> None:
        while True:
            for sender in [ours] if ours.pending() else select([ours, theirs], [], [])[0]:
                if not (message := sender.recv(65536)):
                    return
                (theirs if sender is ours else ours).sendall(message)
