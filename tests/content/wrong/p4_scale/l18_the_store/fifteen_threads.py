# task 2: failed
# says: It is not the pool
"""As many threads as connections: whoever pays holds no connection, and a thread that the others need."""

from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter

# in create_app


@asynccontextmanager
async def few_threads(_: Any) -> Any:
    current_default_thread_limiter().total_tokens = 15
    yield


app = FastAPI(lifespan=few_threads)
