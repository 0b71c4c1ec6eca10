"""Public models that can be pulled: what `models/catalogue.toml` lists."""

import difflib
import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from config.errors import ConfigurationError, ModelError
from config.load import read_text
from config.model_files import BUILT_IN_DIRECTORY, Role
from config.settings import ModelSettings

CATALOGUE = BUILT_IN_DIRECTORY / "catalogue.toml"

Format = Literal["openai-whisper", "safetensors", "gguf"]
"""How the file at the source is written; `safetensors` is converted to openai-whisper's."""


class PublicModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One model of the catalogue."""

    name: str
    role: Role
    format: Format
    source: str
    """Address of the one file that is fetched."""
    bytes: int | None = None
    """Size of that file where it is known to the byte ..."""
    about_bytes: int | None = None
    """... or an estimate of it; exactly one of the two is given."""
    sha256: str = ""
    """Of that file, hex; empty where no published hash was found."""
    checked: bool = False
    """Address, size and hash were found in agreement in independent published places."""
    memory_mb: int
    """The most the model takes at the built-in settings, loading included; MiB, an estimate."""
    encoder_millions: int = 0
    """Weights of a Whisper's encoder, in millions."""
    decoder_millions: int = 0
    licence: str
    languages: tuple[str, ...]
    """ISO 639-1 codes it is of use in; `*` for all that Whisper knows."""
    about: str

    @property
    def size(self) -> int:
        """Bytes to fetch, exact or estimated."""
        return self.bytes or self.about_bytes or 0


class _CatalogueText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: tuple[PublicModel, ...] = ()


def load_catalogue(settings: ModelSettings) -> dict[str, PublicModel]:
    """The catalogue by name; ConfigurationError when it contradicts itself."""
    path = Path(settings.catalogue).expanduser() if settings.catalogue else CATALOGUE
    try:
        text = tomllib.loads(read_text(path, "model catalogue"))
        models = msgspec.convert(text, _CatalogueText).model
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigurationError(f"{path}: this model catalogue is damaged: {error}.") from error
    for model in models:
        if (model.bytes is None) == (model.about_bytes is None) or model.size <= 0:
            raise ConfigurationError(
                f"{path}: `{model.name}` needs either `bytes` or `about_bytes`, above 0."
            )
    return {model.name: model for model in models}


def find(catalogue: dict[str, PublicModel], name: str) -> PublicModel:
    """The model `name`; ModelError with the nearest names when there is none."""
    if name in catalogue:
        return catalogue[name]
    near = difflib.get_close_matches(name, catalogue, n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(f'`{other}`' for other in near)}? " if near else ""
    raise ModelError(
        f"`{name}` is no model that can be pulled. {hint}See `sori models list`, or fetch the file"
        " yourself and use `sori models add FILE`."
    )
