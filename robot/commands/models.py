"""`sori models list`, `pull`, `add`, `verify`, `remove` and `recommend`."""

import argparse
from dataclasses import asdict
from pathlib import Path

import msgspec

from config.errors import ModelError
from config.load import load
from config.model_catalogue import PublicModel, find, load_catalogue
from config.model_download import Patience
from config.model_files import ModelFile, ModelStore
from config.settings import Settings
from robot import model_fetching
from robot.assemble import model_store
from robot.commands import DONE, NOTHING_DONE, SOME_FAILED
from robot.console import Console
from robot.machine import Machine, look_at
from robot.model_advice import MIN_TOKENS_A_S, UTTERANCE_S, Advice, Suited, advise

NAME = "models"
HELP = "list the model files, pull, add, verify or remove them, or ask which suit this machine"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="what is there, and what can be pulled")
    pull = actions.add_parser("pull", help="fetch a full model; goes on where it stopped")
    pull.add_argument("name", metavar="NAME", help="a name from `sori models list`")
    add = actions.add_parser(
        "add", help="copy a Whisper (.pt or Hugging Face folder) or a Llama (.gguf) from a disk"
    )
    add.add_argument("file", type=Path, metavar="FILE", help="file or folder")
    add.add_argument("--name", default="", help="what to call it (default: the file's name)")
    add.add_argument("--licence", default="unknown", help="the model's licence, for the list")
    verify = actions.add_parser("verify", help="compare every file with its SHA-256")
    verify.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    remove = actions.add_parser("remove", help="delete a model you pulled or added")
    remove.add_argument("name", metavar="NAME")
    recommend = actions.add_parser("recommend", help="which full models suit this machine")
    for action in (listing, pull, add, verify, remove, recommend):
        _also_take_the_shared_arguments(action)


def _also_take_the_shared_arguments(action: argparse.ArgumentParser) -> None:
    """So that they may stand behind the action too; what stood before it is kept."""
    kept = argparse.SUPPRESS
    action.add_argument("--config", type=Path, metavar="FILE", default=kept, help="settings")
    action.add_argument("--json", action="store_true", help="one JSON object a line on stdout")
    action.add_argument("--quiet", action="store_true", default=kept, help="no progress")
    action.add_argument("--debug", action="store_true", default=kept, help="show tracebacks")


def run(options: argparse.Namespace, console: Console) -> int:
    """Do what was asked."""
    settings = load(options.config)
    store = model_store(settings)
    match options.action:
        case "list":
            return _list(store, settings, console)
        case "pull":
            return _pull(store, options.name, settings, console)
        case "add":
            model = model_fetching.add(store, options.file, options.licence, options.name, console)
            return _taken(model, "Added", console)
        case "verify":
            return _verify(store, options.names, console)
        case "remove":
            return _remove(store, options.name, settings, console)
        case _:
            return _recommend(store, settings, console)


class _Line(msgspec.Struct, frozen=True):
    """What `list --json` says beside the manifest or the catalogue."""

    state: str
    """`built_in`, `own`, `missing` (listed, but its file is gone) or `can_be_pulled`."""
    fetched_bytes: int = 0
    """What came of a download that is not finished."""


def _list(store: ModelStore, settings: Settings, console: Console) -> int:
    for folder, model in store.entries.values():
        state = "own" if store.is_own(model.name) else "built_in"
        there = (folder / model.file).is_file()
        console.result(
            f"{_columns(model, f'{model.bytes / 1e6:8.1f} MB')}{'' if there else '  FILE MISSING'}",
            _joined(model, _Line(state if there else "missing")),
        )
    rest = [m for m in load_catalogue(settings.models).values() if m.name not in store.entries]
    if not console.json and rest:
        console.result("\nCan be pulled with `sori models pull NAME`:")
    for public in rest:
        part = store.part(public.name)
        fetched = part.stat().st_size if part.is_file() else 0
        size = f"{'' if public.bytes else '~'}{public.size / 1e6:.1f}"
        remark = f"  {fetched / 1e6:.1f} MB of it are here" if fetched else ""
        remark += "" if public.checked else "  not checked"
        console.result(
            f"{_columns(public, f'{size:>8} MB')}{remark}\n    {public.about}",
            _joined(public, _Line("can_be_pulled", fetched)),
        )
    return DONE


def _columns(model: ModelFile | PublicModel, size: str) -> str:
    languages = " ".join(model.languages) or "-"
    return f"{model.name:<24} {model.role:<12} {size}  {languages:<12} {model.licence}"


def _joined(model: ModelFile | PublicModel, line: _Line) -> str:
    return msgspec.json.encode(
        msgspec.structs.asdict(model) | msgspec.structs.asdict(line)
    ).decode()


def _pull(store: ModelStore, name: str, settings: Settings, console: Console) -> int:
    if name in store.entries and _problem(store, store.entries[name][1]) is None:
        return _taken(store.entries[name][1], "Already there, and as listed:", console)
    public = find(load_catalogue(settings.models), name)
    console.say(
        f"Fetching {name}, {public.size / 1e6:.0f} MB, licence: {public.licence}.\n{public.source}"
    )
    if not public.checked:
        console.say("This address could not be checked when the catalogue was written.")
    try:
        model = model_fetching.pull(store, public, console, Patience())
    except KeyboardInterrupt:
        console.say(f"\nWhat came is kept; `sori models pull {name}` goes on from there.")
        raise
    return _taken(model, "Pulled", console)


def _taken(model: ModelFile, what: str, console: Console) -> int:
    use = {
        "recognition": f'`model = "{model.name}"` under [recognition]',
        "chat": f'`model = "{model.name}"` in a [[route]]',
        "adapter": f'`adapter = "{model.name}"` in a [[route]]',
    }.get(model.role)
    how = f"Use it with {use} in your settings." if use else "It is in use without any setting."
    console.result(f"{what} `{model.name}`. {how}", msgspec.json.encode(model).decode())
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


def _remove(store: ModelStore, name: str, settings: Settings, console: Console) -> int:
    freed = store.remove(name)
    removed = {"name": name, "freed_bytes": freed}
    console.result(
        f"Removed `{name}`; {freed / 1e6:.1f} MB are free again.",
        msgspec.json.encode(removed).decode(),
    )
    used = [settings.recognition.model, *(route.model for route in settings.route)]
    if name in used and name not in store.entries:
        console.say(f"Your settings still use `{name}`: name another model there.")
    return DONE


def _recommend(store: ModelStore, settings: Settings, console: Console) -> int:
    console.say("Measuring ...")
    machine = look_at(store.user_folder)
    there = {name for name in store.entries if store.is_own(name)}
    advice = advise(machine, load_catalogue(settings.models), there, settings.language.served)
    console.result(_told(machine, advice), _as_json(machine, advice))
    return DONE


def _as_json(machine: Machine, advice: Advice) -> str:
    return msgspec.json.encode({"machine": machine} | asdict(advice)).decode()


def _told(machine: Machine, advice: Advice) -> str:
    lines = [
        f"This machine: {machine.cores} cores ({' '.join(machine.features) or 'no extensions'}),"
        f" {machine.available_mb} of {machine.memory_mb} MB of memory available,"
        f" {machine.free_disk_mb} MB of disk free;",
        f"measured: memory {machine.bandwidth_gb_s:.1f} GB/s,"
        f" arithmetic {machine.gflops:.0f} GFLOPS.",
        "",
        *(_expected(suited) for suited in advice.models),
        *([""] if advice.models else []),
        *([*advice.commands, ""] if advice.commands else []),
        "Settings that use it (save them, then pass them with --config FILE):",
        "",
        advice.settings,
        *advice.notes,
    ]
    return "\n".join(lines)


def _expected(suited: Suited) -> str:
    size = "is there" if suited.there else f"{suited.download_mb:.0f} MB to fetch"
    if suited.hearing_s is not None:
        speed = f"hears {UTTERANCE_S:.0f} s of speech in about {suited.hearing_s:.1f} s"
    else:
        speed = (
            f"writes about {suited.tokens_a_s} tokens/s (English speech needs {MIN_TOKENS_A_S:.0f})"
        )
    return f"{suited.name:<20} {size}, {suited.memory_mb} MB of memory; {speed}"
