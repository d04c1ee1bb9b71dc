"""Which errors a pasted text or a piece of a log speaks of: the first cause above what only follows from it."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from poolschool.errors.entry import Entry

# docs/assets/errors/finder.js has the same; tests/content/errors compares the two.
NOISE = (
    (r"\x1b\[[0-9;?]*[A-Za-z]", ""),  # colours
    (r"&(?:#0*39|#[xX]27|apos);|[\u2018\u2019]", "'"),  # a page, a word processor
    (r"&(?:#0*34|#[xX]22|quot);|[\u201c-\u201e]", '"'),
    (r"&gt;", ">"),
    (r"&(?:nbsp|#160);", " "),
    (r"[\u2502\u2503]", " "),  # Rich's frames
    (r"^(?:> ?)+", ""),  # a mail, an issue
    (r"^[\w.-]+ +\| ?", ""),  # docker compose
    (r"^[A-Z][a-z]{2} +\d+ [\d:]{8} \S+ [^\s:]+: ", ""),  # journald, syslog
    (r"^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) (?:std(?:out|err) [FP] )?", ""),  # docker, Kubernetes
    (r"^E {3,}", ""),  # pytest
    (r"\\+[nrt]", " "),  # line ends inside of JSON
    (r"\\+u001b\[[0-9;?]*[A-Za-z]", ""),
)
NEAR = 1500  # characters around a text in which is told who says it
# A text that other programs have too counts where one of ours is named near it, or nobody is.
OURS = ("sqlalche", "asyncpg", "psycopg", "postgres", "pgbouncer", "sqlite", "sqlmodel", "django.db", "peewee")
OTHERS = (
    "amqp", "redis", "mysql", "mariadb", "mongo", "kafka", "oracle", "websocket", "aiohttp", "httpx", "httpcore", "telegram", "discord", "pacman", "dpkg", "npm",
    "-packages/", "-packages\\", "exception ignored in", "node_modules",
)  # fmt: skip
CLASS = r"\.[A-Z]\w*?(?:Error|Exception|Closed)|\bat [\w.$]+\("  # of a library; a frame of the JVM, of .NET, of Node.js
# What stands before a text in its line, if it only is a value in a statement.
QUOTED = (
    r"(?:\b(?:insert into|update \S+ set|delete from|select\b[^'\"\n]*\bfrom)\b|\bselect (?=')|\bvalues ?\(|\bparameters: (?=[\[({$])|"
    r"\[(?:generated|cached)[^\]\n]*\])[^'\"\n\]]*(?:['\"][^'\"\n]*['\"][^'\"\n\]]*)*['\"][^'\"\n]*$"
)
LIKE = 0.85  # share of a title's or a text's words that a paste must have to be said to be near it,
FEWEST = 4  # and how many these are: half the errors of the world speak of a connection that is closed


@dataclass(frozen=True)
class Found:
    """An error in a text, and which of the others found may be its cause."""

    entry: Entry
    follows: tuple[Entry, ...] = ()


def clean(text: str) -> str:
    """Take out what a terminal, a container or a log format has put in."""
    for noise, instead in NOISE:
        text = re.sub(noise, instead, text, flags=re.MULTILINE)
    return text


def find(text: str, entries: Sequence[Entry]) -> list[Found]:
    """Find all errors in a text of moderate length, first causes first; none if it is about something else.

    Where no text is found, a class or a code may say what happened.
    """
    cleaned = clean(text)
    places = {entry: place for entry in entries if (place := _place(entry, cleaned)) is not None}
    if not places:
        names = {entry: [re.search(one, cleaned) for one in entry.name_patterns] for entry in entries}
        places = {entry: min(one.start() for one in found if one) for entry, found in names.items() if any(found)}
    return first_causes_first(sorted(places, key=lambda entry: places[entry]))


def _place(entry: Entry, cleaned: str) -> int | None:
    """Give where the first text of an error stands that is really said."""
    return min(
        (
            match.start()
            for text, pattern in zip(entry.texts, entry.patterns, strict=True)
            for match in re.finditer(pattern, cleaned)
            if is_said(cleaned, match.start(), text in entry.shared)
        ),
        default=None,
    )


def is_said(text: str, start: int, shared: bool) -> bool:
    """Say whether an error's text that begins here is said by one of ours, and is no value in a statement."""
    line = text[max(text.rfind("\n", 0, start) + 1, start - NEAR) : start]
    if ("'" in line or '"' in line) and re.search(QUOTED, line, re.IGNORECASE):
        return False
    if not shared:
        return True
    around = text[max(0, start - NEAR) : start + NEAR]
    words = around.lower()
    is_others = any(one in words for one in OTHERS) or re.search(CLASS, around)
    return not is_others or any(one in words for one in OURS)


def first_causes_first(
    entries: Sequence[Entry], may_cause: Callable[[Entry, Entry], bool] = lambda _cause, _effect: True
) -> list[Found]:
    """Keep the order, but let nobody stand before its cause; tell the causes of each among the others."""
    causes = {
        entry: tuple(other for other in entries if entry.id in other.leads_to and may_cause(other, entry))
        for entry in entries
    }
    done: dict[Entry, Found] = {}

    def put(entry: Entry, above: tuple[Entry, ...]) -> None:
        for cause in causes[entry]:
            if cause not in above:
                put(cause, (*above, entry))
        done.setdefault(entry, Found(entry, causes[entry]))

    for entry in entries:
        put(entry, ())
    return list(done.values())


def nearest(text: str, entries: Sequence[Entry]) -> Entry | None:
    """Give the error of whose title, or one text, this one has most words, if it has enough of them."""
    words = _words(clean(text))
    last = re.findall("[a-z]*$", text.rstrip().lower())[0]

    def share(entry: Entry) -> float:
        own = [text for text in entry.texts if text not in entry.shared]
        return max(_share(_words(text), words, last) for text in (entry.title, *own))

    best = max(entries, key=share, default=None)
    return best if best is not None and share(best) >= LIKE else None


def _share(own: Iterable[str], words: Collection[str], last: str) -> float:
    """Give which part of its words a text has, the last one perhaps cut."""
    common = [word in words or (last != "" and word.startswith(last)) for word in own]
    return sum(common) / len(common) if sum(common) >= FEWEST else 0


def _words(text: str) -> dict[str, None]:
    return dict.fromkeys(re.findall(r"[a-z]{4,}", re.sub(r"\{\w+\}", "", text.lower())))
