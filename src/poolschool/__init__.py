"""Pool School: connection pooling in FastAPI with SQLAlchemy, taught by breaking a real pool."""
