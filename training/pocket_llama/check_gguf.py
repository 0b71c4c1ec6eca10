"""Proves that llama.cpp reads the exported file as PyTorch means it.

Run: python -m training.pocket_llama.check_gguf
Token ids of 200 texts must be equal, and so must be greedy answers to 40 prompts. The exact file
(F32) shows that the export is right, the Q8_0 file what quantization changes.
"""

import argparse
import random
from pathlib import Path

import sentencepiece
import torch

from training.pocket_llama.batches import conversation_row, prompt_ids
from training.pocket_llama.dialogues import EOS, DialogueOptions, Dialogues, Turn
from training.pocket_llama.export import export, load_model, load_vocabulary
from training.pocket_llama.gguf_file import GgufFile
from training.pocket_llama.train import SCRATCH, TrainOptions

HARD_TEXTS = (
    "",
    " ",
    "  two  spaces ",
    "emoji 🙂 and 漢字",
    "훑뷁 unknown syllables",
    "line\nbreak\n\nand\ttab",
    "numbers 12345 and 3.14",
    "[INST] <<SYS>> [/INST]",
    "MiXeD CaSe, punctuation?! ...",
    "ㅋㅋㅋ ㅠㅠ",
)


def meta_text(turns: list[Turn]) -> str:
    """The conversation as Meta writes it down, <s> and </s> for the special tokens."""
    return "".join(f"<s>{turn.prompt} {turn.answer} </s>" for turn in turns)


def equal_encodings(
    file: GgufFile, vocabulary: sentencepiece.SentencePieceProcessor, texts: list[str]
) -> int:
    """How many texts llama.cpp and SentencePiece give the same ids."""
    return sum(file.encode(text) == vocabulary.encode(text) for text in texts)


def main() -> None:
    """Prints how many encodings and answers are equal."""
    defaults = TrainOptions()
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--checkpoint", type=Path, default=defaults.checkpoint)
    parser.add_argument("--vocabulary", type=Path, default=defaults.vocabulary)
    parser.add_argument("--file", type=Path, default=Path("models/pocket-llama.gguf"))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model = load_model(arguments.checkpoint)
    vocabulary = load_vocabulary(arguments.vocabulary)
    exact_path = SCRATCH / "llama-f32.gguf"
    export(model, vocabulary, exact_path, quantized=False)
    exact, small = GgufFile(exact_path), GgufFile(arguments.file)

    dialogues, rng = Dialogues(DialogueOptions()), random.Random(7)
    talks = [dialogues.conversation(rng) for _ in range(190)]
    texts = [*HARD_TEXTS, *(f"{talk[0].prompt} {talk[0].answer} " for talk in talks)]
    print(f"equal encodings: {equal_encodings(small, vocabulary, texts)} of {len(texts)}")
    whole = sum(
        small.encode_template(meta_text(talk)) == conversation_row(talk, vocabulary).ids
        for talk in talks
    )
    print(f"equal encodings of whole conversations with <s>, </s>: {whole} of {len(talks)}")

    prompts = [prompt_ids(talk, vocabulary) for talk in talks[:40]]
    wanted = [model.continue_greedily(prompt, EOS, 120) for prompt in prompts]
    for name, file in (("F32", exact), ("Q8_0", small)):
        answers = [file.continue_greedily(prompt, 120) for prompt in prompts]
        equal = sum(answer == want for answer, want in zip(answers, wanted, strict=True))
        print(f"equal greedy answers, {name}: {equal} of {len(prompts)}")


if __name__ == "__main__":
    main()
