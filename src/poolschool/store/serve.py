"""The store as the bench runs it: `python -m poolschool.store.serve`.

It takes its settings as one line of JSON, says its port, and ends when that line is closed: a bench that dies takes its
stores along. Two things are added to the store that only a bench needs: `/cold` and the ceiling.
"""

import gc
import json
import socket
import sys
import threading

import uvicorn
from fastapi import FastAPI

from poolschool.store import ceiling
from poolschool.store.app import make_app
from poolschool.store.settings import Settings


def main() -> None:
    """Serve until the standard input is closed."""
    settings = Settings.model_validate_json(sys.stdin.readline())
    app = make_app(settings)
    add_for_the_bench(app, settings)
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1, backlog=2048)
    server = uvicorn.Server(config)

    def leave_at_end_of_input() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=leave_at_end_of_input, daemon=True).start()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(2048)
        print(json.dumps({"port": listener.getsockname()[1]}), flush=True)  # noqa: T201 - the bench reads it
        server.run(sockets=[listener])


def add_for_the_bench(app: FastAPI, settings: Settings) -> None:
    """Add the ceiling, and an address that closes all idle connections."""
    app.include_router(ceiling.make_routes(settings))

    @app.post("/cold")
    async def cold() -> None:
        await app.state.dispose()
        gc.collect()


if __name__ == "__main__":
    main()
