"""The store under load, measured on the reader's machine: the headline, the scenarios, the ceiling.

    command ─> headline     two stores, with and without a pool, in turns; and the ceiling beside them
            └> scenarios    each store against the pooled one of the same round
    both: database (one of its own) ─> stores (uvicorn, one process per worker) <─HTTP─ shoppers (Locust)
          figures ─> tables, JSON, chart

Each process takes lines of JSON and ends with its input (parts), so whatever ends a bench, nothing is left running.
"""
