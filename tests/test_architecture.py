"""The shape of the house: arrows between rooms, sizes, names. See docs/architecture.md."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "config": {"config"},
    "audio": {"audio", "config"},
    "nlu": {"nlu", "config"},
    "robot": {"robot", "audio", "nlu", "config"},
}
OUTSIDE = {"training", "bench", "tests"}
"""They may import everything; nothing imports them."""
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 60
MAX_PARAMETERS = 8
BANNED_NAMES = {"utils", "helpers", "core", "base", "common", "manager", "handler", "misc"}
WHOLE_ASSISTANT = {"Conversation"}
"""No module takes the whole assistant as a parameter but the commands, which start it."""
ONLY_IN: dict[str, str | tuple[str, ...]] = {
    "torch": "audio/recognition/torch_",
    "whisper": ("audio/recognition/torch_", "robot/evaluation/spelling"),
    "llama_cpp": ("nlu/chat_model", "nlu/adapters"),
    "pyttsx3": "audio/synthesis_worker",
    "mujoco": "robot/body/simulated/",
    "PIL": "robot/body/simulated/",
    "cyclonedds": ("robot/body/dds/", "robot/body/ros2/", "robot/body/unitree/"),
    "websockets": "robot/body/rosbridge/",
    "livekit": "audio/echo/canceller",
    "starlette": "robot/service/",
    "uvicorn": "robot/service/",
    "prometheus_client": "robot/service/",
}
"""Engines stay behind their interfaces: package -> the only files that may import it."""

SOURCES = sorted(path for room in [*MAY_IMPORT, *OUTSIDE] for path in (ROOT / room).rglob("*.py"))
OURS = [path for path in SOURCES if path.relative_to(ROOT).parts[0] in MAY_IMPORT]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(tree: ast.Module) -> set[str]:
    """Full names of every import, the lazy ones too."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            names.add(node.module or "")
    return names


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_arrows_between_rooms_go_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    rooms = {name.split(".")[0] for name in imported(ast.parse(path.read_text("utf-8")))}
    ours = rooms & (set(MAY_IMPORT) | OUTSIDE)
    assert ours <= MAY_IMPORT[room]


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_engines_stay_behind_their_interfaces(path: Path) -> None:
    packages = {name.split(".")[0] for name in imported(ast.parse(path.read_text("utf-8")))}
    for package in packages & set(ONLY_IN):
        assert name_of(path).startswith(ONLY_IN[package])


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= MAX_FILE_LINES
    for function in functions(ast.parse(text)):
        assert (function.end_lineno or 0) - function.lineno < MAX_FUNCTION_LINES, function.name
        arguments = function.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        assert len([a for a in named if a.arg not in {"self", "cls"}]) <= MAX_PARAMETERS


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_names_say_something(path: Path) -> None:
    parts = {path.stem, *path.relative_to(ROOT).parts[:-1]}
    assert not parts & BANNED_NAMES


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_nobody_takes_the_whole_assistant(path: Path) -> None:
    if path.parent.name == "commands":
        return
    for function in functions(ast.parse(path.read_text("utf-8"))):
        taken = {ast.unparse(a.annotation) for a in function.args.args if a.annotation}
        assert not taken & WHOLE_ASSISTANT, function.name


def test_no_import_cycles() -> None:
    """Depth-first over the module graph of the four rooms."""
    graph = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): imported(
            ast.parse(path.read_text("utf-8"))
        )
        for path in OURS
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join([*trail, module])
        if module in done or module not in graph:
            return
        for other in graph[module]:
            visit(other, (*trail, module))
        done.add(module)

    for module in graph:
        visit(module, ())


def test_the_largest_class_is_not_the_conversation() -> None:
    sizes = {
        node.name: (node.end_lineno or 0) - node.lineno
        for path in OURS
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    assert max(sizes, key=sizes.__getitem__) != "Conversation"
