"""Labelled sentences: the shared safety data by `sources.toml`, and what this project wrote itself.

Every row is either trained on or kept for measuring; a hash of what the row says decides, so that
the same sentence in two sets is on one side. Rows of functional sets (HateCheck) are told apart by
the template they were made from.
"""

import csv
import json
import re
import tomllib
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import msgspec

from nlu.safety.normalise import fold

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[2] / "shared" / "data" / "safety"
SAFE = "safe"
UNCLEAR = "unclear"
"""Not hateful upstream, yet not for a robot to say: shown by HateCheck's functions, not counted."""

_NOT_SAID = re.compile(r"[\W_]+")
_UNSAFE_COLUMN = {"0": 1, "1": 0}


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One set of `sources.toml`."""

    file: str
    language: str
    """`row`: as the column `lang` of the row says."""
    credit: str
    kept: int
    """Percent of the rows that are kept for measuring."""
    weight: float = 1.0
    labels: dict[str, str] = {}
    """Upstream label of an unsafe row -> our category, or `skip`."""
    weights: dict[str, float] = {}
    """Upstream label -> factor on the weight."""
    template_by: tuple[str, ...] = ()
    """Columns within whose values the rows are numbered: the number names the template."""
    skip_safe: tuple[str, ...] = ()
    """Upstream labels of safe rows that become `unclear`."""
    only_emotions: tuple[str, ...] = ()
    """When given, only rows that have nothing but these emotions."""


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled sentence."""

    source: str
    text: str
    language: str
    label: str
    """`safe`, `unclear` or a category of `nlu.safety.categories`."""
    weight: float
    is_kept: bool
    """Kept for measuring; never trained on."""
    upstream: str = ""
    """The upstream label."""
    base: str = ""
    """Of a disguised sentence: the sentence before."""

    @property
    def is_unsafe(self) -> bool:
        return self.label not in (SAFE, UNCLEAR)


@cache
def sources() -> tuple[Source, ...]:
    """The sets, in the order of the file."""
    document = tomllib.loads((HERE / "sources.toml").read_text("utf-8"))
    return tuple(msgspec.convert(document["source"], tuple[Source, ...]))


def shared_rows(language: str) -> list[Row]:
    """All rows in `language` of the sets beside the project."""
    return [
        row
        for source in sources()
        if source.language in (language, "row")
        for row in _rows_of(source)
        if row.language == language
    ]


def said(text: str) -> str:
    """What remains of a sentence for comparing: its letters and digits."""
    return _NOT_SAID.sub("", fold(text))


def is_kept(key: str, percent: int) -> bool:
    """Whether the rows named `key` are kept for measuring; the same on every machine."""
    return zlib.crc32(key.encode()) % 100 < percent


def _rows_of(source: Source) -> Iterator[Row]:
    numbers: Counter[tuple[str, ...]] = Counter()
    for record in _records(source.file):
        upstream = _labels(record.get("origin", record.get("reply_label", record.get("category"))))
        text, base = str(record["text"]), str(record.get("base", ""))
        if record.get("unsafe", 0) is None or not _has_only(source.only_emotions, record):
            continue
        label, factor = _label(source, upstream, is_unsafe=record.get("unsafe", 0) == 1)
        if label == "skip":
            continue
        key = said(base or text)
        if source.template_by:
            place = tuple(str(record[column]) for column in source.template_by)
            numbers[place] += 1
            key = f"{place[0]}:{numbers[place]}"
        elif "pair" in record:
            key = f"pair {record['pair']}"
        yield Row(
            source=source.file.partition(".")[0],
            text=text,
            language=source.language if source.language != "row" else str(record["lang"]),
            label=label,
            weight=source.weight * factor,
            is_kept=is_kept(key, source.kept),
            upstream=",".join(upstream),
            base=base,
        )


def _records(file: str) -> Iterator[dict[str, object]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        if file.endswith(".tsv"):
            for record in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                yield {"text": record["문장"], "unsafe": _UNSAFE_COLUMN[record["clean"]]}
        else:
            yield from map(json.loads, lines)


def _labels(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(map(str, value))
    return () if value is None else (str(value),)


def _has_only(emotions: tuple[str, ...], record: dict[str, object]) -> bool:
    return not emotions or set(_labels(record["emotions"])) <= set(emotions)


def _label(source: Source, upstream: tuple[str, ...], *, is_unsafe: bool) -> tuple[str, float]:
    """Our label and the factor on the weight."""
    if not is_unsafe:
        return (UNCLEAR if set(upstream) & set(source.skip_safe) else SAFE), 1.0
    for label in upstream or ("*",):
        if category := source.labels.get(label, source.labels.get("*")):
            return category, source.weights.get(label, 1.0)
    return "skip", 0.0


def train_and_kept(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Rows to train on and rows kept; what is in both sets by its words is kept only."""
    kept = [row for row in rows if row.is_kept]
    known = {said(row.text) for row in kept}
    train = [
        row
        for row in rows
        if not row.is_kept and row.label != UNCLEAR and said(row.text) not in known
    ]
    return train, kept


def weighted(row: Row, factor: float) -> Row:
    """`row` with its weight multiplied."""
    return replace(row, weight=row.weight * factor)
