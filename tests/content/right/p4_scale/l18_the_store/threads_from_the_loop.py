"""`async def` endpoints that hand each question to a thread, and a stream of batches that does so too."""

from fastapi.concurrency import run_in_threadpool

# in create_app


def ask(query: Any, **values: Any) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(query, values).mappings())


@app.get("/products", response_model=list[Product])
async def search(q: str) -> Any:
    return await run_in_threadpool(ask, SEARCH, start=f"{q}%")


@app.get("/products/{name}/reviews")
async def reviews(name: str) -> list[str]:
    return [row["review"] for row in await run_in_threadpool(ask, REVIEWS, name=name)]


@app.get("/prices.csv")
async def price_list() -> StreamingResponse:
    async def lines() -> Any:
        last = ""
        while rows := await run_in_threadpool(ask, PRICES, last=last):
            yield "".join(f"{row['name']},{row['price']}\n" for row in rows)
            last = rows[-1]["name"]

    return StreamingResponse(lines(), media_type="text/csv")
