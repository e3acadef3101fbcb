"""Time of a training step: forward, loss, backward, Adam, as in the product's training in single precision."""

import time

import torch

from benchmarks.speed.inputs import Timer
from ctc_submission.network.stored import Network
from ctc_submission.training.losses import OutputLoss


def time_step(network: Network, batch: int, side: int, device: str = "cpu") -> Timer:
    """Build a network for training, and return a timer of one step on crops (batch, 3, side, side) of noise."""
    model = network.build().to(device).to(memory_format=torch.channels_last).train()
    loss = OutputLoss(model.architecture.outputs)
    optimizer = torch.optim.Adam(model.parameters(), 1e-4)
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(batch, 3, side, side, generator=generator).to(device)
    targets = (images[:, :1] > 0.5).float().expand(-1, len(model.architecture.outputs), -1, -1)

    def timer() -> float:
        began = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        value = loss(model(images), targets)
        value.backward()
        optimizer.step()
        value.item()
        return time.perf_counter() - began

    return timer
