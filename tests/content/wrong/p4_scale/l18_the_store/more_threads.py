# task 6: failed
# says: of 200 threads are taken
"""More threads: the circle closes a little later."""

from typing import Annotated

from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends

# in create_app


def get_session() -> Any:
    with Session(engine) as session:
        yield session


@app.get("/open")
async def tell_that_we_are_open() -> dict[str, str]:
    current_default_thread_limiter().total_tokens = 200
    return {"store": "open"}


@app.get("/products", response_model=list[Product])
def search(q: str, session: Annotated[Session, Depends(get_session)]) -> Any:
    return session.execute(SEARCH, {"start": f"{q}%"}).mappings().all()
