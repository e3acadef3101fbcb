"""Numbers of a channel put together: what follows a convolution as one batch norm, exactly."""

from collections.abc import Sequence

import numpy as np

from ctc_submission.network.importing.graph import Affine, BatchNorm


def compose_affine(operations: Sequence[Affine | BatchNorm]) -> Affine:
    """Put operations that follow each other into one, in double precision."""
    scale, offset = np.ones(1), np.zeros(1)
    for operation in operations:
        step = _as_affine(operation)
        scale, offset = scale * step.scale, offset * step.scale + step.offset
    return Affine(scale, offset)


def bias_as_operation(bias: np.ndarray | None) -> list[Affine]:
    """Return a convolution's bias, (C,), as an operation after it; none if it has none."""
    return [] if bias is None else [Affine(np.ones(1), bias.astype(np.float64))]


def as_bias_and_norm(operations: Sequence[Affine | BatchNorm], epsilon: float) -> tuple[np.ndarray, BatchNorm]:
    """Express what follows a convolution as a bias and a batch norm.

    A batch norm that is there stays as it is. One that an exporter folded away becomes a batch norm of mean 0 and
    variance 1 - epsilon, which divides by 1, with the scale and offset that are left.

    Parameters
    ----------
    operations : sequence
        Operations on single channels, the convolution's bias first; of one number or of C.
    epsilon : float
        That of the batch norm to be.

    Returns
    -------
    tuple of (C,) or (1,) ndarray and BatchNorm
        Bias before the batch norm, and the batch norm with `epsilon`; its arrays are (C,) or (1,).
    """
    if operations and isinstance(last := operations[-1], BatchNorm):
        earlier = compose_affine(operations[:-1])
        if np.all(earlier.scale == 1):
            variance = last.variance.astype(np.float64) + (last.epsilon - epsilon)
            return earlier.offset, BatchNorm(last.gamma, last.beta, last.mean, variance, epsilon)
    total = compose_affine(operations)
    return np.zeros(1), BatchNorm(total.scale, total.offset, np.zeros(1), np.full(1, 1 - epsilon), epsilon)


def _as_affine(operation: Affine | BatchNorm) -> Affine:
    if isinstance(operation, Affine):
        return operation
    scale = operation.gamma / np.sqrt(operation.variance.astype(np.float64) + operation.epsilon)
    return Affine(scale, operation.beta - operation.mean * scale)
