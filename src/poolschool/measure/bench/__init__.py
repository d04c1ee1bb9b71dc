"""The store under load, measured on the reader's machine: the headline, ten scenarios, the ceiling.

    command ─> headline     two stores, with and without a pool, in turns; and the ceiling beside them
            └> scenarios    ten stores, each against the pooled one of the same round
    both: database (one of its own) ─> stores (uvicorn, one process per worker) <─HTTP─ shoppers (Locust)
          parts: each process takes lines of JSON and ends with its input, so nothing is left running
          figures ─> table, JSON, chart
"""
