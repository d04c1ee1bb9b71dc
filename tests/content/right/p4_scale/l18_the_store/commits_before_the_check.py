"""Keeps the dependency, and ends its transaction before the answer is checked; pings by hand at the checkout."""

from typing import Annotated

from fastapi import Depends
from sqlalchemy import event


def make_engine(database_url: str, **more: Any) -> Engine:
    engine = create_engine(database_url, pool_size=15, max_overflow=0, pool_timeout=1, **more)

    @event.listens_for(engine, "checkout")
    def ping(connection: Any, _: Any, __: Any) -> None:
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except Exception as problem:
            raise exc.DisconnectionError from problem

    return engine


# in create_app


def get_session() -> Any:
    session = Session(engine)
    try:
        yield session
    finally:
        session.close()


Ours = Annotated[Session, Depends(get_session)]


@app.get("/products", response_model=list[Product])
def search(q: str, session: Ours) -> Any:
    found = list(session.execute(SEARCH, {"start": f"{q}%"}).mappings())
    session.commit()
    return found


@app.get("/products/{name}", response_model=Product)
def product_page(name: str, session: Ours) -> Any:
    found = session.execute(FIND, {"name": name}).mappings().one_or_none()
    session.commit()
    if found is None:
        raise HTTPException(404, f"We do not have {name}.")
    return dict(found)
