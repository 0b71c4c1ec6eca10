"""llama.cpp itself, behind plain values. Importing this takes 60 MB and half a second."""

import ctypes
import logging
from collections.abc import Generator, Sequence
from pathlib import Path

import llama_cpp
from llama_cpp.llama_grammar import LlamaGrammar

from config.errors import ModelError
from nlu.chat_abort import AbortSwitch
from nlu.errors import ReplyError
from nlu.processor_cores import threads_or_physical_cores

_PIECE_BYTES = 512
"""Room for the text of one token; the longest in Llama vocabularies take about 50 bytes."""
_BATCH_TOKENS = 64
"""Of a prompt, evaluated together. The abort flag is looked at after every node of the graph, and a
node takes as long as the batch is large; 512 together took no less processor time."""

Stream = Generator[int, Sequence[int] | None, None]


class LlamaCpp:
    """One model and one context; made by `open`."""

    def __init__(self, llama: llama_cpp.Llama, abort: AbortSwitch) -> None:
        self._llama = llama
        self._vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
        self.abort = abort
        """Kept here as well: llama.cpp reads its flag for as long as this lives."""
        callback = llama_cpp.ggml_abort_callback(abort.callback_address)
        llama_cpp.llama_set_abort_callback(llama.ctx, callback, abort.flag_address)

    @classmethod
    def open(cls, path: Path, context_tokens: int, threads: int) -> "LlamaCpp":
        """Let llama.cpp load a file that was checked; `threads` 0: one a physical core.

        Raises ModelError when it refuses.
        """
        threads = threads_or_physical_cores(threads)
        try:
            # verbose=False points file descriptors 1 and 2 at /dev/null while the weights are
            # mapped; hashing, the long part of a load, is done before.
            llama = llama_cpp.Llama(
                model_path=str(path),
                n_ctx=context_tokens,
                n_batch=min(context_tokens, _BATCH_TOKENS),
                n_threads=threads,
                n_threads_batch=threads,
                verbose=False,
            )
        except (RuntimeError, ValueError) as error:
            raise ModelError(
                f"{path}: llama.cpp refused this model: {error}."
                " The file is damaged, or too new for this llama.cpp. Fetch it again."
            ) from error
        # It takes llama.cpp's warnings for errors and prints them; ours are exceptions with a
        # sentence.
        logging.getLogger("llama-cpp-python").setLevel(logging.CRITICAL)
        return cls(llama, AbortSwitch())

    @property
    def pointers(self) -> tuple[int, int]:
        """llama.cpp's model and context, for adapters."""
        return self._llama.model, self._llama.ctx

    def tokenize(self, text: bytes, add_bos: bool, special: bool) -> list[int]:
        """Token ids of UTF-8 `text`."""
        return list(self._llama.tokenize(text, add_bos=add_bos, special=special))

    def generate(self, tokens: Sequence[int], *, temp: float, repeat_penalty: float) -> Stream:
        """Token ids that continue `tokens`, without end; RuntimeError when aborted."""
        return self._mistrusting(
            self._llama.generate(tokens, temp=temp, repeat_penalty=repeat_penalty)
        )

    def constrained(self, tokens: Sequence[int], text: str) -> Stream:
        """The likeliest token ids within the grammar `text`; ReplyError for a bad one."""
        # A grammar that cannot be read is a null pointer there, which would crash the process; an
        # empty one would let everything pass.
        sampler = llama_cpp.llama_sampler_init_grammar(self._vocabulary, text.encode(), b"root")
        if sampler:
            llama_cpp.llama_sampler_free(sampler)
        if not sampler or not text.strip():
            raise ReplyError("llama.cpp cannot read the grammar that the reply must keep to.")
        grammar = LlamaGrammar.from_string(text, verbose=False)
        # Never by chance, and without penalties: brackets have to be repeated.
        return self._mistrusting(
            self._llama.generate(tokens, temp=0.0, repeat_penalty=1.0, grammar=grammar)
        )

    def _mistrusting(self, stream: Stream) -> Stream:
        """After an abort the odds of the next token are void, and llama-cpp-python does not know.

        Asked for the very tokens that are evaluated it would choose by them. Reset, it evaluates
        the last one again; the others stay evaluated.
        """
        try:
            yield from stream
        except RuntimeError:
            evaluated = self._llama.n_tokens
            self.reset()
            self._llama.n_tokens = evaluated
            raise

    def is_end(self, token: int) -> bool:
        """Whether a reply ends with this token."""
        return bool(llama_cpp.llama_vocab_is_eog(self._vocabulary, token))

    def piece(self, token: int) -> bytes:
        """The text of a token, maybe a part of a character."""
        # Llama.detokenize has room for 32 bytes a token: too few for some Korean pieces.
        text = ctypes.create_string_buffer(_PIECE_BYTES)
        length = llama_cpp.llama_token_to_piece(
            self._vocabulary, token, text, _PIECE_BYTES, 0, False
        )
        return text.raw[: max(length, 0)]

    def token_bos(self) -> int:
        """The id of BOS."""
        return int(self._llama.token_bos())

    def token_eos(self) -> int:
        """The id of EOS."""
        return int(self._llama.token_eos())

    def reset(self) -> None:
        """Forget the evaluated prompt."""
        self._llama.reset()  # type: ignore[no-untyped-call]  # llama-cpp-python types no return

    def close(self) -> None:
        """Free the memory."""
        self._llama.close()
