"""Pool School: connection pooling in FastAPI with SQLAlchemy, taught by breaking a real pool."""

from pathlib import Path

FOLDER = Path(__file__).parent
