"""Conversations as a person writes them for an adapter: one JSON object a line."""

import json
from pathlib import Path

from training.pocket_llama.dialogues import SYSTEM, Turn, templated


def read_conversations(path: Path) -> list[list[Turn]]:
    """The conversations of a JSON Lines file; SystemExit with file and line for a faulty one."""
    conversations: list[list[Turn]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            turns = row["turns"]
            users, answers = [user for user, _ in turns], [answer for _, answer in turns]
            if not users or not all(isinstance(text, str) for text in (*users, *answers)):
                raise ValueError("`turns` holds pairs of texts")
            korean = any("가" <= letter <= "힣" for letter in users[0])
            system = str(row.get("system", SYSTEM["ko" if korean else "en"]))
        except (ValueError, KeyError, TypeError) as error:
            raise SystemExit(
                f"{path}:{number}: not a conversation ({error})."
                ' Write {"turns": [["question", "answer"]]}.'
            ) from error
        conversations.append(templated(users, answers, system))
    if not conversations:
        raise SystemExit(f"{path}: there is no conversation in it.")
    return conversations
