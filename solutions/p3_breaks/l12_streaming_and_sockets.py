"""The store sends long answers and keeps sockets open, on a pool of two: it holds nothing while it waits for a client, nor after an error."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from itertools import chain
from typing import Annotated, Any

from fastapi import Depends, FastAPI, WebSocket, WebSocketDisconnect
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine, Row, TextClause, text
from sqlalchemy.orm import Session

BATCH = 500  # orders that are read at once
NEWEST = text("SELECT max(id) FROM orders")
STOCK = text("SELECT pieces FROM stock WHERE product = :product")
ORDERS = text("SELECT id, product FROM orders WHERE id > :last AND id <= :newest ORDER BY id LIMIT :size")


def as_lines(orders: Sequence[Row[tuple[int, str]]]) -> str:
    """Write orders as the lines of one piece."""
    return "".join(f"{number} {product}\n" for number, product in orders)


def ask_once(engine: Engine, question: TextClause, **values: Any) -> Any:
    """Ask for one value, in a session that ends with the answer."""
    with Session(engine) as session:
        return session.scalar(question, values)


def order_pieces(engine: Engine) -> Iterator[str]:
    """Give the orders piece by piece, sorted by number: those that were there when the first piece was asked for, and none with a higher number.

    An order that is deleted meanwhile may be in it or not; no other is left out or told twice.
    """
    # The answer ends here, however busy the store is. What is placed from now on has a higher number, but for an order
    # whose transaction is open at this moment: it has its number already. So this is an end, and no picture of one moment.
    newest, last = ask_once(engine, NEWEST) or 0, 0
    while True:
        # The session ends before the yield. A block around the yield would be open until the client has read, and if the
        # client leaves, until somebody closes the generator: nobody promises to.
        with Session(engine) as session:
            orders = session.execute(ORDERS, {"last": last, "newest": newest, "size": BATCH}).all()
        if not orders:
            return
        yield as_lines(orders)
        # A key is a place that no deletion moves; and finding it in an index costs the same for every batch.
        last = orders[-1].id


def create_app(engine: Engine, tick: Callable[[], Awaitable[None]]) -> FastAPI:
    """Build the store's application on this engine; `await tick()` waits until it is time to look again."""
    app = FastAPI()

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    @app.get("/stock/{product}")
    def stock(product: str, session: Annotated[Session, Depends(get_session)]) -> int:
        """Answer how many are left."""
        pieces: int = session.execute(STOCK, {"product": product}).scalar_one()
        session.commit()  # the answer is checked in a thread: nothing is held while it waits for one
        return pieces

    @app.get("/orders")
    def orders() -> StreamingResponse:
        """Stream the orders, one a line and nothing else. An error before the first piece is a 500; one in mid-stream must not look like the end."""
        pieces = order_pieces(engine)
        # Before the return there is still a status to send: what fails in the first batch is a 500. What fails later is
        # raised: the server then closes the connection without the mark of the end, and the client sees that it is missing.
        # (Not behind @app.middleware("http"), nor over HTTP/1.0: there, agree on a last line that says how many there were.)
        first = next(pieces, "")
        return StreamingResponse(chain([first], pieces), media_type="text/plain")

    @app.get("/news")
    async def news() -> StreamingResponse:
        """Send the newest order's number as an event, `data: 7` and an empty line, and again after each tick."""

        async def events() -> AsyncIterator[str]:
            while True:
                # On a thread, since the query would stop the event loop, and with it every other websocket.
                newest = await run_in_threadpool(ask_once, engine, NEWEST)
                yield f"data: {newest}\n\n"
                await tick()

        return StreamingResponse(events(), media_type="text/event-stream")

    @app.websocket("/stock")
    async def ask(websocket: WebSocket) -> None:
        """Answer each product that is asked for with how many are left, or with `unknown`."""
        await websocket.accept()
        try:
            while True:
                # No session of the websocket: one for each question, which ends before the answer goes out.
                product = await websocket.receive_text()
                pieces = await run_in_threadpool(ask_once, engine, STOCK, product=product)
                await websocket.send_text("unknown" if pieces is None else str(pieces))
        except WebSocketDisconnect:
            pass

    return app
