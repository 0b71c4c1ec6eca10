from dataclasses import dataclass, field

import pytest

from config.errors import ModelError
from nlu.model_pool import ModelPool

A, B, C = "ABC"
SIZES_MB = {A: 40.0, B: 50.0, C: 60.0}


@dataclass
class Weights:
    """Stands for a loaded model: all the pool asks of one is to close it."""

    name: str
    closed: bool = False

    def close(self) -> None:
        self.closed = True


@dataclass
class Disk:
    """Counts the loads."""

    loaded: list[Weights] = field(default_factory=list)

    def load(self, name: str) -> Weights:
        self.loaded.append(Weights(name))
        return self.loaded[-1]


def pool_of(disk: Disk, budget_mb: float) -> ModelPool[Weights]:
    return ModelPool(disk.load, SIZES_MB.__getitem__, budget_mb)


def test_a_kept_model_is_not_loaded_again() -> None:
    disk = Disk()
    pool = pool_of(disk, 100.0)
    assert pool.get(A) is pool.get(A)
    assert [weights.name for weights in disk.loaded] == [A]


def test_the_least_recently_used_model_makes_room() -> None:
    disk = Disk()
    pool = pool_of(disk, 110.0)
    first, second = pool.get(A), pool.get(B)
    pool.get(A)
    pool.get(C)
    assert (first.closed, second.closed) == (False, True)
    assert pool.kept == (A, C)
    assert pool.used_mb == 100.0


def test_several_models_make_room_for_a_large_one() -> None:
    disk = Disk()
    pool = pool_of(disk, 95.0)
    kept = [pool.get(A), pool.get(B)]
    pool.get(C)
    assert all(weights.closed for weights in kept)
    assert pool.kept == (C,)


def test_room_is_made_before_loading() -> None:
    disk = Disk()
    closed_at_load: list[bool] = []

    def load(name: str) -> Weights:
        closed_at_load.extend(weights.closed for weights in disk.loaded)
        return disk.load(name)

    pool = ModelPool(load, SIZES_MB.__getitem__, 60.0)
    pool.get(A)
    pool.get(B)
    assert closed_at_load == [True]


def test_a_model_over_the_whole_budget_is_refused_and_nothing_is_let_go() -> None:
    pool = pool_of(Disk(), 50.0)
    kept = pool.get(A)
    with pytest.raises(ModelError, match="`C` needs about 60 MB, more than the 50 MB"):
        pool.get(C)
    assert not kept.closed


def test_a_failed_load_leaves_the_pool_usable() -> None:
    disk = Disk()

    def load(name: str) -> Weights:
        if name == B:
            raise ModelError("The file is damaged.")
        return disk.load(name)

    pool = ModelPool(load, SIZES_MB.__getitem__, 100.0)
    with pytest.raises(ModelError, match="damaged"):
        pool.get(B)
    assert pool.get(A).name == A
    assert pool.kept == (A,)


def test_closing_lets_everything_go() -> None:
    disk = Disk()
    pool = pool_of(disk, 100.0)
    pool.get(A)
    pool.get(B)
    pool.close()
    assert all(weights.closed for weights in disk.loaded)
    assert pool.kept == ()
