"""The pocket model's own SentencePiece vocabulary, trained as Llama's was, but smaller.

Byte-pair merges with byte fallback, digits apart, text unchanged, a space put before the text:
the same settings as Llama 2's tokenizer.model, so llama.cpp reads the result with its own code.
"""

import argparse
import random
from pathlib import Path

import sentencepiece

from training.pocket_llama.dialogues import BOS, EOS, DialogueOptions, Dialogues


def train_vocabulary(texts: list[str], size: int, prefix: Path) -> Path:
    """Writes PREFIX.model from the texts and returns its path.

    SentencePiece reads lines, so line breaks inside of a text have to go. A bracket stands for
    them: merges never cross it, and so the words that follow a line break without a space, the
    first words of the user, become pieces too.
    """
    corpus = prefix.with_suffix(".txt")
    corpus.write_text("\n".join(text.replace("\n", ")") for text in texts), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus),
        model_prefix=str(prefix),
        model_type="bpe",
        vocab_size=size,
        byte_fallback=True,
        split_digits=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        add_dummy_prefix=True,
        character_coverage=1.0,
        unk_id=0,
        bos_id=BOS,
        eos_id=EOS,
        pad_id=-1,
        minloglevel=1,
    )
    return prefix.with_suffix(".model")


def main() -> None:
    """Writes the vocabulary from generated dialogues, template markers included."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--prefix", type=Path, default=Path("/tmp/sori-training/pocket-llama"))
    parser.add_argument("--size", type=int, default=3600)
    parser.add_argument("--conversations", type=int, default=20000)
    arguments = parser.parse_args()
    dialogues = Dialogues(DialogueOptions())
    rng = random.Random(0)
    texts = [
        turn.prompt + " " + turn.answer
        for _ in range(arguments.conversations)
        for turn in dialogues.conversation(rng)
    ]
    print(train_vocabulary(texts, arguments.size, arguments.prefix))


if __name__ == "__main__":
    main()
