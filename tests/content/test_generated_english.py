"""The English of generated questions agrees in number in every version: rules that find `1 of them are` and its kind."""

import re
from pathlib import Path

import pytest

from poolschool.course.lessons import load_course
from poolschool.quiz.generated import VERSIONS, Generated, all_generated
from poolschool.quiz.parts import reasons
from poolschool.quiz.questions import Question

GENERATED = list(all_generated(load_course(Path(__file__).parents[2])))

_ONE = r"(?<![\w.,])1"
_MANY = r"(?<![\w.,])(?:0|[2-9]|[1-9]\d+)"
_NOUNS = "call|connection|loan|minute|query|request|return|round|search|second|shopper|time|version|worker|engine|process|place"
_PLURAL_VERBS = "are|were|have|come|stay|get|find|wait|give|go|leak|return|use|do|keep|remain|fail|run|take"
_SINGULAR_VERBS = (
    "is|was|has|comes|stays|gets|finds|waits|gives|goes|leaks|returns|uses|does|keeps|remains|fails|runs|takes"
)
_NAMES = "Ada|Grace|Edsger|Barbara|Alan|Radia|Tony|Frances"

RULES = {
    "one of something, and a verb for many": rf"{_ONE}(?: of (?:them|the \d+|those))?(?: more| others?)? (?:{_PLURAL_VERBS})\b",
    "one, and a noun for many": rf"{_ONE} (?:(?:more|idle|open|new|overflow|other|whole) )*(?:{_NOUNS})(?:s|es)\b|{_ONE} queries\b",
    "many, and a noun for one": rf"{_MANY} (?:(?:more|idle|open|new|overflow|other|whole) )*(?:{_NOUNS})\b(?!['’-])",
    "many, and a verb for one": rf"{_MANY}(?: of (?:them|the \d+|those))?(?: more| others?)? (?:{_SINGULAR_VERBS})\b(?! what)",
    "those, both, all or the others, and one": r"\b(?:[Tt]hose|[Tt]hese|[Bb]oth|[Aa]ll|[Oo]ther|[Tt]he first|[Tt]he last) 1\b(?! of)",
    "each of one": r"\b(?:1|one) (?:\w+ )?(?:of \d+ ms|of \w+) each\b",
    "one person, and a verb for many": rf"(?<!and )(?<!, )\b(?:{_NAMES}) (?:borrow|keep|wait|give|return|ask|get)\b",
    "how many percent": r"[Hh]ow many percent\b",
    "queries are not asked": r"\basks? (?:\d+|one|a) quer(?:y|ies)\b",
}

FAULTY = (
    "1 of them are kept, 5 closed.", "After 1 rounds 5 have their answer.", "Each time 4 are kept; 1 are closed.",
    "9 loans opened 9 connections: 1 are lent.", "The other 1 find them full.", "Those 1 are the ones.",
    "Only 1 are kept: 5 more are opened.", "The 1 come on top of 2.", "Then 1 overflow connections are left to lose.",
    "It has 1 connections.", "After 3 round all are open.", "There is room for 10 connection.", "2 of them is kept.",
    "and then asks 4 queries of 1 ms each.", "How many percent of the time", "runs one query of 2 ms each",
    "Grace borrow in this order", "In all 1 calls", "12 is closed.", "1 more get a connection.", "with 1 queries",
)  # fmt: skip
SOUND = (
    "1 of them is kept, and 5 are closed.", "After 1 round 5 have their answer, 1 has not.", "10 − 6 is the overflow.",
    "connection 1 is opened.", "4 + 1 = 5 connections", "3 × 1 ms = 3 ms", "a 5-minute wait", "Grace and Ada borrow",
    "12 of 16 ms is 75 percent.", "Call 21 is the first to fail.", "`pool_size=1` is kept", "0 are in use.",
    "2 rounds of 10 calls", "1 more gets a connection.", "5 others are idle", "at most 1 connection is open",
    "connection 2 is opened", "one query of 2 ms", "Question 2 has two parts", "That is how many were closed: 2. 3 stay.",
)  # fmt: skip


def faults(text: str) -> list[str]:
    """Name the rules that a text breaks; inline code, sums and numbers that are names (`call 21`) are not English."""
    bare = re.sub(r"`[^`]+`", "code", text)
    bare = re.sub(r"\d[\d.,]*(?:\s*[+×÷=*/−–]\s*\d[\d.,]*)+", "a sum", bare)
    bare = re.sub(rf"\b(?i:{_NOUNS}|question|step) \d+\b", "this one", bare)
    bare = re.sub(r"\b(\d+|[Oo]ne|[Nn]one) of (?:the )?\d+\b", r"\1", bare)
    bare = re.sub(r"\b([Oo]ne \w+) in \d+\b", r"\1", bare)
    return [name for name, rule in RULES.items() if re.search(rule, bare)]


def texts(question: Question) -> list[str]:
    """List every text of a question that is read, whole programs left out."""
    about = [reason.about for reason in reasons(question) if question.type in ("choice", "choose_all", "order")]
    why = [reason.why for reason in reasons(question)]
    return [question.prompt, question.answer, question.check, *question.solution, *question.mistakes, *about, *why]


@pytest.mark.parametrize("generated", GENERATED, ids=[one.name for one in GENERATED])
def test_number_and_noun_agree_in_every_version(generated: Generated) -> None:
    """No text of any of the 200 versions breaks a rule of number."""
    read = {text for number in range(VERSIONS) for text in texts(generated.version(number))}
    broken = [(name, text) for text in sorted(read) for name in faults(text)]
    assert not broken


@pytest.mark.parametrize("text", FAULTY)
def test_the_rules_find_a_fault(text: str) -> None:
    """Each sentence with a fault breaks a rule."""
    assert faults(text)


@pytest.mark.parametrize("text", SOUND)
def test_the_rules_let_a_sound_sentence_through(text: str) -> None:
    """Sums, names with numbers and sound sentences break none."""
    assert not faults(text)
