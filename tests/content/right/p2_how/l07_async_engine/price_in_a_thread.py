"""Two engines in use to the end: the price of a sync one in a thread, searches of the async one; both are disposed of."""

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

# in create_app
sync_engine = create_engine(database_url.replace("+aiosqlite", ""), **LIMITS)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    if searches:
        await asyncio.wait(searches)
    await engine.dispose()
    sync_engine.dispose()


@app.get("/products/{name}")
async def product_page(name: str) -> dict[str, int]:
    def find() -> int | None:
        with Session(sync_engine) as session:
            return session.scalar(select(Product.price).where(Product.name == name))

    price = await asyncio.to_thread(find)
    if price is None:
        raise HTTPException(404)
    return {"price": price, "reviews": await reviews(name)}
