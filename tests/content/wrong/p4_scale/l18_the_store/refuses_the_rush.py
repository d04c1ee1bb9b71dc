# task 6: failed
# says: Let some wait
"""A door for ten, and nobody may wait."""

from threading import BoundedSemaphore

from fastapi.concurrency import run_in_threadpool

# in create_app
door = BoundedSemaphore(10)


@app.get("/products", response_model=list[Product])
async def search(q: str) -> Any:
    def find() -> Any:
        with Session(engine) as session:
            return session.execute(SEARCH, {"start": f"{q}%"}).mappings().all()

    if not door.acquire(blocking=False):
        raise HTTPException(503, "Busy.", {"Retry-After": "2"})
    try:
        return await run_in_threadpool(find)
    finally:
        door.release()
