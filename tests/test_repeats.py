"""Replies that go in circles are ended; good talk is left alone."""

from collections.abc import Iterator

import pytest

from nlu.repeats import without_repeats

GOOD = [
    [],
    ["Hello there.", "How are you?"],
    ["No, no.", "No, no."],
    ["I am very, very, very happy.", "Ha ha ha ha!"],
    ["하하하, 안녕하세요.", "무엇을 도와드릴까요?"],
    ["One, the first.", "Two, the first of May."],
    ["It is what it is,", "and that is what it is."],
    ["—", "…", "—"],
]

CIRCLES = [
    (["I am here.", "I am listening.", "I am here."], ["I am here.", "I am listening."]),
    (["듣고 있을게요.", "말씀하세요.", "듣고 있을게요!"], ["듣고 있을게요.", "말씀하세요."]),
    (["I AM HERE, now", "i am here now.", "More."], ["I AM HERE, now"]),
    (["la la la la la la"], ["la"]),
    (["Well: la lo la lo la lo la"], ["Well: la lo"]),
    (["go on and go on and", "go on and", "Never."], ["go on and go on and"]),
    (["그래서 저는 그래서 저는 그래서 저는 그래서"], ["그래서 저는"]),
    (["Yes, yes!", "Yes, yes!", "Yes, yes!", "Yes, yes!"], ["Yes, yes!", "Yes, yes!"]),
    (
        ["one two three", "four one two", "three four one", "two three four"],
        ["one two three", "four one two", "three four one"],
    ),
]


@pytest.mark.parametrize("clauses", GOOD)
def test_good_talk_is_left_alone(clauses: list[str]) -> None:
    assert list(without_repeats(clauses)) == clauses


@pytest.mark.parametrize(("clauses", "said"), CIRCLES)
def test_a_circle_ends_the_reply(clauses: list[str], said: list[str]) -> None:
    assert list(without_repeats(clauses)) == said


def test_a_clause_is_passed_on_before_the_next_is_asked_for() -> None:
    asked: list[int] = []

    def stream() -> Iterator[str]:
        for number in range(100):
            asked.append(number)
            yield f"clause number {number % 4} of the stream"

    guarded = without_repeats(stream())
    next(guarded)
    assert asked == [0]
    assert len(list(guarded)) == 3
    assert asked == [0, 1, 2, 3, 4]
