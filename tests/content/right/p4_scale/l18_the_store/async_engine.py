"""Search and reviews on an async engine, whose share is taken from the sync one's: seven and eight connections."""

from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine


def make_engine(database_url: str, **more: Any) -> Engine:
    return create_engine(database_url, pool_size=5, max_overflow=2, pool_timeout=1, pool_pre_ping=True, **more)


# in create_app
beside = create_async_engine(engine.url, pool_size=5, max_overflow=3, pool_timeout=10, pool_pre_ping=True)


@app.get("/products", response_model=list[Product])
async def search(q: str) -> Any:
    async with AsyncSession(beside) as session:
        return (await session.execute(SEARCH, {"start": f"{q}%"})).mappings().all()


@app.get("/products/{name}/reviews")
async def reviews(name: str) -> list[str]:
    async with AsyncSession(beside) as session:
        return list(await session.scalars(REVIEWS, {"name": name}))
