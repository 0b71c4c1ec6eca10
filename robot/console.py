"""What a person sees: results on stdout, everything else on stderr."""

import sys
from dataclasses import dataclass

BOLD, RED, DIM, PLAIN = "\033[1m", "\033[31m", "\033[2m", "\033[0m"


@dataclass(frozen=True, slots=True)
class Console:
    """Where text goes. With `json`, stdout carries JSON lines and nothing else."""

    json: bool = False
    quiet: bool = False

    def result(self, text: str, json: str | None = None) -> None:
        """One result: `json` as a line for programs, else `text` for people."""
        print(json if self.json and json is not None else text, flush=True)  # noqa: T201  # the one place that prints results

    def say(self, text: str) -> None:
        """A word to the person, unless they asked for quiet."""
        if not self.quiet:
            self._tell(text)

    def fail(self, text: str) -> None:
        """Something went wrong; said even when quiet."""
        colour, plain = (RED, PLAIN) if sys.stderr.isatty() else ("", "")
        self._tell(f"{colour}sori: {text}{plain}")

    @property
    def shows_progress(self) -> bool:
        """Whether a progress bar would be seen and is wanted."""
        return sys.stderr.isatty() and not self.quiet

    @staticmethod
    def _tell(text: str) -> None:
        # At once: the log's thread writes there, too, and must not come between text and line end.
        print(f"{text}\n", end="", file=sys.stderr, flush=True)  # noqa: T201  # people's words
