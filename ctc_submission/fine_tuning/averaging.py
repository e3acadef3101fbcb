"""The average of a network before and after its adaptation: a few frames teach much that holds for them alone.

It keeps most of what was learned and forgets less of what was known (Wortsman et al., CVPR 2022, arXiv 2109.01903).
"""

from pathlib import Path

from ctc_submission.network.weights import load_checkpoint, save_checkpoint


def average_weights(start: Path, adapted: Path, share: float, path: Path) -> None:
    """Write the average of two checkpoints of the same network, with the card of the second.

    Parameters
    ----------
    start, adapted : Path
        Checkpoints before and after the adaptation.
    share : float
        Share of the start's weights, 0 to 1.
    path : Path
        The new checkpoint.
    """
    before = load_checkpoint(start)[0].state_dict()
    model, card = load_checkpoint(adapted)
    model.load_state_dict(
        {
            name: tensor.lerp(before[name], share) if tensor.is_floating_point() else tensor
            for name, tensor in model.state_dict().items()
        }
    )
    save_checkpoint(path, model, card)
