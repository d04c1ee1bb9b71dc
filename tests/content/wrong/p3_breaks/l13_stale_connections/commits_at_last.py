# task 5: failed
# says: What the failed job did was saved with the next one
"""Keeps the half-done job for the next commit."""

# in Worker


def run(self, job: Callable[[Session], T]) -> T:
    try:
        result = job(self.session)
    except DBAPIError:
        self.session.rollback()
        raise
    except Exception:
        self.session.commit()
        raise
    self.session.commit()
    return result
