"""A session of its own in the endpoint; the refusal is caught where it is raised."""

# in create_app


async def admit() -> AsyncIterator[None]:
    try:
        async with admission.enter():
            yield
    except Full:
        raise HTTPException(503, "Busy.", {"Retry-After": "1"}) from None


@app.get("/products/{name}", response_model=Product, dependencies=[Depends(admit)])
def product(name: str) -> dict[str, object]:
    query = text("SELECT name, price FROM products WHERE name = :name")
    try:
        with Session(engine) as session:
            found = session.execute(query, {"name": name}).mappings().first()
    except exc.TimeoutError:
        raise HTTPException(503, "Busy.", {"Retry-After": "10"}) from None
    if found is None:
        raise HTTPException(404, "We do not have it.")
    return dict(found)
