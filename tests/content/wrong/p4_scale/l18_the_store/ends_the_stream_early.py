# task 4: failed
# says: begins anew with its next query
"""Ends the dependency before the answer is sent: the stream re-opens the session, and nobody closes it."""

from typing import Annotated

from fastapi import Depends

# in create_app


def get_session() -> Any:
    with Session(engine) as session:
        yield session


@app.get("/prices.csv")
def price_list(session: Annotated[Session, Depends(get_session, scope="function")]) -> StreamingResponse:
    def lines() -> Any:
        last = ""
        while rows := session.execute(PRICES, {"last": last}).all():
            session.close()
            yield "".join(f"{name},{price}\n" for name, price in rows)
            last = rows[-1].name

    return StreamingResponse(lines(), media_type="text/csv")
