"""Arguments that say how a command uses the machine, common to all that run networks."""

import argparse
from typing import TYPE_CHECKING, get_args

from ctc_submission.network.devices import count_cores
from ctc_submission.network.precision import RuntimeName

if TYPE_CHECKING:
    from ctc_submission.network.execution import Execution


def add_machine_arguments(parser: argparse.ArgumentParser, *, in_batches: bool = True) -> argparse._ArgumentGroup:
    """Add the arguments from which `chosen_execution` is made; return their group, for more of their kind.

    Without `in_batches`, there is none for the images in a batch, and `Execution` is made of the others.
    """
    group = parser.add_argument_group("machine")
    group.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    group.add_argument(
        "--runtime",
        choices=get_args(RuntimeName),
        default="auto",
        help="library that runs the networks; auto: OpenVINO on CPUs",
    )
    if in_batches:
        group.add_argument("--batch-size", type=int, metavar="N", help="images in a batch, with torch")
    group.add_argument(
        "--threads", type=int, default=count_cores(), metavar="N", help="threads on the CPU (%(default)s here)"
    )
    return group


def chosen_execution(arguments: argparse.Namespace) -> "Execution":
    """Return the execution that the arguments ask for."""
    from ctc_submission.network.execution import Execution

    return Execution(arguments.device, arguments.runtime, batch_size=arguments.batch_size, threads=arguments.threads)
