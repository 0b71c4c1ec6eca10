"""Errors of the nlu room.

SoriError
 +-- NluError
      +-- ReplyError        the language model failed on this turn; it stays usable
           +-- PromptTooLong  the prompt does not fit the model's context
           +-- ModelBusy      the model is answering somebody else
           +-- ModelClosed    the model was let go
"""

from config.errors import SoriError


class NluError(SoriError):
    """Any failure of meaning: words to reply."""

    code = "nlu_error"


class ReplyError(NluError):
    """The language model could not answer this turn."""

    code = "reply_failed"


class PromptTooLong(ReplyError):
    """The prompt does not fit the model's context."""

    code = "prompt_too_long"


class ModelBusy(ReplyError):
    """The model is in the middle of another reply."""

    code = "model_busy"


class ModelClosed(ReplyError):
    """The model was let go and cannot answer any more."""

    code = "model_closed"
