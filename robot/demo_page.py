"""The page of the demo: the conversation to hear and read, and where its time went."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from robot.turn_record import TurnRecord
from robot.turn_text import action_text

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 900px; margin: 2rem auto; padding: 0 1rem;
  color: #222; background: #fafafa }
h1 { font-weight: 600 } h1 small { font-weight: 400; color: #777 }
.you, .sori { border-radius: 14px; padding: .6rem 1rem; margin: .4rem 0; max-width: 75%;
  width: fit-content }
.you { background: #e8eef7 } .sori { background: #eaf5e8; margin-left: auto }
.who { font-size: .8rem; color: #666 } audio { display: block; margin-top: .4rem; height: 32px }
figure { background: #fff; border: 1px solid #e4e6ea; border-radius: 8px; margin: 2rem 0 }
.body { display: flex; flex-wrap: wrap } .body img { width: 50%; display: block }
.body figcaption { padding-top: 1rem }
figcaption { padding: 0 1rem 1rem; color: #555 }
@media (prefers-color-scheme: dark) { body { background: #1b1d21; color: #ddd }
  .you { background: #2a3444 } .sori { background: #2b3a2b } .who, figcaption { color: #aaa }
  figcaption { background: #fff; color: #555 } }
"""


def demo_page(records: Sequence[TurnRecord], chart: str, drawn: Sequence[str] = ()) -> str:
    """A whole HTML page; sounds and pictures are referred to by their names beside it."""
    turns = "\n".join(_turn(record) for record in records)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sori: the demo conversation</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>
<body><h1>Sori <small>소리 · a recorded conversation, answered on this machine</small></h1>
<p><audio controls src="conversation.wav" aria-label="the whole conversation"></audio></p>
{_pictures(drawn)}
<main>
{turns}
</main>
<figure>{chart}<figcaption>From the end of speech to the first sound of the reply, on this machine.
The words were recognised, thought of and spoken here; no network was used.</figcaption></figure>
</body></html>
"""


def _pictures(names: Sequence[str]) -> str:
    """The film first: it moves."""
    shown = "".join(
        f'<img src="{escape(name)}" alt="the simulated robot doing what it was asked for">'
        for name in reversed(names)
    )
    caption = (
        "What the body did, in simulation: commanded (orange) against measured path (blue)."
        " Its balance is assumed; it cannot fall."
    )
    return (
        f'<figure class="body">{shown}<figcaption>{caption}</figcaption></figure>' if shown else ""
    )


def _turn(record: TurnRecord) -> str:
    language = escape(record.language or "en")
    heard = escape(record.transcript) if record.transcript else "<i>(not understood)</i>"
    if record.action is not None:
        heard += f'<br><span class="who">{escape(action_text(record.action))}</span>'
    parts = [f'<div class="you"><span class="who">you · {language}</span><br>{heard}</div>']
    if record.reply is not None:
        name = escape(Path(record.audio).name) if record.audio else ""
        sound = f'<audio controls src="{name}"></audio>' if name else ""
        parts.append(
            f'<div class="sori" lang="{escape(record.reply_language or "en")}">'
            f'<span class="who">sori · {record.timings_ms.total} ms</span><br>'
            f"{escape(record.reply)}{sound}</div>"
        )
    return "\n".join(parts)
