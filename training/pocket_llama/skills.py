"""Dialogue turns whose answer must use what the prompt says: facts, texts to sum up, phrases.

`../text/skills_en.toml` and `skills_ko.toml` hold them:

    [slots.percent]
    columns = ["percent"]
    rows = [["eighty percent"], ["four percent"], ...]

    [[skill]]
    name = "battery"
    weight = 2
    facts = ["battery: {percent}"]
    ask = ["how (full|low) is your battery", ...]
    answer = ["My battery is at {percent}.", ...]
    must = ["{percent}"]

A slot has one row a meaning; `{percent}` is its first column, `{did_refused}` the column `refused`
of the slot `did`, `{name2}` another row of the slot `name`. All texts of one turn share the rows.
`must` are the parts that a right answer contains. `without` names kinds of facts ("battery") that
must not stand beside the skill's own.
"""

import random
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from nlu.clock_facts import clock_facts
from nlu.facts import with_facts
from training.text.expand import fit_particles, sample
from training.text.parallel import Slot

_SLOT = re.compile(r"\{([a-z]+)(\d?)(?:_([a-z]+))?\}")
_EXTRA_FACTS_SHARE = 0.75
_MAX_EXTRA_FACTS = 3
_BODY_FACTS_SHARE = 0.6  # of the turns, with facts of a body beside those of the clock
_BODY_FACTS = {
    "en": ("battery: {percent}", "position: {distance} {spot} {mark}", "posture: {stance}"),
    "ko": ("배터리: {percent}", "위치: {room}", "자세: {pose}"),
}


@dataclass(frozen=True)
class Skill:
    """One kind of turn; all texts are patterns with slots and alternations."""

    name: str
    weight: float
    facts: tuple[str, ...]
    ask: tuple[str, ...]
    answer: tuple[str, ...]
    must: tuple[str, ...]
    without: tuple[str, ...]


@dataclass(frozen=True)
class Grounded:
    """A turn: what the model is given, one right answer, and what any right answer contains."""

    language: str
    skill: str
    facts: tuple[str, ...]
    user: str
    answer: str
    must: tuple[str, ...]

    @property
    def prompt(self) -> str:
        """What the model is given."""
        return with_facts(self.facts, self.user)


class Skills:
    """The skills of one language."""

    def __init__(self, language: str, slots: dict[str, Slot], skills: list[Skill]) -> None:
        self.language = language
        self.skills = skills
        self._slots = slots
        self._weights = [skill.weight for skill in skills]

    @classmethod
    def load(cls, language: str, folder: Path) -> "Skills":
        """Read `skills_LANGUAGE.toml`; ValueError names what does not fit together."""
        with (folder / f"skills_{language}.toml").open("rb") as file:
            content = tomllib.load(file)
        slots: dict[str, Slot] = {}
        for name, slot in content["slots"].items():
            slots[name] = Slot(tuple(slot["columns"]), tuple(map(tuple, slot["rows"])))
            if any(len(row) != len(slots[name].columns) for row in slots[name].rows):
                raise ValueError(f"slot {name}: a row has too many or too few columns")
        skills = [
            Skill(
                row["name"],
                row.get("weight", 1.0),
                tuple(row.get("facts", ())),
                tuple(row["ask"]),
                tuple(row["answer"]),
                tuple(row.get("must", ())),
                tuple(row.get("without", ())),
            )
            for row in content["skill"]
        ]
        return cls(language, slots, skills)

    def in_manner(self, path: Path) -> "Skills":
        """The same skills answered in another manner, as a TOML file has it.

        Its [[answer]] tables pair each answer (`polite`) with its other form (`plain`), its
        [[column]] tables make further columns of slots: `rows` pairs what the column `from` ("" for
        the first) says with what the column `to` shall say. Nothing is known of what such an answer
        must contain.
        """
        with path.open("rb") as file:
            content = tomllib.load(file)
        slots = dict(self._slots)
        for column in content["column"]:
            slot = slots[column["slot"]]
            said = dict(map(tuple, column["rows"]))
            at = slot.columns.index(column["from"] or slot.columns[0])
            rows = tuple((*row, said[row[at]]) for row in slot.rows)
            slots[column["slot"]] = Slot((*slot.columns, column["to"]), rows)
        plain = {row["polite"]: row["plain"] for row in content["answer"]}
        skills = [
            replace(skill, answer=tuple(plain[text] for text in skill.answer), must=())
            for skill in self.skills
        ]
        return Skills(self.language, slots, skills)

    def only(self, beginnings: tuple[str, ...]) -> "Skills":
        """The skills whose names begin so."""
        chosen = [skill for skill in self.skills if skill.name.startswith(beginnings)]
        return Skills(self.language, self._slots, chosen)

    def draw(self, rng: random.Random) -> Grounded:
        """A random turn, often with facts beside those that are asked for."""
        return self.turn(self.any_skill(rng), rng)

    def any_skill(self, rng: random.Random) -> Skill:
        """A random skill, by weight."""
        return rng.choices(self.skills, self._weights)[0]

    def values(self) -> list[str]:
        """All that the slots can say."""
        return [cell for slot in self._slots.values() for row in slot.rows for cell in row]

    def turn(self, skill: Skill, rng: random.Random) -> Grounded:
        """A random turn of one skill."""
        rows: dict[str, int] = {}
        facts = [self._filled(text, rows, rng) for text in skill.facts]
        if rng.random() < _EXTRA_FACTS_SHARE:
            kinds = {*skill.without, *map(_kind, facts)}
            others = self._at_run_time if rng.random() < 0.5 else self._other_facts
            facts += others(kinds, rng)
        rng.shuffle(facts)
        user = self._filled(rng.choice(skill.ask), rows, rng)
        answer = self._filled(rng.choice(skill.answer), rows, rng)
        must = tuple(self._filled(part, rows, rng) for part in skill.must)
        return Grounded(self.language, skill.name, tuple(facts), user, answer, must)

    def invented(
        self, skill: Skill, rng: random.Random, invent: Callable[[], str]
    ) -> Grounded | None:
        """A turn of the skill with invented values wherever the answer repeats the prompt.

        None for a skill that repeats nothing word for word.
        """
        ask, answer = rng.choice(skill.ask), rng.choice(skill.answer)
        told, said = _slots_of(*skill.facts, ask), _slots_of(answer)
        other_forms = {key for key, column in told | said if column}
        repeated = {key for key, _ in told} & {key for key, _ in said} - other_forms
        if not repeated:
            return None
        rows: dict[str, int] = {}
        values = {key: invent() for key in sorted(repeated)}
        facts, user, reply, must = (
            [self._filled(text, rows, rng, values) for text in texts]
            for texts in (skill.facts, (ask,), (answer,), skill.must)
        )
        rng.shuffle(facts)
        return Grounded(self.language, skill.name, tuple(facts), user[0], reply[0], tuple(must))

    def stray_facts(self, rng: random.Random) -> list[str]:
        """Facts that nobody asked for and that no topic's answer depends on."""
        return self._at_run_time(set(), rng)

    def _at_run_time(self, kinds: set[str], rng: random.Random) -> list[str]:
        """What the robot tells at every turn, but for `kinds`: its clock, often its body."""
        facts = [*clock_facts(_any_moment(rng), self.language)]
        if rng.random() < _BODY_FACTS_SHARE:
            body = [self._filled(text, {}, rng) for text in _BODY_FACTS[self.language]]
            facts += body if rng.random() < 0.5 else rng.sample(body, rng.randint(1, 2))
        return [fact for fact in facts if _kind(fact) not in kinds]

    def _other_facts(self, kinds: set[str], rng: random.Random) -> list[str]:
        """Facts of other skills, of other kinds than `kinds`, to be passed over."""
        found: list[str] = []
        for skill in rng.sample(self.skills, min(_MAX_EXTRA_FACTS, len(self.skills))):
            for pattern in skill.facts:
                fact = self._filled(pattern, {}, rng)
                if _kind(fact) not in kinds:
                    kinds.add(_kind(fact))
                    found.append(fact)
        return found

    def _filled(
        self,
        pattern: str,
        rows: dict[str, int],
        rng: random.Random,
        values: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """The pattern with slots and alternations decided; `rows` remembers the slots' rows.

        `values` stand in for the first columns of some slots.
        """

        def fill(match: "re.Match[str]") -> str:
            name, number, column = match.groups()
            if name + number in values:
                return values[name + number]
            slot = self._slots[name]
            row = rows.setdefault(name + number, rng.randrange(len(slot.rows)))
            return slot.filling(row, column or slot.columns[0])

        return fit_particles(sample(_SLOT.sub(fill, pattern), rng))


def _kind(fact: str) -> str:
    return fact.split(":", maxsplit=1)[0]


def _slots_of(*patterns: str) -> set[tuple[str, str]]:
    """The slots in the patterns, each with the column that is asked of it ("": the first)."""
    return {
        (name + number, column)
        for pattern in patterns
        for name, number, column in _SLOT.findall(pattern)
    }


def _any_moment(rng: random.Random) -> datetime:
    return datetime(2024, 1, 1) + timedelta(minutes=rng.randrange(366 * 24 * 60))


def main() -> None:
    """Check the files and show turns: `python -m training.pocket_llama.skills`."""
    folder = Path(__file__).parents[1] / "text"
    rng = random.Random()
    for path in sorted(folder.glob("skills_*.toml")):
        skills = Skills.load(path.stem.removeprefix("skills_"), folder)
        for skill in skills.skills:
            turns = [skills.turn(skill, rng) for _ in range(300)]
            for turn in turns:
                if missing := [part for part in turn.must if part not in turn.answer]:
                    raise ValueError(f"{skill.name}: {turn.answer!r} lacks {missing}")
            print(f"[{skill.name}] {turns[0].prompt}\n    {turns[0].answer}")


if __name__ == "__main__":
    main()
