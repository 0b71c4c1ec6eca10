"""From an address of the catalogue, or a file of the user's, to a model that Sori can use."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from tqdm import tqdm

from config.disk import check_free_space, temporary_file, writing_into
from config.model_catalogue import PublicModel
from config.model_download import Patience, Wanted, fetch, forget_note
from config.model_files import SUFFIX_OF_ROLE, ModelFile, ModelStore, sha256_of
from robot.console import Console
from robot.model_kind import Recognised, prompt_remark, recognise
from robot.model_trial import convert_and_try_out, size_of, try_out


class Progress:
    """A bar with rate and time left, or nothing when nobody would see it."""

    def __init__(self, console: Console, name: str, n_bytes: int, already: int = 0) -> None:
        self._console = console
        self._at = already
        self._bar = tqdm(
            total=n_bytes,
            initial=already,
            unit="B",
            unit_scale=True,
            desc=name,
            disable=not console.shows_progress,
        )

    def advanced(self, n_bytes: int) -> None:
        """That many bytes are there now."""
        self._bar.update(n_bytes - self._at)
        self._at = n_bytes

    def added(self, n_bytes: int) -> None:
        """That many more bytes are there."""
        self.advanced(self._at + n_bytes)

    def said(self, text: str) -> None:
        """A sentence above the bar."""
        with tqdm.external_write_mode(file=sys.stderr):
            self._console.say(text)

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()


@contextmanager
def progress(console: Console, name: str, n_bytes: int, already: int = 0) -> Iterator[Progress]:
    """A progress bar that is closed at the end."""
    bar = Progress(console, name, n_bytes, already)
    try:
        yield bar
    finally:
        bar.close()


def pull(store: ModelStore, public: PublicModel, console: Console, patience: Patience) -> ModelFile:
    """Fetch `public`, check it, try it out and list it among the user's models.

    Raises ModelError; what came of a download that broke off is kept.
    """
    part = store.part(public.name)
    already = part.stat().st_size if part.is_file() else 0
    with progress(console, public.name, public.size, already) as bar:
        digest = fetch(_wanted(public), part, bar, patience)
    if not public.sha256:
        console.say(
            f"No SHA-256 is listed for {public.name}; the one of what came is {digest}."
            " From now on the file must have it. Compare it with the source if you can."
        )
    if public.format == "safetensors":
        source = f"{public.source} (sha256 {digest})"
        model = _adopt_converted(store, part, _listed(public, digest, 0, source), console)
        part.unlink()
    else:
        console.say("Trying it out ...")
        found = recognise(part)
        console.say(f"It works: {_described(try_out(found.role, part, digest), found)}")
        model = _listed(public, digest, part.stat().st_size, public.source)
        store.adopt(part, model)
    forget_note(part)
    return model


def _wanted(public: PublicModel) -> Wanted:
    return Wanted(
        name=public.name,
        source=public.source,
        n_bytes=public.size,
        exact=public.bytes is not None,
        sha256=public.sha256,
    )


def _adopt_converted(
    store: ModelStore, source: Path, about: ModelFile, console: Console
) -> ModelFile:
    """Convert `source`, try it out and list it as `about` with the size and hash it then has."""
    console.say("Converting it to openai-whisper's format and trying it out ...")
    folder = store.user_folder
    with writing_into(folder), temporary_file(folder) as converted:
        check_free_space(folder, size_of(source), f"the converted {about.name}")
        console.say(f"It works: {convert_and_try_out(source, converted)}.")
        model = msgspec.structs.replace(
            about,
            bytes=converted.stat().st_size,
            sha256=sha256_of(converted),
            source=f"{about.source}, converted to openai-whisper's format",
        )
        store.adopt(converted, model)
    return model


def _listed(public: PublicModel, digest: str, n_bytes: int, source: str) -> ModelFile:
    return ModelFile(
        name=public.name,
        role=public.role,
        file=f"{public.name}{SUFFIX_OF_ROLE[public.role]}",
        bytes=n_bytes,
        sha256=digest,
        licence=public.licence,
        source=source,
        languages=public.languages,
        about=public.about,
    )


def add(store: ModelStore, source: Path, licence: str, name: str, console: Console) -> ModelFile:
    """Take a file or a Hugging Face folder into the user's models, whatever it is called.

    Raises ModelError for anything that is no model, or that does not work when tried.
    """
    found = recognise(source)
    name = store.free_name(name or (source.name if source.is_dir() else source.stem))
    if found.format == "hugging-face":
        about = ModelFile(
            name=name,
            role="recognition",
            file=f"{name}{SUFFIX_OF_ROLE['recognition']}",
            bytes=0,
            sha256="",
            licence=licence,
            source=f"added from {source.name}",
        )
        return _adopt_converted(store, source, about, console)

    def check(copy: Path, digest: str) -> None:
        bar.said("Trying it out ...")
        bar.said(f"It works: {_described(try_out(found.role, copy, digest), found)}")

    with progress(console, name, source.stat().st_size) as bar:
        return store.add(source, licence, bar.added, name=name, role=found.role, check=check)


def _described(about: str, found: Recognised) -> str:
    if found.header is None or found.role == "adapter":
        return f"{about}."
    context = found.header.context_tokens
    return f"{about}, trained for {context} tokens of context. {prompt_remark(found.header)}"
