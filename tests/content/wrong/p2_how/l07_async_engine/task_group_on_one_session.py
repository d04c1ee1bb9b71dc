# task 2: failed
# says: used one session
"""Takes a task group in place of gather()."""

# in create_app


@app.get("/overview")
async def overview() -> dict[str, int]:
    async with open_session() as session, asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(session.scalar(query))
            for query in (
                select(func.count()).select_from(Product),
                select(func.sum(Product.stock)),
                select(func.count()).select_from(Order),
            )
        ]
    products, pieces, orders = (task.result() for task in tasks)
    return {"products": products, "pieces": pieces, "orders": orders}
