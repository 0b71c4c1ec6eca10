"""The one owner of a llama.cpp model: token ids in, text out, piece by piece.

Two threads inside one llama.cpp object crash the process (3 of 3 runs), so a reply holds the model
from its first piece until its generator ends or is closed; other threads wait their turn. The
prompt of a conversation only grows, so llama.cpp evaluates just what is new in it; that needs no
cache object, which would copy the whole state after every reply.
"""

import codecs
import ctypes
import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from config.errors import ModelError
from config.settings import ChatSettings
from nlu.adapters import PLAIN, AdapterRack, Manner
from nlu.errors import ModelBusy, ModelClosed, PromptTooLong, ReplyError
from nlu.llama_template import Vocabulary
from nlu.processor_cores import threads_or_physical_cores
from nlu.weights import Weights

Stream = Generator[int, Sequence[int] | None, None]
"""Token ids, without end; what is sent into it is not used here."""
Constrained = Callable[[Sequence[int], str], Stream]
"""The likeliest token ids after some, within a grammar in GBNF. Raises ReplyError for a bad one."""

_PIECE_BYTES = 512
"""Room for the text of one token; the longest in Llama vocabularies take about 50 bytes."""


class LlamaEngine(Protocol):
    """The part of `llama_cpp.Llama` that is used here."""

    def tokenize(self, text: bytes, add_bos: bool, special: bool) -> list[int]:
        """Token ids of UTF-8 `text`."""
        ...

    def generate(self, tokens: Sequence[int], *, temp: float, repeat_penalty: float) -> Stream:
        """Token ids that continue `tokens`, without end."""
        ...

    def token_bos(self) -> int:
        """The id of BOS."""
        ...

    def token_eos(self) -> int:
        """The id of EOS."""
        ...

    def reset(self) -> None:
        """Forget the evaluated prompt."""
        ...

    def close(self) -> None:
        """Free the memory."""
        ...


@dataclass(frozen=True, slots=True)
class ReplyLimits:
    """Where a reply ends even if the model would go on."""

    max_tokens: int
    max_s: float
    """Wall-clock time inside the model, prompt included; looked at between tokens.

    Time that the listener of the pieces takes (a full speaker buffer) does not count.
    """


def _unconstrained(tokens: Sequence[int], grammar: str) -> Stream:
    raise ReplyError("This language model cannot be held to a grammar.")


class ChatModel:
    """A loaded model; made by `load`."""

    def __init__(
        self,
        engine: LlamaEngine,
        rack: AdapterRack,
        is_end: Callable[[int], bool],
        piece: Callable[[int], bytes],
        context_tokens: int,
        settings: ChatSettings,
        constrained: Constrained = _unconstrained,
    ) -> None:
        self._engine: LlamaEngine | None = engine
        self._rack = rack
        self._is_end = is_end
        self._piece = piece
        self._constrained = constrained
        self.context_tokens = context_tokens
        """Room for prompt and reply together."""
        self._settings = settings
        self._lock = threading.Lock()
        self._owner: int | None = None
        self.vocabulary = Vocabulary(self.tokenize, engine.token_bos(), engine.token_eos())

    def tokenize(self, text: str) -> list[int]:
        """Token ids of `text` without BOS; control tokens in it are taken as plain text."""
        return self._open_engine().tokenize(text.encode(), add_bos=False, special=False)

    def generate(
        self,
        tokens: Sequence[int],
        limits: ReplyLimits,
        manner: Manner = PLAIN,
        clock: Callable[[], float] = time.monotonic,
    ) -> Generator[str, None, None]:
        """Text that continues `tokens` in that manner, in pieces of whole characters.

        Ends with the model's end token or at `limits`. Closing the generator early leaves the
        model usable. Raises PromptTooLong when `tokens` fill the context, ModelBusy when another
        reply does not end in time or this very thread is in the middle of one, and ReplyError
        when llama.cpp fails.
        """
        within = self._within_context(tokens, limits)
        return self._pieces(within, manner, clock, lambda engine: self._talking(engine, tokens))

    def fill(
        self,
        tokens: Sequence[int],
        grammar: str,
        limits: ReplyLimits,
        clock: Callable[[], float] = time.monotonic,
    ) -> str:
        """The likeliest text after `tokens` in which nothing but `grammar` (GBNF) can be written.

        Broken off at `limits`, so that it may be unfinished. Raises like `generate`, and ReplyError
        for a grammar that llama.cpp cannot read. The next reply evaluates its whole prompt anew:
        what was computed of the conversation makes room for this one.
        """
        within = self._within_context(tokens, limits)
        pieces = self._pieces(within, PLAIN, clock, lambda _: self._constrained(tokens, grammar))
        return "".join(pieces)

    def _talking(self, engine: LlamaEngine, tokens: Sequence[int]) -> Stream:
        return engine.generate(
            tokens,
            temp=self._settings.temperature,
            repeat_penalty=self._settings.repeat_penalty,
        )

    def _within_context(self, tokens: Sequence[int], limits: ReplyLimits) -> ReplyLimits:
        room = self.context_tokens - len(tokens)
        if not tokens or room < 1:
            raise PromptTooLong(
                f"A prompt of {len(tokens)} tokens does not fit the context of"
                f" {self.context_tokens}. Shorten it, or raise `chat.context_tokens`."
            )
        return ReplyLimits(min(limits.max_tokens, room), limits.max_s)

    def _pieces(
        self,
        limits: ReplyLimits,
        manner: Manner,
        clock: Callable[[], float],
        begin: Callable[[LlamaEngine], Stream],
    ) -> Generator[str, None, None]:
        decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")
        spent_s = 0.0
        with self._held() as engine:
            began_s = clock()
            if self._rack.wear(manner):
                engine.reset()  # what was computed in the other manner does not fit this one
            stream = begin(engine)
            try:
                for count, token in enumerate(stream, start=1):
                    spent_s += clock() - began_s
                    if self._is_end(token):
                        return
                    if text := decoder.decode(self._piece(token)):
                        yield text
                    if count >= limits.max_tokens or spent_s >= limits.max_s:
                        return
                    began_s = clock()
            except (RuntimeError, ValueError) as error:
                raise ReplyError(f"llama.cpp stopped in the middle of a reply: {error}.") from error
            finally:
                stream.close()

    @contextmanager
    def _held(self) -> Iterator[LlamaEngine]:
        if self._owner == threading.get_ident():  # waiting for oneself would never end
            raise ModelBusy("The model is in the middle of a reply. Finish or close it first.")
        if not self._lock.acquire(timeout=self._settings.max_reply_s + 1.0):
            raise ModelBusy("The model is busy with another reply. Try again in a moment.")
        try:
            self._owner = threading.get_ident()
            yield self._open_engine()
        finally:
            self._owner = None
            self._lock.release()

    def close(self) -> None:
        """Free the memory; waits for a reply in another thread. Closing twice is fine."""
        if self._engine is None:
            return
        with self._held() as engine:
            self._engine = None
            engine.close()

    def _open_engine(self) -> LlamaEngine:
        if self._engine is None:
            raise ModelClosed("This language model was let go. Ask the model pool for it again.")
        return self._engine


def load(
    weights: Weights, settings: ChatSettings, adapters: Mapping[str, Weights] | None = None
) -> ChatModel:
    """Check the files, then let llama.cpp load them: the weights and, by name, their adapters.

    Raises ModelError with the cause for files that are missing, damaged, of another kind or not
    the ones the manifest means; none of them reaches llama.cpp.
    """
    header = weights.checked()
    adapters = adapters or {}
    for adapter in adapters.values():
        adapter.checked("adapter")
    context_tokens = settings.context_tokens
    if header.context_tokens:
        context_tokens = min(context_tokens, header.context_tokens)
    return _open(weights.path, adapters, context_tokens, settings)


def _open(
    path: Path, adapters: Mapping[str, Weights], context_tokens: int, settings: ChatSettings
) -> ChatModel:
    try:
        import llama_cpp  # noqa: PLC0415  # 60 MB and half a second: only when a model is loaded
        from llama_cpp.llama_grammar import LlamaGrammar  # noqa: PLC0415  # a part of it
    except ImportError as error:
        raise ModelError("llama-cpp-python is not installed. Run `./sori` once.") from error
    threads = threads_or_physical_cores(settings.threads)
    try:
        # verbose=False points file descriptors 1 and 2 at /dev/null while the weights are mapped;
        # hashing, the long part of a load, is done before.
        engine = llama_cpp.Llama(
            model_path=str(path),
            n_ctx=context_tokens,
            n_batch=min(context_tokens, 512),
            n_threads=threads,
            n_threads_batch=threads,
            verbose=False,
        )
    except (RuntimeError, ValueError) as error:
        raise ModelError(
            f"{path}: llama.cpp refused this model: {error}."
            " The file is damaged, or too new for this llama.cpp. Fetch it again."
        ) from error
    # It takes llama.cpp's warnings for errors and prints them; ours are exceptions with a sentence.
    logging.getLogger("llama-cpp-python").setLevel(logging.CRITICAL)
    rack = AdapterRack.load(engine.model, engine.ctx, adapters)
    vocabulary = llama_cpp.llama_model_get_vocab(engine.model)

    def is_end(token: int) -> bool:
        return bool(llama_cpp.llama_vocab_is_eog(vocabulary, token))

    def piece(token: int) -> bytes:
        # Llama.detokenize has room for 32 bytes a token: too few for some Korean pieces.
        text = ctypes.create_string_buffer(_PIECE_BYTES)
        length = llama_cpp.llama_token_to_piece(vocabulary, token, text, _PIECE_BYTES, 0, False)
        return text.raw[: max(length, 0)]

    def constrained(tokens: Sequence[int], text: str) -> Stream:
        # A grammar that cannot be read is a null pointer there, which would crash the process; an
        # empty one would let everything pass.
        sampler = llama_cpp.llama_sampler_init_grammar(vocabulary, text.encode(), b"root")
        if sampler:
            llama_cpp.llama_sampler_free(sampler)
        if not sampler or not text.strip():
            raise ReplyError("llama.cpp cannot read the grammar that the reply must keep to.")
        grammar = LlamaGrammar.from_string(text, verbose=False)
        # Never by chance, and without penalties: brackets have to be repeated.
        return engine.generate(tokens, temp=0.0, repeat_penalty=1.0, grammar=grammar)

    return ChatModel(engine, rack, is_end, piece, context_tokens, settings, constrained)
