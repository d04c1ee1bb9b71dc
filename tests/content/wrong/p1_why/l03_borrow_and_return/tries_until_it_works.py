# task 5: failed
# says: opening failed, and A's checkout() ends with connection
"""Opens again and again until it works."""

# in Pool

def checkout(self) -> C:
    with self._changed:
        if not self._changed.wait_for(self._can_serve, self._timeout):
            raise TimeoutError("all in use")
        if self._idle:
            connection = self._idle.pop()
            self._in_use.append(connection)
            return connection
        self._opening += 1
    while True:
        try:
            connection = self._open_connection()
            break
        except Exception:
            continue
    with self._changed:
        self._opening -= 1
        self._in_use.append(connection)
    return connection
