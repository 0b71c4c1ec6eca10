"""The safety filter over everything it was not trained on; writes the tables of docs/safety.md.

    nice python -m bench.safety [--most 1500] [--page docs/safety.md]

Counts only: no sentence of the data is shown, but for a few masked misses.
"""

import argparse
from pathlib import Path

from bench import machine
from bench.safety import page
from bench.safety.measure import (
    LANGUAGES,
    Judges,
    evasions,
    judge,
    kept_rows,
    kept_under_disguise,
    times,
)
from nlu.safety.classifier import MODELS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "safety.md"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=1_500, help="rows of a set, safe and unsafe")
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args()
    where = machine.describe()
    judges = Judges()
    rows = [row for language in LANGUAGES for row in kept_rows(language, options.most)]
    judged = judge(rows, judges)
    sizes = {file.name: file.stat().st_size for file in sorted(MODELS.glob("safety-*.npz"))}
    parts = [
        [f"`python -m bench.safety`, {len(rows)} sentences; {where}."],
        ["### Aims", "", *page.aims(judged, kept_under_disguise(judged, judges))],
        ["### Sets", "", *page.sets(judged)],
        ["### HateCheck", "", *page.functions(judged)],
        ["### Disguises", "", *page.disguises(evasions(judged, judges))],
        ["### Cost", "", *page.cost(times(rows, judges), sizes)],
        ["### Some that pass, masked", "", *page.misses(judged)],
    ]
    text = "\n\n".join("\n".join(part) for part in parts)
    options.page.write_text(
        page.put_between(options.page.read_text("utf-8"), text), encoding="utf-8"
    )
    print(text)


if __name__ == "__main__":
    main()
