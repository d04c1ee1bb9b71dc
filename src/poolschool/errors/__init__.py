"""An error text → cause, proof, cure. One page per text; one reproduction that runs.

docs/reference/errors/ID.md ── read_entries ──> Entry ─┬─ patterns ─> find(log) ─> terminal, page
    front matter: group, lessons, leads_to             └─ the page itself: texts, causes in order of likelihood
"""
