"""One request on a line of time: its dependency, endpoint, answer and task, and until when it holds its connection."""

from html import escape

from poolschool.site.figures.parts import button, choice, counts, figure, more, row, steps, track
from poolschool.site.figures.stills import still

NEWLINE = "\n"  # of the program; figure() leaves blank lines and indents of its HTML out
ROWS = {
    "dependency": ("get_session()", "up to its yield", "work"),
    "query": ("show()", "runs a query", "work"),
    "end": ("get_session()", "after its yield", "work"),
    "answer": ("The answer", "is sent", "work"),
    "task": ("Background task", "if there is one", "work"),
    "hold": ("The connection", "in use", "query"),
}


def request_html() -> str:
    """Draw the figure: a `with` block around the `yield`, an answer and a background task, all done."""
    request = still("request_life")
    rows = "".join(
        f'<li class="ps-step" data-part="{key}" data-kind="{kind}"><span class="ps-step-name">{name} <small>{note}</small></span>'
        f"{track(*request['rows'][key])}<output>{'returned' if key == 'hold' else ''}</output></li>"
        for key, (name, note, kind) in ROWS.items()
    )
    return figure(
        "request_life",
        title="One request on a line of time, and until when it holds its connection",
        task="Two choices never return the connection. Send requests until you have found both.",
        stage=f'<pre class="ps-source"><code data-part="code">{escape(request["code"]).replace(NEWLINE, "&#10;")}</code></pre>'
        f'<ol class="ps-steps" data-part="steps" aria-label="Steps of the request, and the connection">{rows}</ol>'
        + counts("never", found=("found", "0 of 2"), lost=("connections not returned", "0 of 5")),
        controls=row(
            button("send", "Send a request", main=True),
            choice(
                "dependency",
                "The session is closed",
                {
                    "line": "in a line after yield",
                    "block": "by a with block",
                    "commit": "by a with block; commit() before return",
                    "function": 'by a with block, scope="function"',
                },
                "block",
            ),
            choice(
                "ending",
                "The endpoint",
                {
                    "answer": "answers",
                    "task": "answers, adds a background task",
                    "HTTPException": "raises HTTPException(404)",
                    "500": "fails: a 500",
                    "gone": "answers; the client has gone",
                },
                "task",
            ),
            more(row(button("reset", "Restart"), steps())),
        ),
        longest="Never returned, unless some day by the garbage collector: the exception was thrown in at the yield, "
        "and session.close() was skipped. One of the two: find the other.",
        caption="What happens is what FastAPI 0.165 did, served by uvicorn; a test asks it again. How long each step takes is drawn, not measured.",
        story="<p>The picture: a dependency makes a session, the endpoint’s query takes a connection. "
        "With a <code>with</code> block around the <code>yield</code> it is in use while the answer is sent and while the background task runs, "
        "and is returned when the dependency ends. "
        '<code>commit()</code> before the return, or <code>scope="function"</code> (FastAPI 0.121), returns it before the answer starts. '
        "A plain <code>session.close()</code> in the line after the <code>yield</code> is skipped when the endpoint raises, "
        "be it an <code>HTTPException</code> or a 500: then nothing returns the connection but, some day, the garbage collector.</p>",
    )
