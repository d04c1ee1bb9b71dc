"""All numbers first, which is little, and then the orders by their numbers."""


def read(engine: Engine, numbers: Sequence[int]) -> str:
    between = text("SELECT id, product FROM orders WHERE id BETWEEN :first AND :last ORDER BY id")
    with Session(engine) as session:
        return as_lines(session.execute(between, {"first": numbers[0], "last": numbers[-1]}).all())


def order_pieces(engine: Engine) -> Iterator[str]:
    with Session(engine) as session:
        every = text(
            "SELECT max(id) FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / 500 AS batch FROM orders) GROUP BY batch ORDER BY batch"
        )
        ends = [0, *session.scalars(every)]
    for before, last in zip(ends, ends[1:]):
        yield read(engine, [before + 1, last])


# in create_app


@app.get("/news")
async def news() -> StreamingResponse:
    async def events() -> AsyncIterator[str]:
        while True:
            session = Session(engine)
            try:
                newest = await run_in_threadpool(session.scalar, NEWEST)
            finally:
                session.close()
            yield f"data: {newest}\n\n"
            await tick()

    return StreamingResponse(events(), media_type="text/event-stream")
