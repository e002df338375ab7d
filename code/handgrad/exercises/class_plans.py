"""Plans for a class: which chapters and which exercises fill one session, three, or eight."""

from typing import NamedTuple

from handgrad.exercises.registry import find

# What a session of ninety minutes leaves for the exercises, once there was time to talk.
MOST = 60


class Session(NamedTuple):
    """One session: chapters to read before it, by stem, and exercises to do in it, by name."""

    read: tuple[str, ...]
    do: tuple[str, ...]


ONE = (
    Session(("why", "vjp", "cross_entropy", "softmax"),
            ("fork_backward", "dlogprobs_of_loss", "dcounts_of_probs", "cross_entropy_fused")),
)
THREE = (
    Session(("why", "forward", "vjp"), ("fork_backward", "copied_values", "outer_backward")),
    Session(("cross_entropy", "softmax"),
            ("dlogprobs_of_loss", "dcounts_of_probs", "cross_entropy_fused", "mend_log_softmax")),
    Session(("linear", "tanh", "batchnorm"),
            ("linear_dx", "linear_dW", "tanh_backward", "batchnorm_dvar", "mend_batchnorm")),
)
EIGHT = (
    Session(("why", "names", "forward"), ("context_windows", "batchnorm_forward", "loss_forward")),
    Session(("vjp", "checking"),
            ("fork_backward", "copied_values", "outer_backward", "central_slope", "in_roundoffs")),
    Session(("cross_entropy", "softmax"),
            ("dlogprobs_of_loss", "dcounts_of_probs", "cross_entropy_fused", "mend_log_softmax")),
    Session(("linear", "tanh"),
            ("linear_dx", "linear_dW", "linear_square", "tanh_backward", "mend_tanh_layer")),
    Session(("batchnorm",), ("batchnorm_dvar", "batchnorm_dcentered", "batchnorm_biased", "mend_batchnorm")),
    Session(("batchnorm_fused", "embedding"), ("batchnorm_fused", "mend_embedding")),
    Session(("mlp", "exactness", "training"),
            ("second_rounding", "in_parts", "running_statistics", "evaluation_backward")),
    Session(("bugs", "speed"), ("fold_bessel", "packed_bias", "mend_descent")),
)
# What is too long for a session and worth an evening: the notebook's first exercise, its third, and its fourth.
AT_HOME = ("mlp_backward", "batchnorm_backward", "train_step")


def minutes(session: Session) -> int:
    """How long the exercises of a session take a careful newcomer."""
    return sum(find(name).minutes for name in session.do)


def rows(plan: tuple[Session, ...]) -> list[tuple[str, ...]]:
    """For every session: its number, what is read and what is done, as links, and the minutes of the exercises."""
    return [
        (str(number), ", ".join(f"[{stem.replace('_', ' ')}]({stem})" for stem in each.read),
         ", ".join(link(name) for name in each.do), str(minutes(each)))
        for number, each in enumerate(plan, 1)
    ]


def link(name: str) -> str:
    """A link to the box of an exercise, in MyST."""
    return f"{{ref}}`{name} <exercise-{name}>`"
