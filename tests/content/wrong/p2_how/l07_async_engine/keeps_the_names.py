# task 4: failed
# says: nobody asked it
"""Asks for the names once, and keeps them for ever."""

# in create_app
names: list[str] = []


@app.get("/search")
async def search(q: str) -> list[str]:
    if not names:
        names.extend(await names_with(""))
    return [name for name in names if q in name]
