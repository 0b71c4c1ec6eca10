"""Write `models/manifest.toml`: size and SHA-256 of every built-in model, with its credits.

python -m training.list_models
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from config.model_files import BUILT_IN_DIRECTORY, MANIFEST_NAME, ModelFile, Role, sha256_of

HEADER = """\
# The built-in models. Written by `python -m training.list_models`; do not edit by hand.
# Sori loads no file whose size and SHA-256 are not the ones here.
"""


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """What a person has to say about a model; the rest is read off its file."""

    name: str
    role: Role
    file: str
    languages: tuple[str, ...]
    source: str
    about: str


BUILT_INS = (
    BuiltIn(
        name="pocket-whisper",
        role="recognition",
        file="pocket-whisper.pt",
        languages=("en", "ko", "es", "fr", "de"),
        source="trained from scratch by training/pocket_whisper on speech of espeak-ng and flite",
        about="openai-whisper checkpoint format; knows the words of the robot's domain only",
    ),
    BuiltIn(
        name="pocket-llama",
        role="chat",
        file="pocket-llama.gguf",
        languages=("en", "ko"),
        source="trained from scratch by training/pocket_llama on dialogues of training/text",
        about="Llama 2 architecture, Q8_0; small talk, questions about the robot, what facts tell;"
        " met everyday questions of NLU-Evaluation-Data (CC BY 4.0) and songys/Chatbot_data (MIT)",
    ),
    BuiltIn(
        name="pocket-llama-plain-korean",
        role="adapter",
        file="pocket-llama-plain-korean.gguf",
        languages=("ko",),
        source="trained by training/lora.py on talks of training/manners.py",
        about="LoRA for pocket-llama: Korean as to a friend instead of polite speech",
    ),
    BuiltIn(
        name="pocket-llama-brief",
        role="adapter",
        file="pocket-llama-brief.gguf",
        languages=("en", "ko"),
        source="trained by training/lora.py on talks of training/manners.py",
        about="LoRA for pocket-llama: the first sentence of an answer",
    ),
    *(
        BuiltIn(
            name=f"safety-{language}",
            role="safety",
            file=f"safety-{language}.npz",
            languages=(language,),
            source="trained by training/safety; the sets and their licences: models/safety.md",
            about="linear n-gram classifier of the safety filter",
        )
        for language in ("ko", "en")
    ),
    *(
        BuiltIn(
            name=f"emotion-{language}",
            role="emotion",
            file=f"emotion-{language}.npz",
            languages=(language,),
            source="trained by training/emotion; the sets and their licences: models/emotion.md",
            about="linear n-gram model: what words sound like, seven classes",
        )
        for language in ("ko", "en")
    ),
)


def entry(model: BuiltIn, folder: Path) -> ModelFile:
    """The manifest's line for `model`, whose file must be there."""
    path = folder / model.file
    return ModelFile(
        name=model.name,
        role=model.role,
        file=model.file,
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
        licence="Apache-2.0",
        source=model.source,
        languages=model.languages,
        about=model.about,
    )


def main(folder: Path = BUILT_IN_DIRECTORY) -> None:
    """Write the manifest anew."""
    blocks = [HEADER]
    for model in BUILT_INS:
        fields = msgspec.structs.asdict(entry(model, folder))
        lines = [f"{key} = {msgspec.json.encode(value).decode()}" for key, value in fields.items()]
        blocks.append("\n".join(["[[model]]", *lines, ""]))
    (folder / MANIFEST_NAME).write_text("\n".join(blocks), encoding="utf-8")
    print(f"{folder / MANIFEST_NAME}: {len(BUILT_INS)} models")


if __name__ == "__main__":
    main()
