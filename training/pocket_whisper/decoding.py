"""Decodes a clip with an exported checkpoint, and counts what is wrong in the words."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import whisper
from torch import Tensor, nn
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


class Recogniser:
    """An exported checkpoint that decodes greedily over the tokens it was trained on.

    All others share one row of the vocabulary (see model.py): leaving the copies out changes no
    answer, and saves most of the memory that a token has to read.
    """

    def __init__(self, path: Path) -> None:
        self._model = whisper.load_model(str(path), device="cpu")
        self._codec = tokenizer()
        full = self._model.decoder.token_embedding.weight.detach()
        own = (full != full[self._codec.sot_lm]).any(dim=1)
        self._ids = [*own.nonzero().flatten().tolist(), self._codec.sot_lm]
        self._rows = {token: row for row, token in enumerate(self._ids)}
        self._others_logit = torch.zeros(len(self._ids))
        self._others_logit[-1] = math.log(full.shape[0] - len(self._ids) + 1)
        small = nn.Embedding(len(self._ids), full.shape[1])
        small.weight = nn.Parameter(full[self._ids])
        self._model.decoder.token_embedding = small

    @torch.no_grad()
    def right_sized(self, audio: Signal, task: str = "transcribe") -> Heard:
        """Greedy decoding with the context of the clip: 50 frames/s + 128, floor 256, times 64."""
        started = time.perf_counter()
        n_context = max(256, math.ceil(50 * audio.size / SAMPLE_RATE_HZ) + 128)
        n_context = math.ceil(n_context / 64) * 64
        padded = torch.zeros(1, n_context * SAMPLES_PER_CONTEXT_FRAME)
        padded[0, : audio.size] = torch.from_numpy(audio)
        features = encode_any_length(self._model.encoder, log_mel(padded, [audio.size], [False]))
        codec, rows = self._codec, self._rows
        first = self._model.decoder(torch.tensor([[rows[codec.sot]]]), features)[0, -1]
        languages = {name: codec.to_language_token(name) for name in LANGUAGES}
        language = max(languages, key=lambda name: float(first[rows[languages[name]]]))
        no_speech = float((first + self._others_logit).softmax(-1)[rows[codec.no_speech]])
        prompt = [codec.sot, languages[language], getattr(codec, task), codec.no_timestamps]
        tokens = [token for token in self._greedy(prompt, features) if token < codec.eot]
        took_s = time.perf_counter() - started
        return Heard(codec.decode(tokens).strip(), language, no_speech, took_s)

    def _greedy(self, prompt: list[int], features: Tensor) -> list[int]:
        """The most probable token after the others, up to the end; keys and values are kept."""
        cache, hooks = self._model.install_kv_cache_hooks()
        tokens: list[int] = []
        unread = [self._rows[token] for token in prompt]
        while len(tokens) < _MAX_TOKENS and self._codec.eot not in tokens[-1:]:
            logits = self._model.decoder(torch.tensor([unread]), features, kv_cache=cache)[0, -1]
            unread = [int(logits.argmax())]
            tokens.append(self._ids[unread[0]])
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
