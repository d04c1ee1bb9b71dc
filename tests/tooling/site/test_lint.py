"""`lint` reports every mistake of every file at once: dead links, needs, repeated keys, files that are no text."""

import shutil
from pathlib import Path

import pytest
from page_course import PAGE as LESSON
from page_course import STEM, change, make_page_course

from poolschool.cli.app import app
from poolschool.site.check import check_pages
from poolschool.site.course_html import CourseHtml, course_html

PAGE = f"docs/{STEM}.md"
QUIZ = f"quizzes/{STEM}.toml"
BELIEFS = "quizzes/beliefs.toml"
FIX_YAML = "Write plain YAML: `key: value`, and lists."
QUOTE = "Correct it, or put it in quotation marks."


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Make a course without a fault."""
    return make_page_course(tmp_path)


def lint(course: Path) -> list[str]:
    """Give every fault as it is printed."""
    return [str(fault) for fault in check_pages(course)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[a](nowhere.md)", "The link nowhere.md leads to no file of docs. Correct or remove the link."),
        ("[a](../p1_why/l01_lamp.md)", "The link ../p1_why/l01_lamp.md leads to no file of docs. Did you mean l01_lamps.md?"),
        ("[a](#minos)", f"The link #minos leads to no anchor of {PAGE}. Did you mean #minus?"),
        ("[a](../index.md#nowhere)", "The link ../index.md#nowhere leads to no anchor of docs/index.md. Write { #nowhere } where it shall lead."),
        ("![a](picture.png)", "The link picture.png leads to no file of docs. Correct or remove the link."),
        ("[![a](picture.png)](../index.md)", "The link picture.png leads to no file of docs. Correct or remove the link."),
        ('<a href="../nowhere/">a</a>', "The link ../nowhere/ leads to no file of docs. Correct or remove the link."),
        ("<img alt='' src='picture.png'>", "The link picture.png leads to no file of docs. Correct or remove the link."),
        ("[a]()", "A link leads nowhere. Write its target between the brackets."),
        ("[a](/p1_why/l01_lamps/)", "The link /p1_why/l01_lamps/ begins at the server's root. Write it relative to this page."),
        ("[a](../../README.md)", "The link ../../README.md leads to no file of docs. Correct or remove the link."),
        ("[a](../p1_why/)", "The link ../p1_why/ leads to no file of docs. Correct or remove the link."),
        ("[a][b]", "The link [b] is defined nowhere on this page. Write `[b]: TARGET` in a line of its own."),
        ("[b]: nowhere.md", "The link nowhere.md leads to no file of docs. Correct or remove the link."),
        ('--8<-- "docs/nothing.md"', "The file docs/nothing.md that is included here does not exist. Write it, or correct the path."),
        ('```\n--8<-- "docs/nothing.md"\n```', "The file docs/nothing.md that is included here does not exist. Write it, or correct the path."),
        ("###", "The heading has no text. Write one, or remove the line."),
        ("## { #here }", "The heading has no text. Write one, or remove the line."),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_a_fault(course: Path, text: str, fault: str) -> None:
    """Links, anchors, pictures and files that a page takes in have to be there; each dead one has its line."""
    change(course, PAGE, "Nothing.", text)
    line = 22 if text.startswith("```") else 21
    assert f"{PAGE}:{line}: {fault}" in lint(course)


@pytest.mark.parametrize(
    "text",
    [
        "[a](l01_lamps.md)", "[a](#minus)", "[a](#the-story)", "[a](../index.md#fake)", "[a](<../index.md>)", "[a](../index.md 'Title')",
        "[a](https://example.org/x.md#y)", "[a](mailto:a@example.org)", "[a](#quiz-lamps-sum)", "`[a](nowhere.md)`", "`` `[a](x.md)` ``",
        '<a href="../../">a</a>', "[a][b]\n\n[b]: ../index.md", "[a][]\n\n[a]: ../index.md", "`x[1][2]`", "<!-- [a](nowhere.md) -->",
        '--8<-- "docs/index.md"', '--8<-- "docs/index.md:2:3"', '```\n[a](nowhere.md)\n```', "[a]\\(nowhere.md)", "[a](../pic%20ture.png)",
        "### Twice\n\nText.\n\n### Twice\n\n[a](#twice_1)", "### `code` and *more*\n\n[a](#code-and-more)", "### Own { #own }\n\n[a](#own)",
    ],
)  # fmt: skip
def test_what_leads_somewhere_is_none(course: Path, text: str) -> None:
    """A link to a page, a heading, a question or another site is right, and so is what is shown as code."""
    (course / "docs" / "pic ture.png").write_bytes(b"")
    change(course, PAGE, "Nothing.", text)
    assert lint(course) == []


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("[Learn.]", "[Learn.]\nneeds: [chairs]", [f"{PAGE}:6: There is no lesson 'chairs' to need. Name the topic of a lesson."]),
        ("[Learn.]", "[Learn.]\nneeds: [lamp]", [f"{PAGE}:6: There is no lesson 'lamp' to need. Did you mean 'lamps'?"]),
        ("[Learn.]", "[Learn.]\nneeds: [lamps]", [f"{PAGE}:6: The lesson needs itself: lamps needs lamps. Remove one of these needs."]),
        ("[Learn.]", "[Learn.]\nneeds: lamps", [f"{PAGE}:6: `needs` is not a list of texts. Write one per line, each after `- `."]),
        ("[Learn.]", "[Learn.]\nneed: []", [f"{PAGE}:6: The key `need` is unknown. Did you mean `needs`?"]),
        ("[Learn.]", "[1, '']", [f"{PAGE}:5: `objectives` is not a list of texts. Write one per line, each after `- `."]),
        ("[Learn.]", "[]", [f"{PAGE}:5: `objectives` is empty. Write what a reader can do afterwards."]),
        ("title: Lamps", "title: ''", [f"{PAGE}:2: `title` is not a text, or it is empty. Write a sentence."]),
        ("title: Lamps", "title: 2026-02-31", [f"{PAGE}:2: This looks like a number or a date, and is none that exists. {QUOTE}"]),
        ("title: Lamps", "title: Lamps\ntitle: Chairs", [f"{PAGE}:3: The key `title` is written twice. Remove one of the two."]),
        ("title: Lamps", "title: &a Lamps", [f"{PAGE}:2: Anchors and aliases (& and *) are not read here. Write the value out, or quote it."]),
        ("title: Lamps", "title: !!python/name:os.system x", [f"{PAGE}:2: The tag 'tag:yaml.org,2002:python/name:os.system' is not read here. Leave it out, or quote the text."]),
        ("title: Lamps", "title: [[[[[[[[[[[[1]]]]]]]]]]]]", [f"{PAGE}:2: The values are nested more than 10 deep. Make them flatter."]),
        ("title: Lamps", "title: a: b", [f"{PAGE}:2: The front matter is not YAML: mapping values are not allowed in this context. {FIX_YAML}"]),
        ("title: Lamps", 'title: "a\\e[31m"', [f"{PAGE}:2: A control character (U+001B) stands here. Remove it."]),
        ("minutes: {reading: 9, exercise: 6}", "minutes: {reading: -9, exercise: " + "9" * 99 + "}",
         [f"{PAGE}:4: `minutes` is not {{reading: 20, exercise: 15}}, in whole minutes from 1 to 600. Measure both, and write them so."]),
        ("title: Lamps\ndescription: A lesson for tests.", "title: ''\ndescription: 1",
         [f"{PAGE}:2: `title` is not a text, or it is empty. Write a sentence.", f"{PAGE}:3: `description` is not a text, or it is empty. Write a sentence."]),
    ],
)  # fmt: skip
def test_front_matter_is_plain_and_whole(course: Path, old: str, new: str, faults: list[str]) -> None:
    """Each mistake in a lesson's own words is one line with its place, and nothing else is said of the lesson."""
    old = next(line for line in LESSON.splitlines() if line.startswith("minutes")) if old.startswith("minutes") else old
    change(course, PAGE, old, new)
    assert lint(course) == faults


def test_lessons_that_need_each_other_are_named(course: Path) -> None:
    """A circle of needs is shown at each of its lessons, from there on."""
    for number, (topic, need) in enumerate((("lamps", "chairs"), ("chairs", "tables"), ("tables", "lamps")), start=1):
        text = LESSON.replace("[Learn.]", f"[Learn.]\nneeds: [{need}]").replace("| lamps", f"| {topic}")
        (course / f"docs/p1_why/l0{number}_{topic}.md").write_text(text, encoding="utf-8")
    circles = [line for line in lint(course) if "needs itself" in line]
    assert circles == [
        "docs/p1_why/l01_lamps.md:6: The lesson needs itself: lamps needs chairs needs tables needs lamps. Remove one of these needs.",
        "docs/p1_why/l02_chairs.md:6: The lesson needs itself: chairs needs tables needs lamps needs chairs. Remove one of these needs.",
        "docs/p1_why/l03_tables.md:6: The lesson needs itself: tables needs lamps needs chairs needs tables. Remove one of these needs.",
    ]


@pytest.mark.parametrize("name", [PAGE, "docs/index.md", QUIZ, BELIEFS, f"exercises/{STEM}_test.py", f"exercises/{STEM}.py",
                                  f"solutions/{STEM}.py", f"quizzes/{STEM}_proof.py"])  # fmt: skip
@pytest.mark.parametrize(
    ("encoding", "fault"),
    [
        ("utf-16", ": The file is saved as UTF-16. Save it as UTF-8."),
        ("utf-16-be", ": The file is saved as UTF-16. Save it as UTF-8."),
        ("latin-1", ":1: The file is not UTF-8 here. Save it as UTF-8."),
        ("folder", ": This is a folder where a file must be. Rename it, and write the file."),
        ("control", ":1: A control character (U+001B) stands here. Remove it."),
        ("utf-8-sig", ""),
    ],
)
def test_a_file_that_is_no_text_is_a_fault(course: Path, name: str, encoding: str, fault: str) -> None:
    """A page, a stub or a TOML file in another encoding, or a folder of its name, is one line; a byte order mark is none."""
    path = course / name
    text = path.read_text(encoding="utf-8")
    path.unlink()
    if encoding == "folder":
        path.mkdir()
    elif encoding == "control":
        path.write_text(f"\x1b[31m{text}", encoding="utf-8")
    else:
        path.write_bytes((f"\u00fc{text}" if encoding == "latin-1" else text).encode(encoding))
    lines = lint(course)
    assert lines == ([f"{name}{fault}"] if fault else [])


@pytest.mark.parametrize("name", [QUIZ, BELIEFS])
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("\n\na = " + "[" * 500 + "]" * 500, ":3: The values are nested more than 20 deep. Make them flatter."),
        ("\n[" + "a." * 500 + "a]\n", ":2: The values are nested more than 20 deep. Make them flatter."),
        ("\na = " + "9" * 5000, ":2: This number is too large. Write one of at most 18 digits."),
        ("\na = 0x" + "f" * 5000, ":2: This number is too large. Write one of at most 18 digits."),
        ('a = 1\n\n"a" = 2', ":3: This key or table is written twice. Remove or rename one of the two."),
        ("[b]\nx = 1\n[b]\nx = 1", ":3: This key or table is written twice. Remove or rename one of the two."),
        ('a = 1\nb = "\\u001b[31m"', ":2: A control character (U+001B) stands in this text. Remove it."),
        ("a = 1979-02-31", ":1: This is not TOML: Invalid date or datetime. Look at this line and the one before it."),
    ],
)  # fmt: skip
def test_toml_that_no_reader_takes_is_a_fault(course: Path, name: str, text: str, fault: str) -> None:
    """Depth, size, repeated keys and control characters are reported with their line before anything is made of them."""
    (course / name).write_text(text, encoding="utf-8")
    assert f"{name}{fault}" in lint(course)


def test_dotted_keys_have_their_line(course: Path) -> None:
    """What is wrong inside of `a.b.c = 1` is reported where it stands."""
    text = (course / BELIEFS).read_text(encoding="utf-8")
    (course / BELIEFS).write_text(f'{text}\nother.deep.er = 1\n"qu oted".x = 1\n', encoding="utf-8")
    lines = lint(course)
    assert any(line.startswith(f"{BELIEFS}:7: The key `other` is unknown.") for line in lines), lines
    assert any(line.startswith(f"{BELIEFS}:8: The key `qu oted` is unknown.") for line in lines), lines


def test_mistakes_of_all_files_come_at_once(course: Path) -> None:
    """A broken page, quiz, checker and registry make a line each; none hides another."""
    change(course, PAGE, "title: Lamps", "title: ''")
    change(course, "docs/index.md", "All of it.", "[a](nowhere.md)")
    (course / BELIEFS).write_text("a = \n", encoding="utf-8")
    assert [line.split(":")[0] for line in lint(course)] == ["docs/index.md", PAGE, BELIEFS]


def test_the_command_prints_faults_and_ends_with_1(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`poolschool lint` prints a line per fault, without a traceback, and is silent when there is none."""
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(course))
    codes = []
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            app(["lint"])
        codes.append(ended.value.code)
        change(course, "docs/index.md", "All of it.", "[a](nowhere.md)") if not codes[1:] else None
    assert codes == [0, 1]
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("def cap(draw):\n    return {}\n".encode("utf-16"), ": The file is saved as UTF-16. Save it as UTF-8."),
        (b"raise SystemExit(3)\n", ": The file cannot be imported: SystemExit: 3. "),
        (b"import nothing_here\n", ": The file cannot be imported: ModuleNotFoundError: No module named 'nothing_here'. "),
        (b"def cap(draw):\n    raise SystemExit\n", ":1: cap, version 0: SystemExit: . "),
    ],
)  # fmt: skip
def test_generated_questions_that_cannot_be_made_are_one_fault(course: Path, content: bytes, fault: str) -> None:
    """A file of generating functions is imported and tried; whatever it raises is one line."""
    name = f"quizzes/{STEM}_generated.py"
    (course / name).write_bytes(content)
    (line,) = lint(course)
    assert line.startswith(f"{name}{fault}")


def test_what_is_kept_follows_its_sources(course: Path) -> None:
    """A block is taken from the folder of kept HTML until a source of its lesson changes; the old one is removed."""
    first = course_html(course)
    html = first.block("quiz", "lamps")
    kept = {path.name.partition("-")[0]: path for path in (course / ".cache/poolschool").iterdir()}
    kept["quiz"].write_text("kept", encoding="utf-8")
    assert course_html(course).block("quiz", "lamps") == "kept"
    change(course, QUIZ, "Take two.", "Take 2.")
    second = course_html(course).block("quiz", "lamps")
    assert second == html.replace("Take two.", "Take 2.")
    assert [path.name.partition("-")[0] for path in (course / ".cache/poolschool").iterdir()].count("quiz") == 1


def test_what_cannot_be_kept_is_made_each_time(course: Path) -> None:
    """A course whose cache is a file, as in a read-only checkout, gives the same HTML."""
    html = course_html(course).block("exercise", "lamps")
    shutil.rmtree(course / ".cache")
    (course / ".cache").write_text("", encoding="utf-8")
    assert CourseHtml(course).block("exercise", "lamps") == html
