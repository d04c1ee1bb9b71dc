# task 5: failed
# says: All threads belong to requests that wait
"""Sees to the one path that the description names."""

# in create_app


async def admit(request: Request) -> AsyncIterator[None]:
    if request.url.path != "/products/lamp":
        yield
        return
    async with admission.enter():
        yield
