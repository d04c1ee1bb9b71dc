"""Imported first by the process from which workers are forked: what it imports is needed to the end, so nobody looks for garbage.

Looking for it is a fifth of its start. Each worker looks for its own again.
"""

import gc

gc.disable()
