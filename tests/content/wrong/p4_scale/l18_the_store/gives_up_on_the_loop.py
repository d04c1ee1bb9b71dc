# task 5: failed
# says: GET /open, while a request waits
"""A time-out around a call that blocks: the loop that should count the time stands still."""

import asyncio

# in create_app


async def ask(name: str) -> list[str]:
    with Session(engine) as session:
        return list(session.scalars(REVIEWS, {"name": name}))


@app.get("/products/{name}/reviews")
async def reviews(name: str) -> list[str]:
    return await asyncio.wait_for(ask(name), 1)
