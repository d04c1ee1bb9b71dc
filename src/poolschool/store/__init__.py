"""The online store under load: app, shoppers, sown faults.

    settings (environment) ─> engines ─┬─> sync_routes  ─┐
    tables, queries, answers ──────────┴─> async_routes ─┴─> app ─HTTP─> shoppers (Locust)
    metrics <─ every checkout of the engine's pool           ├─> /metrics
    sown_faults: one wrong version of a part each ───────────┘

It runs alone as well: `uvicorn poolschool.store.app:make_app --factory`, with `STORE_DATABASE_URL` set.
"""
