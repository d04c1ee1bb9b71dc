"""A semaphore of five in front of the pool, a callback that stops waiting, an exit stack in the lifespan."""

from contextlib import AsyncExitStack

# in create_app
places = asyncio.Semaphore(5)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        yield
        if running:
            await asyncio.wait(running)


@app.get("/products/{name}")
async def product_page(name: str) -> dict[str, int]:
    async with places, open_session() as session:
        product = await session.get(Product, name)
        if product is None:
            raise HTTPException(404)
        return {"price": product.price, "reviews": await reviews(name)}


@app.get("/search")
async def search(q: str) -> list[str]:
    query = asyncio.create_task(names_with(q))
    running.add(query)
    query.add_done_callback(running.discard)
    finished, _ = await asyncio.wait(
        {query, asyncio.create_task(asyncio.sleep(PATIENCE))}, return_when="FIRST_COMPLETED"
    )
    if query not in finished:
        raise HTTPException(504)
    return await query


running: set[asyncio.Task] = set()
