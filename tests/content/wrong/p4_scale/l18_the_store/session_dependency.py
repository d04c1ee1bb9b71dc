# task 6: failed
# says: all threads wait for a connection
"""Fault 6 is left: the request keeps its connection while it waits for a thread."""

from typing import Annotated

from fastapi import Depends

# in create_app


def get_session() -> Any:
    with Session(engine) as session:
        yield session


@app.get("/products", response_model=list[Product])
def search(q: str, session: Annotated[Session, Depends(get_session)]) -> Any:
    return session.execute(SEARCH, {"start": f"{q}%"}).mappings().all()
