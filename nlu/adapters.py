"""LoRA adapters over one loaded model, changed between replies without loading it again.

Hu et al. 2021, "LoRA": a matrix W of the model acts as W + scale * B A, with A and B small.
llama.cpp adds the products while it computes, so the weights in memory stay as they are, and a
change of manner costs only the prompt: keys and values that were computed under another adapter no
longer fit, and the caller has to drop them.
"""

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from config.errors import ModelError

if TYPE_CHECKING:
    Pointer = ctypes._Pointer[ctypes.c_void_p]
    """What llama.cpp calls a loaded adapter."""


@dataclass(frozen=True, slots=True)
class Manner:
    """The adapter a reply is given under; no name: the model as it is."""

    adapter: str = ""
    scale: float = 1.0


PLAIN = Manner()


class AdapterRack:
    """The adapters of one llama.cpp context; made by `load`."""

    def __init__(self, context: int, adapters: dict[str, "Pointer"]) -> None:
        self._context = context
        self._adapters = adapters
        self._worn = PLAIN

    @classmethod
    def load(cls, model: int, context: int, adapters: Mapping[str, Path]) -> "AdapterRack":
        """Let llama.cpp read `adapters` (by name) for its model and context pointers.

        The files have been checked. Raises ModelError for an adapter that was made for another
        model. llama.cpp frees adapters together with their model.
        """
        import llama_cpp  # noqa: PLC0415  # half a second: only when a model is loaded

        loaded: dict[str, Pointer] = {}
        for name, path in adapters.items():
            pointer = llama_cpp.llama_adapter_lora_init(model, str(path).encode())
            if not pointer:
                raise ModelError(
                    f"{path}: the adapter `{name}` does not fit this model."
                    " Use it with the model it was trained for."
                )
            loaded[name] = pointer
        return cls(context, loaded)

    def wear(self, manner: Manner) -> bool:
        """Change to `manner`; returns whether anything changed.

        Raises ModelError for an adapter that was not loaded with the model.
        """
        import llama_cpp  # noqa: PLC0415  # loaded long since

        if manner == self._worn:
            return False
        if manner.adapter and manner.adapter not in self._adapters:
            known = ", ".join(self._adapters) or "none"
            raise ModelError(f"The adapter `{manner.adapter}` is not loaded (loaded: {known}).")
        worn = [self._adapters[manner.adapter]] if manner.adapter else []
        pointers = (llama_cpp.llama_adapter_lora_p_ctypes * len(worn))(*worn)
        scales = (ctypes.c_float * len(worn))(*[manner.scale] * len(worn))
        if llama_cpp.llama_set_adapters_lora(self._context, pointers, len(worn), scales):
            raise ModelError(f"llama.cpp refused the adapter `{manner.adapter}`.")
        self._worn = manner
        return True
