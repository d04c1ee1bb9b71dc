"""A quiz file is read whole, or all of its faults are: path, line, what is wrong, what to do."""

from pathlib import Path

import pytest

from poolschool.course.faults import CourseFault
from poolschool.quiz.reader import load_quiz

SAMPLE = Path(__file__).parents[1] / "sample_course/quizzes/p1_why/l01_lamps.toml"
TEXT = SAMPLE.read_text(encoding="utf-8")


def write(folder: Path, text: str) -> Path:
    """Put a quiz file where a course has it."""
    path = folder / "quizzes/p1_why/l01_lamps.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str, **known: set[str]) -> list[str]:
    """Read a text as a quiz; give the faults without the path."""
    with pytest.raises(CourseFault) as caught:
        load_quiz(write(folder, text), "lamps", **known)
    return [line.removeprefix("quizzes/p1_why/l01_lamps.toml") for line in str(caught.value).splitlines()]


def changed(old: str, new: str) -> str:
    """Change the sample in one place."""
    assert TEXT.count(old) == 1, f"{TEXT.count(old)} × {old!r}"
    return TEXT.replace(old, new)


def line_of(text: str, part: str) -> int:
    """Give the line on which a part of a text begins."""
    return text[: text.index(part)].count("\n") + 1


def test_a_sound_file_is_a_quiz() -> None:
    """The sample has all five types; questions keep the order of the file and carry the topic in their uids."""
    quiz = load_quiz(SAMPLE, "lamps", beliefs={"shop_sells", "shelf_is_endless"})
    assert [question.type for question in quiz.questions[:5]] == ["choice", "choose_all", "number", "output", "order"]
    assert quiz.questions[0].uid == "lamps.lent"
    assert quiz.questions[2].value == 20.0
    assert quiz.questions[3].prints == "floor\n1 left"


MANY_FAULTS = """\
title = ""
extra = 1
topic = "chairs"

[[question]]
id = "A b"
type = "choice"
prompt = "x [a](javascript:alert(1))"
solution = ["one"]
anser = "a"
check = "c"
mistakes = []
[[question.option]]
text = "a"
right = true
why = "w"
belief = "nope"
[[question.option]]
text = "a"
right = "yes"
[[question.option]]
text = "b"
wyh = "typo"
right = true
why = 3

[[question]]
id = "two"
type = "numbr"

[[question]]
id = "two"
type = "number"
value = "5"
tolerance = -1
prompt = "p"
solution = ["a", ""]
answer = "a"
check = "a"
mistakes = "a"
[[question.wrong]]
value = 5
why = "x"
belief = "shop"

[[question]]
id = "four"
prompt = "p"
"""


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    """Everything that is wrong in a file is told in one reading, in the order of its lines, each with a way out."""
    assert faults(tmp_path, MANY_FAULTS, beliefs={"nopes"}) == [
        ":1: `title` is empty. Write something, or remove the key if it may be left out.",
        ":2: The key `extra` is unknown. Known here: title, question.",
        ":3: The key `topic` is unknown. Remove it: the file's name gives it.",
        ":5: `answer` is missing. Add it.",
        ":6: `id` is not a name. Use small letters, digits and _ only.",
        ":7: 2 options are right where one must be. Mark one with `right = true`.",
        ":8: The link to 'javascript:alert(1)' is refused. Use https:, mailto: or an address within the site.",
        ":9: `solution` has 1 of at least 2 entries. Add what is lacking.",
        ":10: The key `anser` is unknown. Did you mean `answer`?",
        ":12: `mistakes` has 0 of at least 1 entries. Add what is lacking.",
        ":17: A right option has a `belief`. Remove it, or the `right = true`.",
        ":17: There is no belief `nope`. Did you mean `nopes`?",
        ":18: `why` is missing. Add it.",
        ":19: Two of the options have the same text: 'a'. Change or remove one of the two.",
        ":20: `right` is neither true nor false. Write `true` or `false`, without quotation marks.",
        ":23: The key `wyh` is unknown. Did you mean `why`?",
        ":25: `why` is not a text. Put it in quotation marks.",
        ":29: There is no question of type 'numbr'. Use one of 'choice', 'choose_all', 'number', 'output', 'order'.",
        ":32: The id 'two' is taken by an earlier question. Change or remove one of the two.",
        ":34: `value` is not a number. Write it without quotation marks: 20 or 0.5.",
        ":35: `tolerance` is less than 0. Give 0 or more.",
        ":37: `solution` is empty. Write something, or remove the key if it may be left out.",
        ':40: `mistakes` is not a list. Write `[[question.mistakes]]` for tables, `mistakes = ["…"]` for texts.',
        ":44: There is no belief `shop`. Add it to quizzes/beliefs.toml.",
        ":46: The question has no `type`. Add one of choice, choose_all, number, output, order.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "at", "what"),
    [
        ('right = true\nwhy = "Yes.', 'belief = "x"\nwhy = "Yes.', 'type = "choice"', "0 options are right where one"),
        ('why = "That would be a sale."\nbelief = "shop_sells"', 'why = "x"', None, "A wrong option has no `belief`."),
        ("value = 5\n", "value = 20\n", "value = 20\nwhy", "20 counts as right: it is within the tolerance."),
        ("value = 20\n", "value = inf\n", "value = inf", "`value` is not a finite number."),
        ("value = 20\n", "value = true\n", "value = true", "`value` is not a number."),
        ('prints = """\ndesk', 'prints = """\nfloor', 'prints = """\nfloor\n1 left\n"""\nwhy', "This wrong output is right."),
        ('text = "Read."', 'text = "Carry it home."', None, "Two of the steps have the same text: 'Carry it home.'."),
        ('id = "waits"', 'id = "lent"', None, "The id 'lent' is taken by an earlier question."),
        ('answer = "It comes back."', 'answer = " "', 'answer = " "', "`answer` is empty."),
        ('"""\nlamp = shelf.borrow()\nshelf.give_back(lamp)\n"""', '"  "', 'code = "  "', "`code` is empty."),
    ],
    ids=["none right", "no belief", "known is right", "infinite", "boolean", "wrong is right", "twin", "id", "blank", "code"],
)  # fmt: skip
def test_a_broken_rule_has_its_line(tmp_path: Path, old: str, new: str, at: str | None, what: str) -> None:
    """A rule of the model that is broken in a sound file is the only fault, and its line is the right one."""
    text = changed(old, new)
    (fault,) = faults(tmp_path, text)
    assert what in fault
    if at is not None:
        assert fault.startswith(f":{line_of(text, at)}: ")


@pytest.mark.parametrize("picture", ["![a lamp](lamp.png)", "<IMG src=lamp.png>"])
def test_a_picture_is_refused(tmp_path: Path, picture: str) -> None:
    """A picture would be lost in the terminal and in exports; where it stands and what to do instead is said."""
    found = [fault for fault in faults(tmp_path, changed("It comes back.", picture)) if "picture" in fault]
    assert found
    assert "A picture stands in a text. Say it in words or code" in found[0]


def test_choose_all_needs_both(tmp_path: Path) -> None:
    """A choose_all question without a right option, or without a wrong one, is refused."""
    without_right = TEXT.replace('right = true\nwhy = "Then', 'belief = "x"\nwhy = "Then')
    assert "No option is right." in faults(tmp_path, without_right)[0]
    all_right = TEXT.replace("Asking does not make lamps.", "").replace(
        'why = ""\nbelief = "shelf_is_endless"', 'right = true\nwhy = "x"'
    )
    all_right = all_right.replace(
        'why = "Neither does asking louder."\nbelief = "shelf_is_endless"', 'right = true\nwhy = "x"'
    )
    assert "No option is wrong." in faults(tmp_path, all_right)[0]


def test_too_few_steps_and_options(tmp_path: Path) -> None:
    """A choice has at least three options and an order at least three steps."""
    two_options = changed(
        '[[question.option]]\ntext = "A copy of it is made."\nwhy = "A lamp cannot be copied, and neither can a '
        'connection."\nbelief = "shelf_is_endless"\n',
        "",
    )
    assert "`option` has 2 of at least 3 entries." in faults(tmp_path, two_options)[0]
    two_steps = TEXT.replace('[[question.step]]\ntext = "Read."\nwhy = "That is what it was borrowed for."\n', "")
    two_steps = two_steps.replace('[[question.step]]\ntext = "Carry it home."\nwhy = "It is needed there."\n', "")
    assert "`step` has 2 of at least 3 entries." in faults(tmp_path, two_steps)[0]


def test_a_proof_or_a_reason(tmp_path: Path) -> None:
    """With the proofs known, a question without one must say why, and one with one must not."""
    both, neither = faults(tmp_path, TEXT, proofs={"lent", "waits", "prints", "how_many"})[:2]
    line = line_of(TEXT, "no_proof")
    assert both == f":{line}: `how_many` has a proof and says why it has none. Remove `no_proof`."
    line, way_out = line_of(TEXT, 'id = "one_loan"'), "Write test_one_loan in the file of proofs, or say in `no_proof`"
    assert neither == f":{line}: The question `one_loan` has no proof. {way_out} why there is none."


def test_what_is_not_toml_has_its_line(tmp_path: Path) -> None:
    """A mistake of syntax is told with its line, and so is the end of an unfinished file."""
    for text, line in (
        ('title = "x"\nanswer = a\n', 2),
        ('title = "x"\nprompt = """\nno end\n', 3),
    ):
        (fault,) = faults(tmp_path, text)
        assert fault.startswith(f":{line}: This is not TOML: ")
        assert fault.endswith(". Look at this line and the one before it.")


def test_what_is_not_utf8_has_its_line(tmp_path: Path) -> None:
    """A file in another encoding is told with the line of the first odd byte."""
    path = write(tmp_path, "")
    path.write_bytes('title = "x"\n# ü\n'.encode("latin-1"))
    with pytest.raises(CourseFault, match=r"l01_lamps\.toml:2: The file is not UTF-8 here\. Save it as UTF-8\."):
        load_quiz(path, "lamps")


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    """There is a sentence and no line."""
    with pytest.raises(CourseFault, match=r"lost\.toml: The file does not exist\."):
        load_quiz(tmp_path / "lost.toml", "lamps")


def test_nothing_but_text_is_told_about_too(tmp_path: Path) -> None:
    """Values of the wrong kind at the places of tables are faults, not crashes."""
    assert faults(tmp_path, 'title = "x"\nquestion = "none"\n')[0].startswith(":2: `question` is not a list.")
    assert faults(tmp_path, 'title = "x"\nquestion = [1]\n')[0].startswith(":2: ")
    assert faults(tmp_path, "") == [
        ":1: `question` is missing. Add it.",
        ":1: `title` is missing. Add it.",
    ]
