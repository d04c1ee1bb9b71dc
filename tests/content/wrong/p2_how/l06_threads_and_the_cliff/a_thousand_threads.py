# task 1: failed
# says: More of them only move the cliff
"""Gives FastAPI so many threads that the cliff is out of sight."""

from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter


# in create_app
@asynccontextmanager
async def lifespan(_: FastAPI):
    current_default_thread_limiter().total_tokens = 1000
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()
