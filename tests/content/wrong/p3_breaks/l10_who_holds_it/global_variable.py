# task 3: failed
# says: A global variable is everybody's
"""Keeps the endpoint in a variable of the module."""


class Serving:
    endpoint = ""

    def get(self) -> str:
        return self.endpoint

    def set(self, endpoint: str) -> None:
        self.endpoint = endpoint


serving = Serving()
