"""What an app can mount: who holds its connections, for people, for programs and for Prometheus.

    app.mount("/pool", pool_router(watched))             GET /pool/  /pool/holders.json  /pool/metrics

Endpoints are coroutines: they answer while every thread of the app waits for a connection. They take none themselves.
Without a token only this machine may ask; with one, whoever has it.
"""

import re
import secrets
from base64 import b64decode
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from poolschool.own.exposition import CONTENT_TYPE, names_differ, prometheus
from poolschool.own.page import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Router

    from poolschool.own.watcher import Watch

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Whoever comes through a proxy on this machine comes from this machine: these headers tell.
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
HERE = {"localhost", "127.0.0.1", "[::1]"}
REFUSED = "Only this machine may see this. From elsewhere: pool_router(watched, token=…), and the token as password.\n"


def pool_router(*watched: "Watch", token: str | None = None) -> "Router":
    """Return what to mount. It needs Starlette, which every FastAPI app has.

    `token` is asked for as `Authorization: Bearer …`, or as the password of a browser's log-in with any name.
    ValueError for an empty token, which would let everybody in, for two pools of the same name, and for none.
    TypeError for what is no watch.
    """
    from starlette.routing import Route, Router

    if token is not None and not token.strip():
        raise ValueError(
            "The token is empty: is its environment variable set? Leave it out to allow this machine only."
        )
    for one in watched:
        if not hasattr(one, "holders"):
            raise TypeError(
                f"pool_router() takes what watch() gives, not {type(one).__name__}: pool_router(watch(engine, app))."
            )
    if not watched:
        raise ValueError("There is no pool to tell of: pool_router(watch(engine, app)).")
    names_differ(watched)

    def answer(render: Callable[[], tuple[str, str]]) -> Callable[["Request"], Awaitable["Response"]]:
        async def endpoint(request: "Request") -> "Response":
            return _refusal(request, token) or _response(*render())

        return endpoint

    return Router(
        [
            Route("/", answer(lambda: (page(watched), "text/html"))),
            Route("/holders.json", answer(lambda: (_json(watched), "application/json"))),
            Route("/metrics", answer(lambda: (prometheus(*watched), CONTENT_TYPE))),
        ]
    )


def _response(content: str, media_type: str, status: int = 200, headers: dict[str, str] | None = None) -> "Response":
    from starlette.responses import Response

    return Response(content, status, HEADERS | (headers or {}), media_type)


def _json(watched: tuple["Watch", ...]) -> str:
    import json

    pools = [{"pool": one.name, "holders": [holder.as_json() for holder in one.holders()]} for one in watched]
    return json.dumps({"pools": pools}, indent=2)


def _refusal(request: "Request", token: str | None) -> "Response | None":
    """Refuse who may not see it; None for who may."""
    if token is None:
        return None if _is_this_machine(request) else _response(REFUSED, "text/plain", 403)
    if secrets.compare_digest(_given(request.headers.get("authorization", "")), token.encode()):
        return None
    return _response("The token is needed.\n", "text/plain", 401, {"WWW-Authenticate": 'Basic realm="pool"'})


def _is_this_machine(request: "Request") -> bool:
    """Say whether a request comes from this machine itself, and not through a proxy or a page of another site."""
    address: Any = request.client.host if request.client else ""
    try:
        loopback = ip_address(address).is_loopback
    except ValueError:
        return False  # a Unix socket: a proxy is behind it
    host = re.sub(r":\d+$", "", request.headers.get("host", ""))
    # A page elsewhere can have its own name point to this machine; the browser then tells that name.
    return loopback and host in HERE and not any(name in request.headers for name in FORWARDED)


def _given(authorization: str) -> bytes:
    """Read the token out of a header; empty if there is none."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip().encode("latin-1")  # as Starlette has decoded it
    if scheme.lower() == "basic":
        try:
            return b64decode(value, validate=True).partition(b":")[2]
        except ValueError:
            return b""
    return b""
