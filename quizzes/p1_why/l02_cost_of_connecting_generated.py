"""Questions about `cost_of_connecting` with many versions: each public function makes one from draws of its own."""


def share_of_connecting(draw):
    """Ask which share of a request goes into connecting, by the time of a query and how many there are."""
    query, queries, share = draw.one_of(
        [(query, queries, share) for query in (1, 2, 3, 4, 5) for queries in (1, 2, 3, 4, 5, 6) for share in (20, 25, 40, 60, 75, 80)
         if query * queries * share % (100 - share) == 0]
    )  # fmt: skip
    work = query * queries
    connecting = work * share // (100 - share)
    one = queries == 1
    the_queries, whose = ("The query takes", "query's") if one else ("The queries take", "queries'")
    asked = f"runs one query of {query} ms" if one else f"runs {queries} queries of {query} ms each"
    return {
        "type": "number",
        "prompt": f"A request opens a connection, which takes {connecting} ms, and then {asked}. "
        "What percentage of the request's time goes into connecting?",
        "value": share,
        "unit": "percent",
        "tolerance": 0.5,
        "solution": [
            f"{the_queries} {work} ms." if one else f"{the_queries} {queries} × {query} ms = {work} ms.",
            f"The whole request takes {connecting} + {work} = {connecting + work} ms.",
            f"{connecting} of {connecting + work} ms is {share} percent.",
        ],
        "answer": f"{share} percent",
        "check": f"The rest, {work} of {connecting + work} ms, is {100 - share} percent.",
        "mistakes": ["Dividing by the queries instead of by the whole.", "Giving the share of the queries."],
        "wrong": [
            {
                "value": round(100 * connecting / work, 1),
                "why": f"That compares {connecting} ms with the {whose} {work} ms. The whole is {connecting + work} ms.",
                "belief": "share_of_the_rest",
            },
            {
                "value": 100 - share,
                "why": f"{'That is what the query takes' if one else 'That is what the queries take'}: {work} of {connecting + work} ms.",
                "belief": "query_is_the_cost",
            },
        ]
        + (
            [
                {
                    "value": round(100 * connecting / (connecting + query)),
                    "why": f"That is right for one query. There are {queries}.",
                    "belief": "share_of_the_rest",
                }
            ]
            if queries > 1
            else []
        ),
        "given": {"connecting": connecting, "query": query, "queries": queries},
    }


def connecting_saved(draw):
    """Ask how much time goes less into connecting with a pool, by the requests and how many come at once."""
    crowd, rounds, connecting = draw.whole(2, 6), draw.whole(3, 12), draw.whole(3, 15)
    requests = crowd * rounds
    saved = (requests - crowd) * connecting
    return {
        "type": "number",
        "prompt": f"A store answers {requests} requests, always {crowd} at the same time, each with one connection. Opening one takes "
        f"{connecting} ms. So far each request opens its own; now a pool keeps {crowd}, and nothing is open at the start. "
        "How many milliseconds of connecting does the pool save, over all requests together?",
        "value": saved,
        "unit": "ms",
        "solution": [
            f"Without a pool {requests} connections are opened: {requests} × {connecting} = {requests * connecting} ms.",
            f"With the pool the first {crowd} requests open one each: {crowd} × {connecting} = {crowd * connecting} ms.",
            f"{requests * connecting} − {crowd * connecting} = {saved} ms.",
        ],
        "answer": f"{saved} ms",
        "check": f"{requests - crowd} of {requests} requests find an open connection.",
        "mistakes": ["Forgetting that the pool opens its connections too.", "Counting one connection for all."],
        "wrong": [
            {
                "value": requests * connecting,
                "why": f"The pool opens connections as well: {crowd}, at the first requests.",
                "belief": "connecting_is_free",
            },
            {
                "value": (requests - 1) * connecting,
                "why": f"One connection serves one request at a time: {crowd} at the same time need {crowd}.",
                "belief": "one_connection_for_all",
            },
        ],
        "given": {"crowd": crowd, "rounds": rounds, "connecting": connecting},
    }
