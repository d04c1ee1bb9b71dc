"""The things to touch at the top of a page, as stills that need no script: one module per figure."""
