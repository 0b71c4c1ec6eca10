"""Keeps several language models in memory, within a budget; lets go of the least recently used."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from config.errors import ModelError
from nlu.errors import LoaderCrashed


class Closable(Protocol):
    """Anything that holds memory until it is closed."""

    def close(self) -> None:
        """Give the memory back."""
        ...


Model_co = TypeVar("Model_co", bound=Closable, covariant=True)


class ModelPool(Generic[Model_co]):
    """Loaded models by name, least recently used first.

    A model is loaded when it is first asked for and never again while it is kept: llama.cpp does
    not give back all the memory of a reload. Room is made before loading, not after. One that the
    loader did not survive is not tried again: every turn would wait for the crash.
    """

    def __init__(
        self,
        load: Callable[[str], Model_co],
        memory_mb: Callable[[str], float],
        budget_mb: float,
    ) -> None:
        self._load = load
        self._memory_mb = memory_mb
        self._budget_mb = budget_mb
        self._crashed: dict[str, str] = {}
        self._kept: OrderedDict[str, tuple[Model_co, float]] = OrderedDict()

    @property
    def kept(self) -> tuple[str, ...]:
        """What is in memory now, least recently used first."""
        return tuple(self._kept)

    @property
    def loaded(self) -> tuple[Model_co, ...]:
        """The models in memory now."""
        return tuple(model for model, _ in list(self._kept.values()))

    @property
    def used_mb(self) -> float:
        """What the kept models take together, by estimate."""
        return sum(size_mb for _, size_mb in self._kept.values())

    def get(self, name: str) -> Model_co:
        """The loaded model; loads it, and lets others go, when it is not kept.

        Raises ModelError when it alone is over the budget, and what `load` raises; LoaderCrashed
        again without another try.
        """
        if name in self._kept:
            self._kept.move_to_end(name)
            return self._kept[name][0]
        if name in self._crashed:
            raise LoaderCrashed(self._crashed[name])
        needed_mb = self._memory_mb(name)
        if needed_mb > self._budget_mb:
            raise ModelError(
                f"The model `{name}` needs about {needed_mb:.0f} MB, more than the"
                f" {self._budget_mb:.0f} MB of `chat.memory_budget_mb`."
                " Raise it, or choose a smaller model."
            )
        while self.used_mb + needed_mb > self._budget_mb:
            _, (oldest, _) = self._kept.popitem(last=False)
            oldest.close()
        try:
            model = self._load(name)
        except LoaderCrashed as error:
            self._crashed[name] = error.message
            raise
        self._kept[name] = (model, needed_mb)
        return model

    def close(self) -> None:
        """Let every model go."""
        while self._kept:
            _, (model, _) = self._kept.popitem()
            model.close()
