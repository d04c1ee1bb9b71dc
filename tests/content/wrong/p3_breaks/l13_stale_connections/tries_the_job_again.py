# task 5: failed
# says: Its error must reach the caller
"""Runs a lost job once more."""

# in Worker


def run(self, job: Callable[[Session], T]) -> T:
    def once() -> T:
        with self.session.begin():
            return job(self.session)

    return once_more(once)
