"""The lesson that makes the network look into the prompt: made-up facts, repeated in the answer.

    (kettle: wide paper; garden: seven) what does it say about garden   ->   Garden: seven.

The words of a fact are drawn at random, so nothing but copying gives the answer. Many turns ask for
several things at once: the longer the answer, the more there is to learn from a prompt. A third are
questions of the skills with invented values ("battery: wide paper"), because that is how facts are
asked for later. Without this lesson the network learns answers by heart and makes facts up.
"""

import random
import re
from dataclasses import replace

from nlu.facts import with_facts
from training.pocket_llama.dialogues import Dialogues, Turn, templated
from training.pocket_llama.skills import Skills
from training.text.expand import fit_particles

SKILL_SHARE = 0.35  # of the turns, questions of the skills
SEVERAL_SHARE = 0.65  # of the made-up turns, questions for several things
TURN_WEIGHTS = (60, 25, 15)  # of 1 to 3 turns
MOST_FACTS = 4
VALUE_WEIGHTS = (40, 40, 20)  # of 1 to 3 words
_WORD = {"en": re.compile("[a-z]+"), "ko": re.compile("[가-힣]+")}
_QUESTIONS = {
    "en": (
        ("what is the {kind}", "The {kind} is {value}."),
        ("tell me the {kind}", "It is {value}."),
        ("{kind} please", "{value}."),
        ("what does it say about {kind}", "It says {value}."),
        ("do you know the {kind}", "Yes, the {kind} is {value}."),
    ),
    "ko": (
        ("{kind}<은> 뭐야", "{kind}<은> {value}<예요>."),
        ("{kind} 알려 줘", "{value}<예요>."),
        ("{kind} 말해 줘", "네, {value}<예요>."),
        ("{kind}<이> 어떻게 돼", "지금 {kind}<은> {value}<예요>."),
        ("{kind} 뭐라고 돼 있어", "{value}<이>라고 돼 있어요."),
    ),
}


class Recall:
    """Draws conversations of recall, in the languages of `talk`."""

    def __init__(self, talk: Dialogues) -> None:
        self.talk = talk
        self.words = {language: _words_of(skills) for language, skills in talk.skills.items()}

    def conversation(self, rng: random.Random) -> list[Turn]:
        """One to three turns in one language, each with facts of its own."""
        language = rng.choice(("en", "ko"))
        count = rng.choices(range(1, len(TURN_WEIGHTS) + 1), TURN_WEIGHTS)[0]
        drawn = [self._turn(language, rng) for _ in range(count)]
        turns = templated([user for user, _, _ in drawn], [answer for _, answer, _ in drawn], "")
        return [
            replace(turn, topic=topic) for turn, (_, _, topic) in zip(turns, drawn, strict=True)
        ]

    def _turn(self, language: str, rng: random.Random) -> tuple[str, str, int]:
        """What a person says with its facts, the answer, and the topic's number."""
        if rng.random() >= SKILL_SHARE:
            return (*self._made_up(language, rng), -1)
        skills = self.talk.skills[language]
        while True:
            turn = skills.invented(skills.any_skill(rng), rng, lambda: self.value(language, rng))
            if turn:
                facts = [*turn.facts, *self._other_facts(turn.facts, language, rng)]
                rng.shuffle(facts)
                topic = self.talk.numbers[language, f"skill.{turn.skill}"]
                return with_facts(facts, turn.user), turn.answer, topic

    def _made_up(self, language: str, rng: random.Random) -> tuple[str, str]:
        """A question about one of several things that nobody ever heard of."""
        kinds = rng.sample(self.words[language], rng.randint(1, MOST_FACTS))
        facts = {kind: self.value(language, rng) for kind in kinds}
        if rng.random() < SEVERAL_SHARE:
            asked = rng.sample(kinds, rng.randint(1, len(kinds)))
            user = " ".join(asked)
            reply = "; ".join(f"{kind}: {facts[kind]}" for kind in asked) + "."
        else:
            kind = rng.choice(kinds)
            user, reply = (
                fit_particles(text.format(kind=kind, value=facts[kind]))
                for text in rng.choice(_QUESTIONS[language])
            )
        return with_facts([f"{kind}: {value}" for kind, value in facts.items()], user), reply

    def _other_facts(self, facts: tuple[str, ...], language: str, rng: random.Random) -> list[str]:
        """Up to three facts of other kinds beside a skill's own; none beside a skill without."""
        if not facts or rng.random() < 0.3:
            return []
        kinds = {fact.split(":")[0] for fact in facts}
        others = {fact.split(":")[0] for fact in self.talk.skills[language].stray_facts(rng)}
        return [f"{kind}: {self.value(language, rng)}" for kind in sorted(others - kinds)]

    def value(self, language: str, rng: random.Random) -> str:
        """One to three words in random order."""
        count = rng.choices(range(1, len(VALUE_WEIGHTS) + 1), VALUE_WEIGHTS)[0]
        return " ".join(rng.choices(self.words[language], k=count))


def _words_of(skills: Skills) -> list[str]:
    """Every word of a language that occurs in its skills."""
    texts = " ".join(
        text for skill in skills.skills for text in (*skill.facts, *skill.ask, *skill.answer)
    )
    values = " ".join(skills.values())
    return sorted(set(_WORD[skills.language].findall(f"{texts} {values}")))
