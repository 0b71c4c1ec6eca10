"""Wished changes of manner: bounded, told, and never looser than the settings."""

import pytest
from msgspec.structs import replace

from config.preferences import Preferences
from nlu.care.wishes import ChangePreference, PreferenceKey
from robot.care.changes import Limits, Phrase, bounds, changed, differing, held_to, now_phrase

LIMITS = Limits(
    settings=Preferences(),
    served=("en", "ko", "es"),
    talks=("en", "ko"),
    is_kind=lambda name: name != "Rude",
)
Value = str | float | None


@pytest.mark.parametrize(
    ("key", "before", "value", "step", "after", "said"),
    [
        ("length", "normal", None, -1, "short", "changed.length_short"),
        ("length", "short", None, -1, "short", "bound.length_least"),
        ("length", "detailed", None, 1, "detailed", "bound.length_most"),
        ("length", "detailed", "short", 0, "short", "changed.length_short"),
        ("length", "short", "short", 0, "short", "answers.already now.length_short"),
        ("length", "short", "endless", 0, "short", "refused.value"),
        ("tone", "friendly", None, 1, "formal", "changed.tone_formal"),
        ("tone", "formal", None, 1, "formal", "answers.already now.tone_formal"),
        ("tone", "friendly", "playful", 0, "playful", "changed.tone_playful"),
        ("speech_level", "polite", "plain", 0, "plain", "changed.speech_level_plain"),
        ("rate", 1.0, None, 1, 1.15, "changed.rate_more"),
        ("rate", 1.15, None, -1, 1.0, "changed.rate_less"),
        ("rate", 1.5, None, 1, 1.6, "changed.rate_more"),
        ("rate", 1.6, None, 1, 1.6, "bound.rate_most"),
        ("rate", 0.6, None, -1, 0.6, "bound.rate_least"),
        ("rate", 1.3, 1.0, 0, 1.0, "changed.rate_usual"),
        ("rate", 1.0, 9.0, 0, 1.6, "bound.rate_most"),
        ("rate", 1.0, float("inf"), 0, 1.6, "bound.rate_most"),
        ("rate", 1.0, None, 0, 1.0, "refused.value"),
        ("rate", 1.0, "fast", 0, 1.0, "refused.value"),
        ("volume", 1.0, None, 1, 1.0, "bound.volume_most"),
        ("volume", 1.0, None, -1, 0.8, "changed.volume_less"),
        ("volume", 0.2, 0.0, 0, 0.1, "bound.volume_least"),
        ("volume", 0.5, 0.5, 0, 0.5, "answers.already now.volume_less"),
        ("pitch", 1.0, None, 1, 1.1, "changed.pitch_more"),
        ("pitch", 0.7, None, -1, 0.7, "bound.pitch_least"),
        ("user_name", "", "Mina", 0, "Mina", "changed.user_name_set"),
        ("user_name", "", " 민아\t ", 0, "민아", "changed.user_name_set"),
        ("user_name", "", "Anne-Marie O’Neil", 0, "Anne-Marie O’Neil", "changed.user_name_set"),
        ("user_name", "Mina", "", 0, "", "changed.user_name_none"),
        ("user_name", "", "", 0, "", "answers.already now.user_name_none"),
        ("user_name", "", None, 0, "", "refused.name_unclear"),
        ("user_name", "", "x" * 25, 0, "", "refused.name_unclear"),
        ("user_name", "", "Mina; time: noon)", 0, "", "refused.name_unclear"),
        ("user_name", "", "<<SYS>>", 0, "", "refused.name_unclear"),
        ("user_name", "", "call 010 1234", 0, "", "refused.name_unclear"),
        ("robot_name", "", "Rude", 0, "", "refused.name_unkind"),
        ("robot_name", "", "Bori", 0, "Bori", "changed.robot_name_set"),
        ("language", "", "ko", 0, "ko", "changed.language_set"),
        ("language", "ko", "", 0, "", "changed.language_any"),
        ("language", "", "es", 0, "", "refused.language_no_talk"),
        ("language", "", "ja", 0, "", "refused.language_unserved"),
        ("language", "", None, 1, "", "refused.value"),
        ("audience", "general", "child", 0, "child", "changed.audience_child"),
        ("audience", "general", None, 1, "child", "changed.audience_child"),
        ("audience", "child", "general", 0, "general", "changed.audience_general"),
        ("audience", "child", None, -1, "general", "changed.audience_general"),
        ("audience", "general", "adult", 0, "general", "refused.audience"),
        ("audience", "child", "adult", 0, "child", "refused.audience"),
        ("audience", "general", None, -1, "general", "refused.audience"),
    ],
)
def test_a_change(
    key: PreferenceKey, before: Value, value: Value, step: int, after: Value, said: str
) -> None:
    now = replace(Preferences(), **{key: before})
    outcome = changed(ChangePreference(key, value, step), now, LIMITS)
    assert outcome.preferences == replace(now, **{key: after})
    assert [f"{phrase.section}.{phrase.key}" for phrase in outcome.phrases] == said.split()


@pytest.mark.parametrize("key", ["rate", "volume", "pitch"])
def test_steps_end_at_the_bounds_of_the_preferences(key: PreferenceKey) -> None:
    for step, bound in zip((-1, 1), bounds(key), strict=True):
        now = Preferences()
        for _ in range(20):
            now = changed(ChangePreference(key, step=step), now, LIMITS).preferences
        assert getattr(now, key) == bound


@pytest.mark.parametrize(
    ("file", "wished", "held"),
    [
        ("child", "general", "child"),
        ("child", "adult", "child"),
        ("general", "adult", "general"),
        ("general", "child", "child"),
        ("adult", "adult", "adult"),
    ],
)
def test_what_was_kept_is_never_looser_than_the_file_of_today(
    file: str, wished: str, held: str
) -> None:
    limits = Limits(
        replace(Preferences(), audience=file), LIMITS.served, LIMITS.talks, LIMITS.is_kind
    )
    kept = replace(Preferences(), audience=wished, language="es", length="short")
    assert held_to(limits, kept) == Preferences(audience=held, length="short")  # type: ignore[arg-type]


def test_where_two_differ_and_how_it_is_now() -> None:
    other = Preferences(length="short", rate=0.85, user_name="Mina", language="ko")
    keys = differing(Preferences(), other)
    assert keys == ("length", "rate", "user_name", "language")
    assert [now_phrase(other, key) for key in keys] == [
        Phrase("now", "length_short"),
        Phrase("now", "rate_less"),
        Phrase("now", "user_name_set", {"name": "Mina"}),
        Phrase("now", "language_set", {"language": "ko"}),
    ]
