"""The quiz in the terminal, with typed and with piped answers."""

import io
import re
from pathlib import Path

import pytest

from poolschool.course.faults import UserMistake
from poolschool.learner.quiz import run_quiz

SAMPLE = Path(__file__).parents[1] / "sample_course"
# The answers by seed 0: b = back to the shelf; b c = a sixth, one back; 20; the output; d b c a = the right order; 0.3
ALL_RIGHT = ["b", "c b", "20 lamps", "floor", "1 left", "", "d b c a", "0.3"]


@pytest.fixture(autouse=True)
def sample_course(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in the tiny course, in a terminal 100 columns wide."""
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(SAMPLE))
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Give a function that answers with lines and returns exit code and output."""

    def answer(*lines: str, seed: int | None = 0) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        code = run_quiz("lamps", seed)
        return code, capsys.readouterr().out

    return answer


def test_all_right_is_exit_code_0(play) -> None:
    """Six right answers, in letters, numbers and lines, end the quiz with 0 and without a question back."""
    code, said = play(*ALL_RIGHT)
    assert code == 0
    assert "6 of 6 right" in said
    assert "Retry" not in said


def test_a_miss_says_why_and_solves(play) -> None:
    """A wrong option tells its reason, the truth behind the belief, and the worked solution."""
    code, said = play("c", "q")
    assert code == 1
    assert said.index("Not right.") < said.index("That would be a sale.") < said.index("A lamp that is lent comes back")
    assert said.index("Worked solution") < said.index("Final answer: It comes back.") < said.index("Taking a loan")


def test_only_the_missed_are_asked_again(play) -> None:
    """After a round with one miss, `y` asks that one alone; right then, the exit code is 0."""
    code, said = play("a", *ALL_RIGHT[1:], "y", "?", "q")
    assert code == 1
    assert said.count("A shopper borrows a lamp.") == 2
    assert said.count("Put a loan in order.") == 1
    assert "You left with 5 of 6 right." in said


def test_what_cannot_be_read_is_asked_again(play) -> None:
    """Nonsense is answered kindly and does not count."""
    code, said = play("z", "a b", "", "b", *ALL_RIGHT[1:2], "twenty", *ALL_RIGHT[2:6], "a a b c", *ALL_RIGHT[6:])
    assert code == 0
    assert said.count("Choose one of the options first.") == 3
    assert "This is not a number that can be read." in said
    assert "Give every step exactly once." in said


def test_help_skip_and_leave(play) -> None:
    """`?` explains, `s` goes on, `q` leaves with the score so far."""
    code, said = play("?", "s", "c, b", "q")
    assert code == 1
    assert said.count("s skips the question") == 2
    assert "Skipped." in said
    assert "You left with 1 of 6 right." in said


def test_the_end_of_the_input_leaves(play) -> None:
    """Answers that run out (Ctrl-D, a pipe that ends) leave cleanly, with what was right so far."""
    code, said = play("b", "b c")
    assert code == 1
    assert "You left with 2 of 6 right." in said


def test_ctrl_c_leaves(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An interrupt while a question waits leaves as `q` does."""

    class Interrupted(io.StringIO):
        def readline(self, *_: int) -> str:
            raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", Interrupted())
    assert run_quiz("lamps", 0) == 1
    assert "You left with 0 of 6 right." in capsys.readouterr().out


def test_a_seed_shuffles(play) -> None:
    """A seed gives one order; without one the quiz names the seed that it drew."""

    def options(said: str) -> list[str]:
        return re.findall(r"^  [abc]\) (.*?) *$", said, re.MULTILINE)

    assert options(play("q", seed=3)[1]) == options(play("q", seed=3)[1])
    assert len({tuple(options(play("q", seed=seed)[1])) for seed in range(20)}) > 3
    assert re.search(r"shuffled by --seed \d+\.", play("q", seed=None)[1])


def test_raw_html_is_text(play) -> None:
    """The terminal shows tags as they are written."""
    assert "Raw HTML like <b>this</b> is text." in play("q")[1]


def test_an_unknown_topic_names_its_neighbours() -> None:
    """Asking for `lamp` suggests `lamps`."""
    with pytest.raises(UserMistake, match="Did you mean: lamps"):
        run_quiz("lamp", 0)
