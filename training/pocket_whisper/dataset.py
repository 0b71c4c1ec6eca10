"""Batches for training: shards -> augmented clips -> log-mel and token rows."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from whisper.audio import N_FFT, mel_filters

from training.pocket_whisper.augment import (
    AugmentOptions,
    NoiseBank,
    Signal,
    augment_speech,
    non_speech,
)
from training.pocket_whisper.model import (
    DIMS,
    IGNORED_TARGET,
    TokenTable,
    ctc_classes,
    timestamp_token,
    tokenizer,
)
from training.pocket_whisper.render import OVER, SAMPLE_RATE_HZ, Utterance

HOP_SAMPLES = 160
SAMPLES_PER_CONTEXT_FRAME = 2 * HOP_SAMPLES  # encoder output runs at 50 Hz
MAX_SPEECH_S = 5.5  # longer clips cost more than they teach
_INT16_SCALE = 32768.0
_SEED = 7


@dataclass(frozen=True)
class BatchOptions:
    """How batches are made; sizes are per process, `batch_size` is for right-sized contexts."""

    batch_size: int = 16
    padded_batch_size: int = 8
    full_batch_size: int = 2
    groups_sorted_together: int = 24
    negative_share: float = 0.06
    timestamp_share: float = 0.25
    translate_share: float = 0.25  # of the clips whose English meaning is to be learnt
    full_context_share: float = 0.08
    spec_augment_probability: float = 0.1
    augment: AugmentOptions = field(default_factory=AugmentOptions)
    # Short silences around the speech make right-sized batches about a fifth cheaper.
    augment_right_sized: AugmentOptions = field(
        default_factory=lambda: AugmentOptions(lead_s=(0.0, 0.15), tail_s=(0.0, 0.12))
    )
    # Stop words must be heard where the robot is loud.
    stop_noise_probability: float = 0.75
    stop_noise_snr_db: tuple[float, float] = (3.0, 30.0)
    over_weight: float = 3.0  # how often sentences over the robot's voice are met, others once


@dataclass(frozen=True)
class Clip:
    """One training clip: audio, transcript ("" for non-speech) and true speech times in seconds."""

    audio: Signal
    language: str
    text: str
    start_s: float = 0.0
    end_s: float = 0.0
    english: str = ""


@dataclass(frozen=True)
class Batch:
    """Tensors of PocketWhisper.losses: mel (batch, 80, frames at 100 Hz) and token rows."""

    mel: Tensor
    tokens: Tensor
    targets: Tensor
    ctc_targets: Tensor
    ctc_lengths: Tensor


class Shards:
    """All rendered utterances, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        self.utterances: list[Utterance] = []
        self._shard_numbers: list[int] = []
        self._audio: dict[int, npt.NDArray[np.int16]] = {}
        for index_path in sorted(folder.glob("*.jsonl")):
            number = int(index_path.stem)
            audio_path = index_path.with_suffix(".i16")
            self._audio[number] = np.memmap(audio_path, dtype=np.int16, mode="r")
            for line in index_path.read_text(encoding="utf-8").splitlines():
                utterance = Utterance(**json.loads(line))
                if utterance.n_samples <= MAX_SPEECH_S * SAMPLE_RATE_HZ:
                    self.utterances.append(utterance)
                    self._shard_numbers.append(number)

    def texts(self) -> set[str]:
        """All transcripts and translations."""
        texts = {utterance.text for utterance in self.utterances}
        return texts | {utterance.english for utterance in self.utterances}

    def speech(self, index: int) -> Signal:
        """Samples of one utterance at 16 kHz."""
        row = self.utterances[index]
        samples = self._audio[self._shard_numbers[index]][row.offset : row.offset + row.n_samples]
        return samples.astype(np.float32) / _INT16_SCALE


def log_mel(audio: Tensor, n_real_samples: Sequence[int], mel_padding: Sequence[bool]) -> Tensor:
    """whisper.log_mel_spectrogram for a batch (batch, samples) -> (batch, 80, samples / 160).

    Stock code pads in two ways: zero samples before the mel (language detection), which gives the
    clamped silence value, and 0.0 mel values after it (transcribe); `mel_padding` picks per clip.
    """
    window = torch.hann_window(N_FFT)
    stft = torch.stft(audio, N_FFT, HOP_SAMPLES, window=window, return_complex=True)
    power = stft[..., :-1].abs() ** 2
    log_spec = torch.clamp(mel_filters("cpu", DIMS.n_mels) @ power, min=1e-10).log10()
    log_spec = torch.maximum(log_spec, log_spec.amax((1, 2), keepdim=True) - 8.0)
    mel = (log_spec + 4.0) / 4.0
    for item, n_real in enumerate(n_real_samples):
        if mel_padding[item]:
            mel[item, :, n_real // HOP_SAMPLES :] = 0.0
    return mel


class BatchMaker:
    """Makes the batch of a given step; the same step, phase and rank give the same batch.

    The processes that train together (`rank` of `n_ranks`) get clips of similar length, so that
    they do not wait for each other.
    """

    def __init__(
        self, shards: Shards, table: TokenTable, options: BatchOptions, rank: int, n_ranks: int
    ) -> None:
        self._shards = shards
        self._rows = table.rows()
        self._options = options
        self._rank = rank
        self._n_ranks = n_ranks
        self._codec = tokenizer()
        self._bank = NoiseBank()
        lengths = [utterance.n_samples for utterance in shards.utterances]
        self._lengths = np.array(lengths)
        weights = [options.over_weight if row.kind == OVER else 1.0 for row in shards.utterances]
        self._odds = np.array(weights) / sum(weights)

    def batch(self, step: int, padded: bool) -> Batch:
        """Right-sized contexts, or with `padded` the contexts that Sori and stock code use."""
        options = self._options
        rng = np.random.default_rng((_SEED, step, 1 + self._rank))
        indices = self._similar_lengths(step)
        full_share = options.full_context_share * (1.0 if padded else 0.05)
        full = bool(np.random.default_rng((_SEED, step)).random() < full_share)
        if full or padded:
            rng.shuffle(indices)
            indices = indices[: options.full_batch_size if full else options.padded_batch_size]
        augment = options.augment if full or padded else options.augment_right_sized
        clips = [self._clip(int(index), augment, rng) for index in indices]
        seconds = max(clip.audio.size for clip in clips) / SAMPLE_RATE_HZ
        n_context = math.ceil(50 * seconds) + int(rng.integers(0, 7))
        if full:
            n_context = DIMS.n_audio_ctx
        elif padded:
            n_context = max(256, n_context + int(rng.integers(64, 145))) // 64 * 64
        return self._collate(clips, n_context, rng)

    def _similar_lengths(self, step: int) -> npt.NDArray[np.int64]:
        """Indices of one batch: groups of batches are sorted by length and cut."""
        options = self._options
        group, place = divmod(step, options.groups_sorted_together)
        rng = np.random.default_rng((_SEED, 0, group))
        count = options.batch_size * self._n_ranks * options.groups_sorted_together
        drawn = rng.choice(len(self._lengths), size=count, p=self._odds)
        drawn = drawn[np.argsort(self._lengths[drawn])]
        batches = drawn.reshape(options.groups_sorted_together, -1)
        chosen: npt.NDArray[np.int64] = batches[rng.permutation(len(batches))[place]]
        return chosen[self._rank :: self._n_ranks].copy()

    def _babble(self, n_samples: int, rng: np.random.Generator) -> Signal:
        """Four voices at once or one: what a canceller leaves of the robot's own is one voice."""
        mixture = np.zeros(n_samples, np.float32)
        for _ in range(rng.choice((1, 4))):
            speech = self._shards.speech(int(rng.integers(len(self._lengths))))
            mixture += np.resize(np.roll(speech, int(rng.integers(speech.size))), n_samples)
        return mixture / max(float(mixture.std()), 1e-5)

    def _clip(self, index: int, augment: AugmentOptions, rng: np.random.Generator) -> Clip:
        utterance = self._shards.utterances[index]
        if rng.random() < self._options.negative_share:
            n_samples = int(utterance.n_samples + rng.uniform(-0.1, 0.8) * SAMPLE_RATE_HZ)
            n_samples = max(n_samples, SAMPLE_RATE_HZ // 5)
            return Clip(non_speech(n_samples, self._bank, rng), utterance.language, "")
        if utterance.kind == "stop":
            augment = replace(
                augment,
                noise_probability=self._options.stop_noise_probability,
                noise_snr_db=self._options.stop_noise_snr_db,
            )
        audio, start_s, end_s = augment_speech(
            self._shards.speech(index),
            lambda n_samples: self._babble(n_samples, rng),
            self._bank,
            augment,
            rng,
        )
        return Clip(audio, utterance.language, utterance.text, start_s, end_s, utterance.english)

    def _collate(self, clips: Sequence[Clip], n_context: int, rng: np.random.Generator) -> Batch:
        audio = np.zeros((len(clips), n_context * SAMPLES_PER_CONTEXT_FRAME), np.float32)
        for row, clip in enumerate(clips):
            audio[row, : clip.audio.size] = clip.audio
        n_real = [clip.audio.size for clip in clips]
        mel_padding = [bool(rng.random() < 0.5) for _ in clips]
        mel = log_mel(torch.from_numpy(audio), n_real, mel_padding)
        for item, clip in enumerate(clips):
            if rng.random() < self._options.spec_augment_probability:
                _spec_augment(mel[item], clip.audio.size // HOP_SAMPLES, rng)
        pairs = [self._sequence(clip, rng) for clip in clips]
        longest = max(len(tokens) for tokens, _ in pairs)
        tokens = torch.full((len(clips), longest), self._rows[self._codec.eot])
        targets = torch.full((len(clips), longest), IGNORED_TARGET)
        for item, (clip_tokens, clip_targets) in enumerate(pairs):
            tokens[item, : len(clip_tokens)] = torch.tensor(clip_tokens)
            targets[item, : len(clip_targets)] = torch.tensor(clip_targets)
        letters = [ctc_classes(clip.text) for clip in clips]
        flat_letters = torch.tensor([letter for word in letters for letter in word])
        lengths = torch.tensor([len(word) for word in letters])
        return Batch(mel, tokens, targets, flat_letters, lengths)

    def _sequence(self, clip: Clip, rng: np.random.Generator) -> tuple[list[int], list[int]]:
        """Decoder input rows and target rows of one clip.

        No loss falls on the choice between timestamps and none, because callers force it.
        """
        codec = self._codec
        with_timestamps = rng.random() < self._options.timestamp_share
        first = timestamp_token(clip.start_s) if with_timestamps else codec.no_timestamps
        language = codec.to_language_token(clip.language)
        foreign = bool(clip.english) and clip.language != "en"
        translated = foreign and rng.random() < self._options.translate_share
        task = codec.translate if translated else codec.transcribe
        sequence = [codec.sot, language, task, first]
        if clip.text:
            sequence += codec.encode(" " + (clip.english if translated else clip.text))
            if with_timestamps:
                sequence.append(timestamp_token(clip.end_s))
        sequence.append(codec.eot)
        rows = [self._rows[token] for token in sequence]
        targets = rows[1:]
        targets[1] = IGNORED_TARGET
        if not with_timestamps:
            targets[2] = IGNORED_TARGET
        if not clip.text:
            targets[0] = self._rows[codec.no_speech]
        return rows[:-1], targets


def _spec_augment(mel: Tensor, n_frames: int, rng: np.random.Generator) -> None:
    """Mask up to two bands (<= 8 bins) and two stretches (<= 0.12 s) with the mean, in place."""
    mean = float(mel[:, :n_frames].mean())
    for _ in range(rng.integers(1, 3)):
        width, start = rng.integers(1, 9), rng.integers(0, 72)
        mel[start : start + width, :n_frames] = mean
        width, start = rng.integers(1, 13), rng.integers(0, max(1, n_frames - 12))
        mel[:, start : min(n_frames, start + width)] = mean
