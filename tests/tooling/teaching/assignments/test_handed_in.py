"""Result files: any bytes are read or refused with a sentence, and an edited one is known."""

import json

import pytest
from class_of_students import BANK, as_bytes, assignment, handed_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poolschool.teaching.assignments.handed_in import BadResult, canonical, read_result

ASKED = assignment(BANK)
SOUND = handed_in(ASKED, BANK, "ada")


def test_what_the_page_writes_is_read() -> None:
    """A sound file gives student, time and every answer."""
    found = read_result(as_bytes(SOUND))
    assert found.student == "ada"
    assert found.when is not None
    assert len(found.answers) == len(ASKED.questions)
    assert read_result(b"\xef\xbb\xbf" + as_bytes(SOUND)) == found


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "The file is empty."),
        (b"   \n", "The file is empty."),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"{", "not JSON. It seems to be cut off."),
        (b"[]", "not a result file of Pool School"),
        (b'{"schema": "poolschool/results/v1"}', "not a result file of Pool School"),
        (b'{"schema": "poolschool/handed_in/v9"}', "this version reads poolschool/handed_in/v1"),
        (b'{"schema": "poolschool/handed_in/v1", "paper": {}}', "`assignment` is not as the page writes it"),
        (b'{"schema": "poolschool/handed_in/v1", "paper": NaN}', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b" " * 1_000_001, "a result has a few thousand"),
    ],
)
def test_what_is_no_result_is_said(data: bytes, says: str) -> None:
    """Each kind of file that is no result has a sentence of its own."""
    with pytest.raises(BadResult) as caught:
        read_result(data)
    assert says in str(caught.value)


def test_an_edited_answer_is_known_and_still_readable() -> None:
    """Changing one answer breaks the check; what can be read is kept for the instructor."""
    edited = json.loads(as_bytes(SOUND))
    edited["paper"]["answers"][0]["answer"] = 3
    with pytest.raises(BadResult, match="edited, or damaged") as caught:
        read_result(as_bytes(edited))
    assert caught.value.paper is not None
    assert caught.value.paper.student == "ada"


def test_layout_is_no_edit() -> None:
    """A file that was only laid out anew, or whose schema line was moved, is sound."""
    assert read_result(json.dumps(SOUND).encode()) == read_result(as_bytes(SOUND))


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_it(data: bytes) -> None:
    """Any bytes give a sentence."""
    with pytest.raises(BadResult):
        read_result(data)


@given(st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_damage_passes(data: st.DataObject) -> None:
    """A file with one byte changed or cut off is refused, or says exactly the same as before."""
    sound = as_bytes(SOUND)
    place = data.draw(st.integers(0, len(sound) - 1))
    broken = data.draw(
        st.sampled_from([sound[:place], sound[:place] + bytes([sound[place] ^ 1 << place % 7]) + sound[place + 1 :]])
    )
    try:
        found = read_result(broken)
    except BadResult:
        return
    assert found == read_result(sound)


def test_half_a_pair_is_written_as_the_page_writes_it() -> None:
    """A lone surrogate is escaped in small hexadecimal digits, as JSON.stringify does."""
    assert canonical({"a": "\ud83d!", "b": "\x01é\u2028"}) == '{"a":"\\ud83d!","b":"\\u0001é\u2028"}'
