"""openai-whisper weights on PyTorch, run for one short utterance on few cores.

Where `whisper.transcribe` encodes 30 s twice (language, then text) and keeps its keys and values
through hooks, here the utterance is encoded once at its own length; language id, decoding and its
first step share that.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from audio.errors import RecognitionError
from audio.recognition import torch_checkpoint, torch_decoder, torch_encoder
from audio.recognition.engine import Decoding, Encoding, LanguageOdds
from audio.recognition.features import COLUMNS_PER_FRAME, Mel
from audio.recognition.scripts import LANGUAGE_SCRIPTS
from audio.recognition.torch_checkpoint import Dimensions
from audio.recognition.torch_readout import Readout, of_tokens
from audio.recognition.torch_vocabulary import Vocabulary, of_size
from config.errors import ModelError


@dataclass(frozen=True, slots=True)
class TorchEncoding(Encoding):
    """What was heard, and the first decoder step on it."""

    cross: Tensor
    """Cross-attention keys and values, shape (n_layer, 2, n_head, n_frames, head size)."""
    said: Tensor
    """Self-attention keys and values of the start token, same axes, one position."""
    odds: LanguageOdds


class TorchEngine:
    """A RecognitionEngine on PyTorch; safe to use from one thread at a time."""

    def __init__(
        self,
        dimensions: Dimensions,
        encoder: torch_encoder.Encoder,
        decoder: torch_decoder.Decoder,
        vocabulary: Vocabulary,
    ) -> None:
        self._dimensions = dimensions
        self._encoder = encoder
        self._decoder = decoder
        self._vocabulary = vocabulary
        self._readouts: dict[tuple[str, ...] | None, Readout] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        """Language codes the model knows, in Whisper's order."""
        return self._vocabulary.languages

    @property
    def mel_bins(self) -> int:
        """80, or 128 for large-v3 and turbo."""
        return self._dimensions.n_mels

    @property
    def max_context_frames(self) -> int:
        """1500 frames of 20 ms."""
        return self._dimensions.n_audio_ctx

    def encode(self, mel: Mel) -> TorchEncoding:
        """Encode a spectrogram of shape (mel_bins, 2 * n_frames) and take the first decoder step.

        Raises RecognitionError for any other shape.
        """
        n_mels, n_columns = mel.shape
        n_frames, odd = divmod(n_columns, COLUMNS_PER_FRAME)
        if n_mels != self.mel_bins or odd or not 0 < n_frames <= self.max_context_frames:
            raise RecognitionError(
                f"The speech model cannot hear a spectrogram of shape {mel.shape}; it takes"
                f" ({self.mel_bins}, 2 * n) with n at most {self.max_context_frames}."
            )
        with torch.inference_mode():
            cross = self._decoder.listen(self._encoder.features(torch.from_numpy(mel)))
            said = self._decoder.buffer(1)
            hidden = self._decoder.advance([self._vocabulary.start], 0, said, cross)
            odds = self._odds(hidden)
        return TorchEncoding(n_frames, cross, said, odds)

    def language_odds(self, encoding: Encoding) -> LanguageOdds:
        """Odds over all languages, as `whisper.detect_language` gives them."""
        return _own(encoding).odds

    def decode(self, encoding: Encoding, language: str, max_tokens: int) -> Decoding:
        """Greedy text without timestamps, as stock Whisper reads it at temperature 0.

        Probabilities are over the tokens that may be said in the scripts of `language`.
        Raises RecognitionError for a language the model does not know.
        """
        heard = _own(encoding)
        prompt = self._vocabulary.prompt(language)
        begin = 1 + len(prompt)
        max_tokens = min(max_tokens, self._dimensions.n_text_ctx - begin)
        tokens: list[int] = []
        total = 0.0
        with torch.inference_mode():
            said = self._decoder.buffer(begin + max_tokens)
            said[..., :1, :] = heard.said
            readout = self._readout(language)
            hidden = self._decoder.advance(prompt, 1, said, heard.cross)
            while len(tokens) < max_tokens:
                token, log_probability = readout.best(hidden, first=not tokens)
                total += log_probability
                if token == self._vocabulary.end or math.isnan(total):
                    break
                tokens.append(token)
                if len(tokens) < max_tokens:
                    position = begin + len(tokens) - 1
                    hidden = self._decoder.advance([token], position, said, heard.cross)
        return Decoding(
            text=self._vocabulary.text(tokens),
            tokens=tokens,
            average_log_probability=total / (len(tokens) + 1),
            reached_limit=len(tokens) == max_tokens,
        )

    def sayable(self, language: str) -> list[int]:
        """Tokens that may be said in `language`, the end token last."""
        return self._vocabulary.sayable(LANGUAGE_SCRIPTS.get(language))

    def _readout(self, language: str) -> Readout:
        """Made once for each set of scripts."""
        scripts = LANGUAGE_SCRIPTS.get(language)
        if scripts not in self._readouts:
            self._readouts[scripts] = of_tokens(
                self._decoder.embedding,
                self._vocabulary.sayable(scripts),
                self._vocabulary.not_first,
            )
        return self._readouts[scripts]

    def _odds(self, hidden: Tensor) -> LanguageOdds:
        logits = torch.mv(self._decoder.embedding, hidden[0])
        no_speech = float(logits.softmax(0)[self._vocabulary.no_speech])
        if not self._vocabulary.language_tokens:
            return LanguageOdds(dict.fromkeys(self.languages, 1.0), no_speech)
        odds = logits[list(self._vocabulary.language_tokens)].softmax(0).tolist()
        return LanguageOdds(dict(zip(self.languages, odds, strict=True)), no_speech)


def load(path: Path, sha256: str, threads: int) -> TorchEngine:
    """Read an openai-whisper checkpoint whose file has the hash `sha256` (hex).

    `threads` is for all of PyTorch in this process; 0 leaves its own choice, one a physical core.
    Raises ModelError when the file is missing, not the one expected, or no Whisper model.
    """
    checkpoint = torch_checkpoint.read(path, sha256)
    vocabulary = of_size(checkpoint.dimensions.n_vocab)
    if vocabulary is None:
        raise ModelError(
            f"{path} has {checkpoint.dimensions.n_vocab} tokens, which no Whisper model has;"
            " choose another model with `model` under [recognition]."
        )
    if threads:
        torch.set_num_threads(threads)
    return TorchEngine(
        checkpoint.dimensions,
        torch_encoder.from_checkpoint(checkpoint),
        torch_decoder.from_checkpoint(checkpoint),
        vocabulary,
    )


def _own(encoding: Encoding) -> TorchEncoding:
    if not isinstance(encoding, TorchEncoding):
        raise RecognitionError("This encoding was made by another engine; encode again with this.")
    return encoding
