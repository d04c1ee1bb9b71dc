# task 1: failed
# says: FastAPI makes the context manager
"""Makes a context manager of the dependency, which FastAPI hands out as it is."""

from contextlib import contextmanager

# in create_app


@contextmanager
def get_session(request: Request) -> Iterator[Session]:
    with Session(request.app.state.engine) as session:
        yield session
