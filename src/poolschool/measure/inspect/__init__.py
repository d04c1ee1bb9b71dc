"""What will go wrong in a service of your own, from its settings: read, joined, compared, told.

    TARGET ─target─> app, engines ─┬─ engines ──> EngineFacts     of SQLAlchemy's own objects
                                   ├─ routes ───> EndpointFacts   of FastAPI's routes, and of the source where nothing else tells:
                                   │                              names <─ openings, uses, waits <─ given, source_faults
    environment ───────────────────┼─ workers ──> ServerProcess   how many processes, and who starts them
    one connection ────────────────┴─ database ─> DatabaseFacts   what the server allows, who else is there, a pooler between
                                                      │
                                     Facts ─rules─> findings, the most harmful first ─words─> text or JSON

Nothing is changed: the target is imported as a server imports it, its lifespan is not run, one connection is opened and closed.
"""
