"""Reads an exported file with llama.cpp, to see what the robot will see."""

from pathlib import Path

import llama_cpp

from training.pocket_llama.dialogues import EOS


class GgufFile:
    """A GGUF model in llama.cpp, asked greedily and with token ids."""

    def __init__(self, path: Path, context: int = 512, threads: int = 1) -> None:
        self.context = context
        self._llama = llama_cpp.Llama(
            str(path), n_ctx=context, n_threads=threads, n_threads_batch=threads, verbose=False
        )

    def encode(self, text: str) -> list[int]:
        """Ids of the text alone, without BOS and with special words read as plain text."""
        return list(self._llama.tokenize(text.encode(), add_bos=False, special=False))

    def encode_template(self, text: str) -> list[int]:
        """Ids of a text in which <s> and </s> stand for the special tokens."""
        return list(self._llama.tokenize(text.encode(), add_bos=False, special=True))

    def continue_greedily(self, ids: list[int], limit: int) -> list[int]:
        """The most likely next tokens, up to `limit` of them or before EOS."""
        told: list[int] = []
        room = min(limit, self.context - len(ids))
        for token in self._llama.generate(ids, top_k=1, temp=0.0, repeat_penalty=1.0):
            if token == EOS or len(told) == room:
                break
            told.append(int(token))
        return told
