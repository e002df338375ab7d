"""All exercises, in the order of the chapters."""

from handgrad.exercises.chapters import (
    batchnorm,
    batchnorm_fused,
    checking,
    cross_entropy,
    embedding,
    exactness,
    forward,
    linear,
    mlp,
    softmax,
    speed,
    tanh,
    training,
    vjp,
)
from handgrad.exercises.definition import Exercise

ALL: tuple[Exercise, ...] = (
    *forward.EXERCISES,
    *vjp.EXERCISES,
    *checking.EXERCISES,
    *cross_entropy.EXERCISES,
    *softmax.EXERCISES,
    *linear.EXERCISES,
    *tanh.EXERCISES,
    *batchnorm.EXERCISES,
    *batchnorm_fused.EXERCISES,
    *embedding.EXERCISES,
    *mlp.EXERCISES,
    *exactness.EXERCISES,
    *training.EXERCISES,
    *speed.EXERCISES,
)


def find(name: str) -> Exercise:
    """The exercise called `name`.

    Raises: KeyError naming the exercises there are.
    """
    for exercise in ALL:
        if exercise.name == name:
            return exercise
    raise KeyError(f"there is no exercise {name!r}; there are {', '.join(e.name for e in ALL)}")
