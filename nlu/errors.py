"""Errors of the nlu room.

SoriError
 +-- NluError
 |    +-- ReplyError        the language model failed on this turn; it stays usable
 |         +-- PromptTooLong     the prompt does not fit the model's context
 |         +-- ModelBusy         the model is answering somebody else
 |         +-- ModelClosed       the model was let go
 |         +-- ReplyCancelled    somebody ended this reply
 |         +-- WorkerDied        the model's process ended in the middle of this reply
 |         +-- WorkerRestarting  it is being started again
 |         +-- WorkerResting     it died too often or does not load, and is left alone for a while
 +-- ModelError
      +-- LoaderCrashed     the model's process does not survive the loading
"""

from config.errors import ModelError, SoriError


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


class ReplyCancelled(ReplyError):
    """Somebody ended this reply."""

    code = "reply_cancelled"


class WorkerDied(ReplyError):
    """The model's process crashed, hung or was killed in the middle of this reply."""

    code = "worker_died"


class WorkerRestarting(ReplyError):
    """The model's process is not back yet."""

    code = "worker_restarting"


class WorkerResting(ReplyError):
    """The model's process died too often to be started again now."""

    code = "worker_resting"


class LoaderCrashed(ModelError):
    """llama.cpp does not survive the loading of this model."""

    code = "loader_crashed"
