"""Two borrowers in a pool that is a list: who runs the next line, and who gets which connection."""

from html import escape

from poolschool.site.figures.parts import button, check, counts, figure, room, row, scene
from poolschool.site.figures.stills import still

# What the two run, line by line; the names are those of docs/assets/pool/threads.js.
LISTING = {
    "": "def checkout():",
    "lock": "    with lock:",
    "look": "        connection = idle[-1]",
    "take": "        idle[:] = idle[:-1]",
    "give": "    return connection",
}


def borrowers_html() -> str:
    """Draw the figure: both have connection 2, and connection 1 is in no list."""
    both = still("two_borrowers")
    return figure(
        "two_borrowers",
        title="Two borrowers in a pool that is a list",
        task="Try to make A and B get the same connection: press to choose who runs next.",
        stage=_listing(both)
        + scene("scene", both["words"], both["scene"], 480, 172, top=24)
        + counts("pool")[: -len("</dl>")]
        + f'<div><dt>idle</dt><dd{room("[1, 2]")}><span data-part="idle">{both["idle"]}</span></dd></div>'
        f'<div><dt>lock</dt><dd{room("no lock")}><span data-part="owner">{both["owner"]}</span></dd></div></dl>',
        controls=row(
            button("a", "A runs one line", main=True),
            button("b", "B runs one line"),
            check("locked", "with a lock"),
        ),
        longest="A ran to its end, then B: each has its own. Your turn: choose an order in which both get the same connection.",
        caption="The tests run the same lines in Python’s threads, in every order of the two. "
        "After both have left, the next press begins again.",
        story="<p>The picture: A ran line 3 and saw connection 2; then B ran line 3 and saw connection 2 as well; "
        "then each shortened the list. Both have connection 2, and connection 1 is in no list any more. "
        "With a lock around lines 3 and 4, the second one waits at line 2 until the first has shortened the list: "
        "no order gives one connection to both.</p>",
    )


def _listing(both: dict[str, str]) -> str:
    """Draw the lines, each with the names of the threads that run it next."""
    rows = []
    for number, (name, text) in enumerate(LISTING.items(), 1):
        code = f'<span data-part="lock">{both["lock"]}</span>' if name == "lock" else escape(text)
        who = f'<b data-part="at-{name}">{both[f"at-{name}"]}</b>' if name else "<b></b>"
        rows.append(f"{who}{number}  {code}")
    lines = "\n".join(rows)
    return f'<pre class="ps-source ps-turns" tabindex="0"><code>{lines}</code></pre>'
