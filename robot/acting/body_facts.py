"""What the body knows of itself, as facts for the language model (`nlu/facts.py`).

Kinds and words are those of `training/text/skills_en.toml` and `skills_ko.toml`, from which the
pocket Llama learnt to copy them; what is not known is left out, and it learnt to say so.
"""

import math
from collections.abc import Callable

from config.body_phrases import BodyBook, BodyPhrases
from nlu.abilities import Abilities
from robot.acting.places import AT_START_M
from robot.acting.report import able_names
from robot.acting.sentences import listed
from robot.acting.wording import Wording
from robot.body.state import BodyState, Pose

_ALONG_SHARE = 0.25
"""A place whose other part is smaller than this share is simply ahead, behind or beside."""
_MOST_ABILITIES = 5
"""As many as the texts have."""


def facts(
    state: BodyState, language: str, phrases: BodyPhrases, abilities: Abilities | None = None
) -> tuple[str, ...]:
    """Lines "kind: spoken words" of this moment; none in a language without phrases."""
    book = phrases.books.get(language)
    if book is None:
        return ()
    wording = Wording(book)
    lines = [book.facts["posture"].format(now=book.postures[state.posture].now)]
    if state.battery_share is not None:
        percent = wording.measures.percent(100 * state.battery_share)
        lines.insert(0, book.facts["battery"].format(percent=percent))
    if state.has_odometry:
        lines.append(book.facts["position"].format(place=_place(state.pose, book, wording)))
    if abilities is not None and (names := able_names(abilities)):
        words = [book.abilities[name] for name in names[:_MOST_ABILITIES]]
        lines.append(book.facts["can_do"].format(list=listed(words, book)))
    return tuple(lines)


def _place(pose: Pose, book: BodyBook, wording: Wording) -> str:
    """Relative to the start; off the axes by its distance, or by both parts."""
    texts, far_m = book.facts, math.hypot(pose.x_m, pose.y_m)
    if far_m < AT_START_M:
        return texts["at_start"]
    parts = [
        (abs(pose.x_m), texts["forward" if pose.x_m >= 0 else "backward"]),
        (abs(pose.y_m), texts["left" if pose.y_m >= 0 else "right"]),
    ]
    (long_m, way), (short_m, sideways) = sorted(parts, reverse=True)
    distance: Callable[[float], str] = wording.measures.distance
    if short_m <= _ALONG_SHARE * long_m:
        return texts["from_start"].format(distance=distance(long_m), way=way)
    return texts["from_start_apart"].format(
        apart=distance(far_m),
        distance=distance(long_m),
        way=way,
        other=distance(short_m),
        sideways=sideways,
    )
