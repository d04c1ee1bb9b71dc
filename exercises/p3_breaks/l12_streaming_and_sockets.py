"""The store sends long answers and keeps sockets open, on a pool of two: it holds nothing while it waits for a client, nor after an error.

Grade yourself with `pytest exercises -k streaming_and_sockets`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Annotated

from fastapi import Depends, FastAPI, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine, Row, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

BATCH = 500  # orders that are read at once
NEWEST = text("SELECT max(id) FROM orders")
STOCK = text("SELECT pieces FROM stock WHERE product = :product")


def as_lines(orders: Sequence[Row[tuple[int, str]]]) -> str:
    """Write orders as the lines of one piece. Nothing is to be fixed here."""
    return "".join(f"{number} {product}\n" for number, product in orders)


def order_pieces(engine: Engine) -> Iterator[str]:
    """Give the orders piece by piece, sorted by number: those that were there when the first piece was asked for, and none with a higher number.

    An order that is deleted meanwhile may be in it or not; no other is left out or told twice.
    """
    # TODO 1: nothing is in use while a piece goes out, and at most two batches of rows are read ahead of the client.
    # TODO 2: OFFSET counts rows. What if one of them is deleted before the next batch? And if orders are placed faster than read?
    batch = text("SELECT id, product FROM orders ORDER BY id LIMIT :size OFFSET :start")
    start = 0
    with Session(engine) as session:
        while orders := session.execute(batch, {"size": BATCH, "start": start}).all():
            yield as_lines(orders)
            start += BATCH


def create_app(engine: Engine, tick: Callable[[], Awaitable[None]]) -> FastAPI:
    """Build the store's application on this engine, which is right; `await tick()` waits until it is time to look again."""
    app = FastAPI()

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    @app.get("/stock/{product}")
    def stock(product: str, session: Annotated[Session, Depends(get_session)]) -> int:
        """Answer how many are left. Nothing is to be fixed here."""
        pieces: int = session.execute(STOCK, {"product": product}).scalar_one()
        session.commit()  # the answer is checked in a thread: nothing is held while it waits for one
        return pieces

    @app.get("/orders")
    def orders() -> StreamingResponse:
        """Stream the orders, one a line and nothing else. An error before the first piece is a 500; one in mid-stream must not look like the end."""

        # TODO 3: the client takes half an answer for the whole; and with an empty answer it takes a broken store for a new one.
        def pieces() -> Iterator[str]:
            try:
                yield from order_pieces(engine)
            except SQLAlchemyError:
                return

        return StreamingResponse(pieces(), media_type="text/plain")

    @app.get("/news")
    async def news(session: Annotated[Session, Depends(get_session)]) -> StreamingResponse:
        """Send the newest order's number as an event, `data: 7` and an empty line, and again after each tick."""

        # TODO 4: nothing is in use while an event goes out, nor until the next tick. And a query here stops the event loop: ask on a thread.
        async def events() -> AsyncIterator[str]:
            while True:
                yield f"data: {session.scalar(NEWEST)}\n\n"
                await tick()

        return StreamingResponse(events(), media_type="text/event-stream")

    @app.websocket("/stock")
    async def ask(websocket: WebSocket, session: Annotated[Session, Depends(get_session)]) -> None:
        """Answer each product that is asked for with how many are left, or with `unknown`."""
        # TODO 5: nothing is in use while an answer goes out, nor until the next question; ask on a thread here too.
        await websocket.accept()
        try:
            while True:
                pieces = session.scalar(STOCK, {"product": await websocket.receive_text()})
                await websocket.send_text("unknown" if pieces is None else str(pieces))
        except WebSocketDisconnect:
            pass

    return app
