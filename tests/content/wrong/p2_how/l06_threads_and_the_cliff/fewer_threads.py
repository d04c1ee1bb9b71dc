# task 1: failed
# says: Fewer threads move the cliff down, to 30 requests
"""Takes as many threads as there are connections, so that nobody waits."""

from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter


# in create_app
@asynccontextmanager
async def lifespan(_: FastAPI):
    current_default_thread_limiter().total_tokens = 15
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()
