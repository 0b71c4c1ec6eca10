"""The numbers of one system over all clips: the shape of `report.json`, filled in. Pure."""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from robot.evaluation.confidence import rate_interval
from robot.evaluation.latency import Latency, measure
from robot.evaluation.scoring import ScoredClip, Tally
from robot.evaluation.systems import System

FIRST_TRAITS = ("voice", "condition", "snr_db", "task")
"""Shown before other keys of the manifest."""
MAX_GROUPS = 24
"""A key of more values than this names clips, not groups."""
NOTHING = "(nothing)"
"""In the confusion table: no words were said, or heard."""


class Rate(msgspec.Struct, frozen=True):
    """Errors over what was said, and the 95 % interval of that."""

    rate: float | None
    """None where nothing was said."""
    errors: int
    of: int
    low: float | None = None
    high: float | None = None


class GroupScores(msgspec.Struct, frozen=True):
    """Clips with words that have something in common."""

    name: str
    clips: int
    duration_s: float
    word_errors: Rate
    character_errors: Rate
    substitutions: int
    deletions: int
    insertions: int
    exact: Rate
    """`rate` is the share of clips heard without a word error; `errors` the other clips."""
    language: Rate
    """`rate` is the share of clips heard in their language; `errors` the other clips."""


class Grouping(msgspec.Struct, frozen=True):
    """The clips by one further key of the manifest."""

    key: str
    groups: tuple[GroupScores, ...]


class Confusion(msgspec.Struct, frozen=True):
    """How often one language was taken for another."""

    said: str
    heard: str
    clips: int


class SilentClips(msgspec.Struct, frozen=True):
    """Clips in which nothing is said."""

    clips: int
    gave_text: int
    share: float | None


class IntentScores(msgspec.Struct, frozen=True):
    """Clips whose intent the manifest tells."""

    clips: int
    right: int | None
    accuracy: float | None
    note: str | None = None


class SystemScores(msgspec.Struct, frozen=True):
    """Everything measured of one system."""

    label: str
    model: str
    model_sha256: str
    model_bytes: int
    engine: str
    overall: GroupScores
    by_language: tuple[GroupScores, ...]
    groupings: tuple[Grouping, ...]
    confusion: tuple[Confusion, ...]
    silent: SilentClips
    intent: IntentScores
    latency: Latency


def summarise(system: System, clips: Sequence[ScoredClip]) -> SystemScores:
    """Scores over `clips`, which were all heard without a failure."""
    spoken = [clip for clip in clips if not clip.is_silent]
    return SystemScores(
        label=system.label,
        model=system.model.name,
        model_sha256=system.model.sha256,
        model_bytes=system.model.bytes,
        engine=system.settings.recognition.engine,
        overall=score_group("all", spoken),
        by_language=_split(spoken, lambda clip: clip.clip.language),
        groupings=_groupings(spoken),
        confusion=_confusion(clips),
        silent=_silent([clip for clip in clips if clip.is_silent]),
        intent=_intents([clip for clip in clips if clip.clip.intent]),
        latency=measure([clip.heard for clip in clips]),
    )


def score_group(name: str, clips: Sequence[ScoredClip]) -> GroupScores:
    """Errors pooled over `clips`: long clips weigh more, as is usual for error rates."""
    words = [clip.words for clip in clips]
    return GroupScores(
        name=name,
        clips=len(clips),
        duration_s=round(sum(clip.heard.duration_s for clip in clips), 1),
        word_errors=_error_rate(words),
        character_errors=_error_rate([clip.characters for clip in clips]),
        substitutions=sum(tally.substitutions for tally in words),
        deletions=sum(tally.deletions for tally in words),
        insertions=sum(tally.insertions for tally in words),
        exact=_share(len(clips), sum(not tally.errors for tally in words)),
        language=_share(len(clips), sum(clip.language_is_right for clip in clips)),
    )


def _error_rate(tallies: Sequence[Tally]) -> Rate:
    errors = [tally.errors for tally in tallies]
    totals = [tally.reference for tally in tallies]
    if not sum(totals):
        return Rate(None, sum(errors), 0)
    low, high = rate_interval(errors, totals) or (None, None)
    return Rate(sum(errors) / sum(totals), sum(errors), sum(totals), low, high)


def _share(clips: int, right: int) -> Rate:
    return Rate(right / clips if clips else None, clips - right, clips)


def _split(
    clips: Sequence[ScoredClip], name_of: Callable[[ScoredClip], str | None]
) -> tuple[GroupScores, ...]:
    groups: dict[str, list[ScoredClip]] = {}
    for clip in clips:
        name = name_of(clip)
        if name is not None:
            groups.setdefault(name, []).append(clip)
    return tuple(score_group(name, groups[name]) for name in sorted(groups, key=_in_order))


def _in_order(name: str) -> tuple[float, str]:
    """Numbers by size (snr_db), and before words."""
    try:
        return float(name), ""
    except ValueError:
        return float("inf"), name


def _groupings(clips: Sequence[ScoredClip]) -> tuple[Grouping, ...]:
    keys = dict.fromkeys(key for clip in clips for key in clip.clip.traits)
    ordered = [key for key in FIRST_TRAITS if key in keys]
    ordered += [key for key in keys if key not in FIRST_TRAITS]
    groupings = []
    for key in ordered:
        groups = _split(clips, partial(_trait, key))
        if 2 <= len(groups) <= MAX_GROUPS:
            groupings.append(Grouping(key, groups))
    return tuple(groupings)


def _trait(key: str, clip: ScoredClip) -> str | None:
    return clip.clip.traits.get(key)


def _confusion(clips: Sequence[ScoredClip]) -> tuple[Confusion, ...]:
    counts: dict[tuple[str, str], int] = {}
    for clip in clips:
        said = None if clip.is_silent else clip.clip.language
        cell = (said or NOTHING, clip.heard.language or NOTHING)
        counts[cell] = counts.get(cell, 0) + 1
    return tuple(Confusion(said, heard, counts[said, heard]) for said, heard in sorted(counts))


def _silent(clips: Sequence[ScoredClip]) -> SilentClips:
    gave_text = sum(bool(clip.heard_words) for clip in clips)
    return SilentClips(len(clips), gave_text, gave_text / len(clips) if clips else None)


def _intents(clips: Sequence[ScoredClip]) -> IntentScores:
    if not clips:
        return IntentScores(0, None, None, "No clip names an intent.")
    right = sum(clip.intent_heard == clip.clip.intent for clip in clips)
    return IntentScores(len(clips), right, right / len(clips))
