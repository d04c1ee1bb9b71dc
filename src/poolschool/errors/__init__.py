"""An error text → cause, proof, cure. One page per text; one reproduction that runs.

docs/reference/errors/ID.md ── load_entries ──> Entry ─┬─ patterns ─> find(log) ─> terminal, page
    front matter: group, leads_to                      └─ the page itself: texts, causes in order of likelihood
"""
