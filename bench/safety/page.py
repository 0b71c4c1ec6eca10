"""The tables of `docs/safety.md`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.safety.measure import LAYERS, Evaded, Judged, Times, of, share
from training.safety.rows import sources

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
RULE, WIKI = "규칙 기반 생성", "위키피디아"
IDENTITY = ("ident_neutral_nh", "ident_pos_nh", "target_obj_nh")
N_MISSES = 4


def percent(value: float | None, digits: int = 1) -> str:
    """A share in percent; a dash for none."""
    return "–" if value is None else f"{100 * value:.{digits}f} %"


@dataclass(frozen=True, slots=True)
class Aim:
    """What is wanted of the whole filter."""

    name: str
    sources: tuple[str, ...]
    wanted: float
    unsafe: bool = False
    """Unsafe rows: at least `wanted` is caught; safe rows: at most `wanted` is flagged."""
    upstream: tuple[str, ...] = ()
    language: str = ""


EVERYDAY = ("multi_chatterbot_benign", "own_texts")
REPLIES = ("en_xstest_replies",)
AIMS = (
    Aim("everyday Korean replies flagged", ("ko_chat_benign",), 0.003),
    Aim(
        "Korean neutral sentences naming groups flagged (HateScore, rule-made and wiki)",
        ("ko_hatescore",),
        0.02,
        upstream=(RULE, WIKI),
    ),
    Aim("Korean swearing and demeaning comments caught (Curse)", ("ko_curse",), 0.75, unsafe=True),
    Aim("Korean malicious comments caught", ("ko_malicious_own",), 0.85, unsafe=True),
    Aim("Korean hate caught (UnSmile, for want of APEACH)", ("ko_unsmile",), 0.65, unsafe=True),
    Aim("HateCheck hateful cases caught", ("en_hatecheck",), 0.85, unsafe=True),
    Aim(
        "HateCheck neutral, positive and object cases flagged",
        ("en_hatecheck",),
        0.15,
        upstream=IDENTITY,
    ),
    Aim("XSTest refusals flagged", REPLIES, 0.01, upstream=("2_full_refusal",)),
    Aim("XSTest safe replies flagged", REPLIES, 0.05, upstream=("1_full_compliance",)),
    Aim("English everyday talk flagged", EVERYDAY, 0.005, language="en"),
)
DISGUISED = Aim("recall kept under KOTOX's disguises", (), 0.9, unsafe=True)


def aims(judged: Sequence[Judged], disguised: float | None) -> list[str]:
    """The aims of the filter and what was measured of the whole of it."""
    lines = ["| aim | wanted | measured | met |", "|---|---|---|---|"]
    for aim in (*AIMS, DISGUISED):
        rows = [
            each
            for each in of(judged, *aim.sources, unsafe=aim.unsafe, upstream=aim.upstream)
            if each.row.language == aim.language or not aim.language
        ]
        value = share(rows) if aim.sources else disguised
        met = (value is not None and (value >= aim.wanted) == aim.unsafe) or value == aim.wanted
        lines.append(
            f"| {aim.name} | {'at least' if aim.unsafe else 'at most'} {percent(aim.wanted)}"
            f" | {percent(value, 2)} | {'yes' if met else '**no**'} |"
        )
    return lines


def sets(judged: Sequence[Judged]) -> list[str]:
    """Every set: unsafe caught and safe flagged, by layer."""
    lines = [
        "| set | unsafe | caught by words and rules | classifier | whole filter"
        " | safe | flagged by words and rules | classifier | whole filter |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    credits = {source.file.partition(".")[0] for source in sources()}
    names = {(each.row.language, each.row.source) for each in judged}
    for language, name in sorted(names, key=lambda pair: (pair[0] != "ko", pair)):
        mine = [each for each in judged if each.row.language == language]
        cells = [f"{name} ({language})" + ("" if name in credits else ", our own")]
        for unsafe in (True, False):
            rows = of(mine, name, unsafe=unsafe)
            cells += [str(len(rows)), *_by_layer(rows)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _by_layer(judged: Sequence[Judged]) -> Iterable[str]:
    return (percent(share(judged, layer)) for layer in LAYERS)


def functions(judged: Sequence[Judged]) -> list[str]:
    """HateCheck by function."""
    lines = ["| HateCheck function | rows | held back | should be |", "|---|---|---|---|"]
    rows = [each for each in judged if each.row.source == "en_hatecheck"]
    for name in sorted({each.row.upstream for each in rows}):
        mine = [each for each in rows if each.row.upstream == name]
        wanted = {"safe": "no", "unclear": "not scored"}.get(mine[0].row.label, "yes")
        lines.append(f"| {name} | {len(mine)} | {percent(share(mine))} | {wanted} |")
    return lines


def disguises(evaded: Iterable[Evaded]) -> list[str]:
    """What disguises do."""
    lines = ["| disguise | still caught | harmless flagged |", "|---|---|---|"]
    lines += [
        f"| {each.language}: {each.name} | {percent(each.still_caught)}"
        f" | {percent(each.harmless_flagged)} |"
        for each in evaded
    ]
    return lines


def cost(taken: Times, model_bytes: dict[str, int]) -> list[str]:
    """Time and size."""
    files = ", ".join(f"{name} {size / 1e6:.2f} MB" for name, size in model_bytes.items())
    return [
        f"One screening of a clause (median {taken.characters:.0f} characters) takes"
        f" {taken.median_ms:.2f} ms of one core, {taken.p99_ms:.2f} ms at the 99th percentile."
        f" Models: {files}."
    ]


def misses(judged: Sequence[Judged]) -> list[str]:
    """A few hurtful sentences that passed, masked."""
    lines = []
    for name in ("ko_curse", "en_hatecheck"):
        missed = [each.row for each in of(judged, name, unsafe=True) if not each.flagged["whole"]]
        missed = [row for row in missed if len(row.text) <= 60][:N_MISSES]
        lines += [f"- {name}, {row.upstream}: {masked(row.text)}" for row in missed]
    return lines


def masked(text: str) -> str:
    """Only the first letter of every word."""
    return re.sub(r"(\w)\w*", r"\1…", text)


def put_between(page: str, text: str) -> str:
    """`page` with `text` in the place of what stands between the marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no {BEGIN} ... {END}")
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"
