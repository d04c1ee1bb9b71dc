"""The process that owns the embedded PostgreSQL: starts it, watches who uses it, stops it when nobody is left.

Run as `python -m poolschool.database.keeper HOME` by `poolschool.database.running`; `database_home` tells the files in HOME.
"""

import os
import signal
import sys
import time
from pathlib import Path

import fasteners

from poolschool.database.home import Home, State, forget_vanished_courses
from poolschool.database.server import Server

# How long the server stays after its last user: two commands in a row should not pay for two starts.
GRACE_SECONDS = float(os.environ.get("POOLSCHOOL_DATABASE_GRACE", "5"))
LOOK_EVERY = 0.2  # seconds


def keep(place: Home, server: Server) -> None:
    """Return, with the server stopped, when it has had no user for the grace period or somebody asked to stop it."""
    last_used = time.monotonic()
    while True:
        # Deciding and stopping under one lock: nobody is given an address that is about to vanish.
        with place.lock:
            asked = (place.folder / "stop").exists()
            if place.in_use():
                last_used = time.monotonic()
            if asked or time.monotonic() - last_used > GRACE_SECONDS:
                (place.folder / "server.json").unlink(missing_ok=True)
                server.stop()
                place.clear()
                return
        time.sleep(LOOK_EVERY)


def main() -> None:
    """Keep one server until nobody needs it; if it cannot start, leave a file `failed` that says why."""
    place = Home(Path(sys.argv[1]))
    alive = fasteners.InterProcessLock(place.folder / "keeper")
    if not alive.acquire(timeout=10):
        sys.exit("Another keeper looks after this folder.")
    signal.signal(signal.SIGTERM, lambda *_: (place.folder / "stop").touch())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program in the foreground
    server = Server(place)
    try:
        url = server.start()
    except Exception as problem:
        (place.folder / "failed").write_text(f"{server.last_words() or problem}", encoding="utf-8")
        server.stop()
        raise
    place.tell(State(url, server.programs))
    forget_vanished_courses(place)
    keep(place, server)


if __name__ == "__main__":
    main()
