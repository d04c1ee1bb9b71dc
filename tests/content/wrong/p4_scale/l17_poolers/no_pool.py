# task 1: failed
# says: NullPool
"""The pooler pools: a second pool is one too many."""


def make_engine(database_url: str, schema: str) -> Engine:
    engine = create_engine(database_url, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def choose_schema(connection: Connection) -> None:
        connection.execute(text("SELECT set_config('search_path', :schema, true)"), {"schema": schema})

    return engine


from sqlalchemy import NullPool
