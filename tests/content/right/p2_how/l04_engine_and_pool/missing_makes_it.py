"""A dict subclass that makes what is missing; a lock for the first call."""

from threading import Lock


class Engines(dict):
    lock = Lock()

    def __missing__(self, key: tuple[str, str]) -> Engine:
        program, database_url = key
        with self.lock:
            if key not in self:
                self[key] = create_engine(database_url, **SETTINGS[program])
        return self[key]


ENGINES = Engines()


def engine_for(program: str, database_url: str) -> Engine:
    return ENGINES[program, database_url]
