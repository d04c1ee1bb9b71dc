# task 4: failed
# says: while 15 partners read the price list slowly
"""Fault 4 is left: the stream reads with the request's session."""

from typing import Annotated

from fastapi import Depends

# in create_app


def get_session() -> Any:
    with Session(engine) as session:
        yield session


@app.get("/prices.csv")
def price_list(session: Annotated[Session, Depends(get_session)]) -> StreamingResponse:
    rows = session.execute(text("SELECT name, price FROM products ORDER BY name"), execution_options={"yield_per": 100})
    pieces = ("".join(f"{name},{price}\n" for name, price in some) for some in rows.partitions())
    return StreamingResponse(pieces, media_type="text/csv")
