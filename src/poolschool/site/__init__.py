"""A lesson page → HTML that needs no script: check, then blocks. figures/: one module per thing to touch."""
