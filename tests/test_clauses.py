from collections.abc import Iterator

import pytest

from nlu.clauses import clauses, spoken_reply

FIRST, LATER = 40, 80


def cut(text: str, piece_characters: int = 3) -> list[str]:
    """The clauses of `text` when it comes in pieces of that many characters."""
    pieces = [text[at : at + piece_characters] for at in range(0, len(text), piece_characters)]
    return list(clauses(pieces, FIRST, LATER))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Sentence ends
        ("Hello. I am Sori!", ["Hello.", "I am Sori!"]),
        ("안녕하세요. 저는 소리예요.", ["안녕하세요.", "저는 소리예요."]),
        ("정말요? 좋아요!", ["정말요?", "좋아요!"]),
        ("Well… Let me think.", ["Well…", "Let me think."]),
        ("Wait... what?!", ["Wait...", "what?!"]),
        ('She said "Hello." Then she left.', ['She said "Hello."', "Then she left."]),
        ("你好。我是机器人！你呢？", ["你好。", "我是机器人！", "你呢？"]),
        ("「안녕。」 라고 했어요.", ["「안녕。」", "라고 했어요."]),
        ("One\nTwo", ["One Two"]),
        # Full stops that end nothing
        ("It is 3.5 metres.", ["It is 3.5 metres."]),
        ("Version 2.0.1 is out.", ["Version 2.0.1 is out."]),
        ("Dr. Kim is here.", ["Dr. Kim is here."]),
        ("Some fruit, e.g. apples.", ["Some fruit, e.g. apples."]),
        ("J. S. Bach wrote it.", ["J. S. Bach wrote it."]),
        ("Am 3. Mai komme ich.", ["Am 3. Mai komme ich."]),
        ("Ask Mr. Lee (or Mrs. Lee).", ["Ask Mr. Lee (or Mrs. Lee)."]),
        # Pauses
        ("Yes, I can.", ["Yes, I can."]),
        (
            "I can walk to the door, and I can wave to you.",
            ["I can walk to the door,", "and I can wave to you."],
        ),
        # Cut by force
        (
            "I am the voice of a humanoid robot and I live on this board without any cloud",
            ["I am the voice of a humanoid robot", "and I live on this board without any cloud"],
        ),
        (
            "나는 사람 모양 로봇의 목소리이고 클라우드 없이 이 보드에서 돌아가며 너의 말을 들어",
            [
                "나는 사람 모양 로봇의 목소리이고 클라우드 없이 이 보드에서 돌아가며",
                "너의 말을 들어",
            ],
        ),
        ("a" * 100, ["a" * 40, "a" * 40 + " " + "a" * 20]),
        # Markdown
        ("**Bold** and *soft* and __under__.", ["Bold and soft and under."]),
        ("Use `walk` now.", ["Use walk now."]),
        ("# Title\nText.", ["Title Text."]),
        ("- one\n- two\n* three", ["one two three"]),
        ("1. Stand up.\n2. Walk.", ["Stand up.", "Walk."]),
        ("> Quoted.", ["Quoted."]),
        ("---\nAfter the line.", ["After the line."]),
        ("```python\nrun\n```", ["run"]),
        ("snake_case stays", ["snake_case stays"]),
        ("2*3 is 6.", ["2×3 is 6."]),
        ("See [the guide](https://x.org/a?b=c) now.", ["See the guide now."]),
        ("![a cat](cat.png) here.", ["a cat here."]),
        ("A [note] here.", ["A note here."]),
        ("Go to https://www.example.com/a/b?c=d.", ["Go to example.com"]),
        ("<b>Hi</b> there.", ["Hi there."]),
        # What has no sound
        ("Hi 😀👍🏽 there ❤️!", ["Hi there"]),
        ("🇰🇷 한국", ["한국"]),
        ("...", []),
        ("😀", []),
        ("   \n\t ", []),
        ("", []),
        ("- \n- \n", []),
        ("Sori – the voice.", ["Sori – the voice."]),
        ("2 + 2 = 4", ["2 + 2 = 4"]),
        ("-5 °C today", ["-5 °C today"]),
        ("one  two\n\n three", ["one two three"]),
        # What could command a speech engine
        ("[[hEl'oU]] <speak>hi</speak>", ["hEl'oU hi"]),
        ("a\x00b\x1b[31m\u200bc\u202ed\ud800", ["a b 31mcd"]),
        ("100\u0301% e\u0301t\u0301", ["100\u0301% ét\u0301"]),
    ],
)
def test_clauses_of_a_reply(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


TEXTS = [
    "Hello! I am **Sori**, the voice of a robot. See [this](http://a.bc) - it is 3.5 m long, e.g."
    " here.\n\n1. Walk\n2. Turn\n\nThat is all, my friend, and I will say no more about it today.",
    "안녕하세요! 저는 *소리*예요. 오늘은 3.5미터를 걸었고, 그다음에는 손을 흔들었어요. 😀",
    "word " * 60,
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("piece_characters", [1, 2, 5, 17, 1_000])
def test_pieces_may_break_anywhere(text: str, piece_characters: int) -> None:
    spoken = cut(text, piece_characters)
    assert spoken == cut(text, 3)
    assert " ".join(spoken) == spoken_reply(text)
    assert all(0 < len(clause) <= LATER for clause in spoken)
    assert len(spoken[0]) <= FIRST


def test_the_first_clause_does_not_wait_for_the_rest() -> None:
    taken: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in ["Hello", ".", " I", " am", " Sori", "."]:
            taken.append(piece)
            yield piece

    assert next(clauses(pieces(), FIRST, LATER)) == "Hello."
    assert taken == ["Hello", ".", " I"]


def test_nothing_half_is_said_when_the_source_breaks() -> None:
    def broken() -> Iterator[str]:
        yield "First sentence. Half a sen"
        raise InterruptedError

    spoken: list[str] = []

    def listen() -> None:
        for clause in clauses(broken(), FIRST, LATER):
            spoken.append(clause)  # noqa: PERF402  # what came before the error counts

    with pytest.raises(InterruptedError):
        listen()
    assert spoken == ["First sentence."]


def test_a_flood_without_spaces_is_cut_and_not_hoarded() -> None:
    pieces = iter(["x" * 100] * 1_000)
    assert next(clauses(pieces, FIRST, LATER)) == "x" * FIRST
    assert len(list(pieces)) > 990
