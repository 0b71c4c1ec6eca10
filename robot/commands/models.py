"""`sori models list`, `verify` and `add`."""

import argparse
from pathlib import Path

import msgspec
from tqdm import tqdm

from config.errors import ModelError
from config.load import load
from config.model_files import ModelFile, ModelStore
from robot.assemble import model_store
from robot.commands import DONE, NOTHING_DONE, SOME_FAILED
from robot.console import Console

NAME = "models"
HELP = "list the model files, verify them by hash, or add one from a file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="what is there")
    verify = actions.add_parser("verify", help="compare every file with its SHA-256")
    verify.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    add = actions.add_parser("add", help="copy a Whisper .pt or a Llama .gguf into Sori's models")
    add.add_argument("file", type=Path, metavar="FILE")
    add.add_argument("--licence", default="unknown", help="the model's licence, for the list")
    for action in (listing, verify, add):
        action.add_argument("--json", action="store_true", help="one JSON object a line on stdout")
        action.add_argument("--quiet", action="store_true", help="no progress")


def run(options: argparse.Namespace, console: Console) -> int:
    """Do what was asked."""
    store = model_store(load(options.config))
    match options.action:
        case "list":
            return _list(store, console)
        case "verify":
            return _verify(store, options.names, console)
        case _:
            return _add(store, options.file, options.licence, console)


def _list(store: ModelStore, console: Console) -> int:
    for folder, model in store.entries.values():
        there = "" if (folder / model.file).is_file() else "  FILE MISSING"
        console.result(
            f"{model.name:<24} {model.role:<12} {model.bytes / 1e6:8.1f} MB"
            f"  {' '.join(model.languages) or '-':<16} {model.licence}{there}",
            msgspec.json.encode(model).decode(),
        )
    return DONE


def _verify(store: ModelStore, names: list[str], console: Console) -> int:
    if unknown := [name for name in names if name not in store.entries]:
        raise ModelError(f"There is no model named `{unknown[0]}`. See `sori models list`.")
    failed = 0
    chosen = names or list(store.entries)
    for name in chosen:
        problem = _problem(store, store.entries[name][1])
        failed += problem is not None
        verdict = {"name": name, "ok": problem is None, "problem": problem}
        console.result(
            f"{name:<24} {problem or 'as listed'}", msgspec.json.encode(verdict).decode()
        )
    if not failed:
        return DONE
    return SOME_FAILED if failed < len(chosen) else NOTHING_DONE


def _problem(store: ModelStore, model: ModelFile) -> str | None:
    try:
        store.verify(model)
    except ModelError as error:
        return error.message
    return None


def _add(store: ModelStore, file: Path, licence: str, console: Console) -> int:
    size = file.stat().st_size if file.is_file() else 0
    bar = tqdm(
        total=size, unit="B", unit_scale=True, desc=file.name, disable=not console.shows_progress
    )

    def advance(count: int) -> None:
        bar.update(count)

    with bar:
        model = store.add(file, licence, advance)
    setting = "recognition.model" if model.role == "recognition" else "route.model"
    console.result(
        f'Added `{model.name}`. Use it with `{setting} = "{model.name}"` in your settings.',
        msgspec.json.encode(model).decode(),
    )
    return DONE
