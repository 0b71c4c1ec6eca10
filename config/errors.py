"""The error family: every error has a code for machines and a sentence for people."""

from typing import ClassVar


class SoriError(Exception):
    """Something went wrong that a person can do something about.

    `code` is stable and meant for programs; the message is one sentence for people that says
    what is wrong and, after it, what to do. Each room derives its own branch.
    """

    code: ClassVar[str] = "sori_error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class ConfigurationError(SoriError):
    """A settings file, a data file or a command-line argument cannot be used as it is."""

    code = "bad_configuration"


class ModelError(SoriError):
    """A model file is missing, damaged or of the wrong kind."""

    code = "bad_model"
