"""Real sentences of people, which the composed topics do not foresee, and their topics.

Only what people asked is taken from the files, never the answers: an English home robot's
utterances (Liu et al. 2019, arXiv 1903.05566, CC BY 4.0) and everyday Korean sentences
(songys/Chatbot_data, MIT). The pocket model shall meet them with an honest, kind answer.
"""

import json
import re
from pathlib import Path

ENGLISH_TOPICS = {
    "alarm/*": "reminder",
    "audio/*": "volume",
    "calendar/*": "reminder",
    "cooking/recipe": "unknown_facts",
    "datetime/convert": "unknown_facts",
    "datetime/query": "time",
    "email/*": "phone_call",
    "general/commandstop": "stop",
    "general/joke": "joke",
    "general/negate": "wrong_answer",
    "general/praise": "compliment",
    "general/repeat": "repeat",
    "general/quirky": "unclear",
    "iot/cleaning": "shopping",
    "iot/coffee": "shopping",
    "iot/*": "home_control",
    "lists/*": "reminder",
    "music/*": "sing",
    "news/query": "news",
    "play/*": "sing",
    "qa/definition": "unknown_facts",
    "qa/factoid": "unknown_facts",
    "qa/currency": "unknown_facts",
    "qa/stock": "unknown_facts",
    "qa/maths": "hard_sum",
    "recommendation/*": "unknown_places",
    "social/*": "phone_call",
    "takeaway/*": "shopping",
    "transport/*": "unknown_places",
    "weather/query": "weather",
}
"""Scenario and intent of an utterance -> the topic whose answers fit."""

UNFIT = re.compile(
    r"\b(sex|sexy|fuck|shit|porn|damn|suicide|rape|drug|gun|nazi|hell)"
    r"|죽|자살|섹|시발|씨발|병신|새끼|지랄|변태|마약|19금|야동|성인"
)
"""Sentences with these are left out: they need answers with more thought than a vague one."""


def english_utterances(folder: Path) -> dict[str, list[str]]:
    """Topic name -> utterances, in lower case without punctuation."""
    found: dict[str, list[str]] = {}
    for row in _rows(folder / "en_home_robot_utterances.jsonl"):
        scenario, intent = row["scenario"], row["intent"]
        topic = ENGLISH_TOPICS.get(f"{scenario}/{intent}", ENGLISH_TOPICS.get(f"{scenario}/*"))
        text = spoken(row["text"]).replace("olly", "sori")
        if topic and 2 <= len(text.split()) <= 14 and not UNFIT.search(text):
            found.setdefault(topic, []).append(text)
    return found


def korean_sentences(folder: Path) -> dict[str, list[str]]:
    """The one topic "unclear" -> everyday sentences, without punctuation."""
    texts = [spoken(row["question"]) for row in _rows(folder / "ko_songys.jsonl")]
    fit = [text for text in texts if 5 <= len(text) <= 30 and not UNFIT.search(text)]
    return {"unclear": list(dict.fromkeys(fit))}


def spoken(text: str) -> str:
    """As the recogniser writes: lower case, letters and single spaces only."""
    return " ".join(re.sub(r"[^a-z가-힣' ]", " ", text.lower()).replace("'", "").split())


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of a JSON lines file; none where the file is not there."""
    if not path.exists():
        return []
    rows: list[dict[str, str]] = [
        json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return rows
