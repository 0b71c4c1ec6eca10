"""Decodes a clip with an exported checkpoint, and counts what is wrong in the words."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from whisper.model import Whisper

from training.pocket_whisper.augment import Signal
from training.pocket_whisper.dataset import SAMPLES_PER_CONTEXT_FRAME, log_mel
from training.pocket_whisper.model import encode_any_length, tokenizer
from training.pocket_whisper.render import SAMPLE_RATE_HZ
from training.pocket_whisper.sentences import LANGUAGES

_MAX_TOKENS = 60


@dataclass(frozen=True)
class Heard:
    """What a recogniser returned for one clip."""

    text: str
    language: str
    no_speech_probability: float
    took_s: float


def edit_distance(reference: Sequence[str], hypothesis: Sequence[str]) -> int:
    """Levenshtein distance between two sequences of words or letters."""
    row = list(range(len(hypothesis) + 1))
    for i, expected in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, found in enumerate(hypothesis, 1):
            best = min(diagonal + (expected != found), row[j] + 1, row[j - 1] + 1)
            diagonal, row[j] = row[j], best
    return row[-1]


def units(text: str, language: str) -> list[str]:
    """Words, or Korean syllables without spaces."""
    return list(text.replace(" ", "")) if language == "ko" else text.lower().split()


@torch.no_grad()
def right_sized(model: Whisper, audio: Signal, task: str = "transcribe") -> Heard:
    """Greedy decoding with the context of the clip: 50 frames/s + 128, floor 256, times 64."""
    started = time.perf_counter()
    n_context = max(256, math.ceil(50 * audio.size / SAMPLE_RATE_HZ) + 128)
    n_context = math.ceil(n_context / 64) * 64
    padded = torch.zeros(1, n_context * SAMPLES_PER_CONTEXT_FRAME)
    padded[0, : audio.size] = torch.from_numpy(audio)
    features = encode_any_length(model.encoder, log_mel(padded, [audio.size], [False]))
    codec = tokenizer()
    first = model.decoder(torch.tensor([[codec.sot]]), features)[0, -1]
    languages = {name: codec.to_language_token(name) for name in LANGUAGES}
    language = max(languages, key=lambda name: float(first[languages[name]]))
    no_speech = float(first.softmax(-1)[codec.no_speech])
    prompt = [codec.sot, languages[language], getattr(codec, task), codec.no_timestamps]
    tokens = greedy(model, prompt, features, codec.eot)
    text = codec.decode([token for token in tokens if token < codec.eot]).strip()
    return Heard(text, language, no_speech, time.perf_counter() - started)


def greedy(model: Whisper, prompt: list[int], features: Tensor, end: int) -> list[int]:
    """The most probable token after the others, up to the end token; keys and values are kept."""
    cache, hooks = model.install_kv_cache_hooks()
    tokens: list[int] = []
    unread = prompt
    while len(tokens) < _MAX_TOKENS and end not in tokens[-1:]:
        logits: Tensor = model.decoder(torch.tensor([unread]), features, kv_cache=cache)[0, -1]
        unread = [int(logits.argmax())]
        tokens += unread
    for hook in hooks:
        hook.remove()
    return tokens


def stock(model: Whisper, audio: Signal) -> Heard:
    """Unchanged whisper.transcribe over the full 30 s, with its language detection."""
    started = time.perf_counter()
    result = model.transcribe(audio, language=None, temperature=0.0, fp16=False)
    segments = result["segments"]
    no_speech = float(segments[0]["no_speech_prob"]) if segments else 1.0
    took_s = time.perf_counter() - started
    return Heard(str(result["text"]).strip(), str(result["language"]), no_speech, took_s)
