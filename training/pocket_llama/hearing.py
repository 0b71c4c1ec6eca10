"""What becomes of a sentence on its way to the model: recognition errors, or a keyboard.

The model shall not be derailed by a lost word or a capital letter, so it meets them in training.
"""

import random

ADDRESSES = {
    "en": ("sori {}", "hey sori {}", "{} sori", "um {}", "well {}", "okay {}", "so {}"),
    "ko": ("소리야 {}", "{} 소리야", "저기 {}", "음 {}", "그런데 {}", "어 {}", "그럼 {}"),
}
CONTRACTIONS = (
    ("what is", "what's"),
    ("who is", "who's"),
    ("i am", "I'm"),
    ("you are", "you're"),
    ("do not", "don't"),
    ("can not", "can't"),
    ("cannot", "can't"),
    ("it is", "it's"),
    ("let us", "let's"),
)
QUESTION_STARTS = (
    *("who", "what", "where", "when", "why", "how", "which", "is", "are", "am", "do", "does"),
    *("did", "can", "could", "will", "would", "should"),
)
KOREAN_QUESTION_ENDS = ("야", "니", "까", "나요", "어때", "뭐예요", "있어", "인가요", "해", "지")


def with_address(text: str, language: str, rng: random.Random) -> str:
    """One sentence in eight gets the robot's name or a filler word."""
    if rng.random() >= 1 / 8:
        return text
    return rng.choice(ADDRESSES[language]).format(text)


def as_heard(text: str, rng: random.Random) -> str:
    """One sentence in eight gets one recognition error: a word lost, doubled or misspelt."""
    words = text.split()
    if len(words) < 3 or rng.random() >= 1 / 8:
        return text
    place = rng.randrange(len(words))
    kind = rng.choice(("lost", "doubled", "misspelt"))
    if kind == "lost":
        # The last word of a Korean sentence carries its sense, so one before it goes.
        del words[min(place, len(words) - 2)]
    elif kind == "doubled":
        words.insert(place, words[place])
    else:
        words[place] = _misspelt(words[place], rng)
    return " ".join(words)


def as_typed(text: str, language: str, rng: random.Random) -> str:
    """The sentence with a capital letter, a final mark and the usual short forms."""
    if language == "ko":
        asks = text.endswith(KOREAN_QUESTION_ENDS)
        return text + ("?" if asks else rng.choice((".", "!", "")))
    if rng.random() < 0.5:
        for long, short in CONTRACTIONS:
            text = f" {text} ".replace(f" {long} ", f" {short} ").strip()
    text = f" {text} ".replace(" i ", " I ").replace(" sori ", " Sori ").strip()
    starts = text.lower().replace("'", " ").split()[:2]
    asks = any(word in QUESTION_STARTS for word in starts)
    return text[:1].upper() + text[1:] + ("?" if asks else rng.choice((".", "!", "")))


def _misspelt(word: str, rng: random.Random) -> str:
    """The word with one letter lost, doubled or swapped with the next."""
    if len(word) < 2:
        return word
    place = rng.randrange(len(word) - 1)
    if rng.random() < 0.5:
        return word[:place] + word[place + 1 :]
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
