"""Builds the transcriber that the settings ask for, and the recogniser of pieces."""

from importlib import resources
from pathlib import Path

import numpy as np

from audio.recognition import guards, invented_text, torch_engine
from audio.recognition.features import COLUMNS_PER_FRAME
from audio.recognition.partial import PartialRecogniser
from audio.recognition.torch_engine import TorchEngine
from audio.recognition.transcriber import Transcriber
from config.settings import LanguageSettings, RecognitionSettings


def load(
    path: Path, sha256: str, settings: RecognitionSettings, languages: LanguageSettings
) -> Transcriber:
    """Read the model at `path`, whose hash must be `sha256` (hex), and warm it up.

    Raises ModelError for an unusable file, ConfigurationError for a served language that the model
    does not know.
    """
    engine = torch_engine.load(path, sha256, settings.threads)
    with resources.as_file(resources.files("config") / "phrases" / "invented.toml") as listed:
        phrases = invented_text.load(listed)
    transcriber = Transcriber(engine, settings, languages, phrases)
    _warm_up(engine, languages)
    return transcriber


def load_partial(
    path: Path, sha256: str, settings: RecognitionSettings, languages: LanguageSettings
) -> PartialRecogniser:
    """The same for pieces of sound that is still going on; it shares nothing with a transcriber.

    Raises ModelError for an unusable file.
    """
    engine = torch_engine.load(path, sha256, settings.threads)
    recogniser = PartialRecogniser(engine, languages.served, settings.max_no_speech)
    _warm_up(engine, languages)
    return recogniser


def _warm_up(engine: TorchEngine, languages: LanguageSettings) -> None:
    """The first pass plans its matrix products and packs what may be said; nobody should wait."""
    silence = np.zeros((engine.mel_bins, guards.MIN_FRAMES * COLUMNS_PER_FRAME), np.float32)
    encoding = engine.encode(silence)
    for language in set(languages.served) & set(engine.languages):
        engine.decode(encoding, language, max_tokens=1)
