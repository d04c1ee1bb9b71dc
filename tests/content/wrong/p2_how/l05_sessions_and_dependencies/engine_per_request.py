# task 1: failed
# says: 1 at the start, 3 after two requests
"""Makes an engine for each request and disposes of it properly."""

# in create_app


def get_session(request: Request) -> Iterator[Session]:
    engine = make_engine(database_url)
    with Session(engine) as session:
        yield session
    engine.dispose()
