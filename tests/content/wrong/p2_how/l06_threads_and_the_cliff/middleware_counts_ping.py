# task 5: failed
# says: a limit of your own counts ping as well
"""Lets fifteen in, and lets ping wait with them."""

from anyio import Semaphore
from starlette.middleware import Middleware


class Admission:
    """Let fifteen requests in at once."""

    def __init__(self, app) -> None:
        self.app, self.limit = app, Semaphore(15)

    async def __call__(self, scope, receive, send) -> None:
        async with self.limit:
            await self.app(scope, receive, send)


# in create_app
app = FastAPI(middleware=[Middleware(Admission)])
