"""Keeps the dependency, and closes its session by hand as soon as the rows are read; the price list goes out row by row."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends

# in create_app


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


Ours = Annotated[Session, Depends(get_session)]


@app.get("/products", response_model=list[Product])
def search(q: str, session: Ours) -> Any:
    try:
        return session.execute(SEARCH, {"start": f"{q}%"}).mappings().all()
    finally:
        session.close()


@app.get("/prices.csv")
def price_list(session: Ours) -> StreamingResponse:
    rows = session.execute(text("SELECT name, price FROM products ORDER BY name")).all()
    session.close()
    return StreamingResponse((f"{name},{price}\n" for name, price in rows), media_type="text/csv")
