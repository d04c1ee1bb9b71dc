"""The online store, put together: `uvicorn poolschool.store.app:make_app --factory`, with its settings in the environment."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from poolschool.store import async_routes, sync_routes
from poolschool.store.engines import make_async_engine, make_engine
from poolschool.store.metrics import PoolMetrics
from poolschool.store.settings import Settings
from poolschool.store.sown_faults.catalogue import sow

LAG_SECONDS = 0.1  # how often the event loop is asked whether it is late


def make_app(settings: Settings | None = None) -> FastAPI:
    """Make the store: one engine for the whole process, closed when the process ends."""
    settings = settings or Settings.from_environment()
    settings, faulty_routes = sow(settings)
    metrics = PoolMetrics("store")

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        watch = asyncio.create_task(_watch_loop(metrics))
        yield
        watch.cancel()
        await dispose()

    app = FastAPI(title="The store", lifespan=lifespan)
    app.state.metrics = metrics

    dispose: Callable[[], Awaitable[None]]
    if settings.flavour == "async":
        async_engine = make_async_engine(settings, metrics)
        dispose, routes = async_engine.dispose, async_routes.make_routes(async_engine, settings)
    else:
        engine = make_engine(settings, metrics)
        dispose, routes = partial(run_in_threadpool, engine.dispose), sync_routes.make_routes(engine, settings)
        for make_faulty in faulty_routes:
            app.include_router(make_faulty(engine, settings))  # in front of the right ones, and so in their place
    app.state.dispose = dispose
    app.include_router(routes)

    @app.get("/metrics", include_in_schema=False)
    async def show_metrics() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    @app.exception_handler(PoolTimeout)
    async def all_in_use(_request: Request, _error: Exception) -> JSONResponse:
        return JSONResponse({"detail": "All connections are in use."}, 503, headers={"Retry-After": "1"})

    @app.exception_handler(DBAPIError)
    async def database_failed(_request: Request, error: DBAPIError) -> JSONResponse:
        if error.statement is not None:
            raise error  # a fault of ours: it is logged, and answered with 500
        return JSONResponse({"detail": "The database gave no connection."}, 503, headers={"Retry-After": "1"})

    return app


async def _watch_loop(metrics: PoolMetrics) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LAG_SECONDS
        await asyncio.sleep(LAG_SECONDS)
        metrics.loop_lag.observe(max(0.0, loop.time() - due))
