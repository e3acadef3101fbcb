"""The encoder's start: EfficientNet-B5's ImageNet weights, as timm has them."""

from contextlib import suppress
from pathlib import Path

import requests
import timm
from huggingface_hub import constants, hf_hub_url, try_to_load_from_cache
from safetensors import SafetensorError, safe_open
from torch import Tensor

from ctc_submission.network.model import Encoder
from ctc_submission.network.weights import find_misfits

_NAME = "tf_efficientnet_b5.in1k"
_ON_HUB = (f"timm/{_NAME}", "model.safetensors")
_PATIENCE = 5.0  # seconds for the hub to answer


def start_from_imagenet(encoder: Encoder, weights: Path | None = None) -> None:
    """Give an encoder EfficientNet-B5's ImageNet weights.

    Parameters
    ----------
    encoder : Encoder
        Changed in place.
    weights : Path, optional
        A ``.safetensors`` file of timm's ``tf_efficientnet_b5``, for machines that cannot reach its model hub. Fetched
        are, if none is given, the ones trained on ImageNet alone (``.in1k``), as the paper's were.

    Raises
    ------
    FileNotFoundError, ValueError
        If the file is missing or does not hold the encoder's tensors.
    OSError
        If the model hub cannot be reached.
    """
    tensors = _fetch_tensors() if weights is None else _read_tensors(weights)
    renamed = {_encoder_name(name): tensor for name, tensor in tensors.items()}
    own = encoder.state_dict()
    if wrong := find_misfits(own, renamed):
        raise ValueError(
            f"{weights or _NAME}: {len(wrong)} of the encoder's tensors are missing or of another shape, "
            f"the first is {wrong[0]}; expected timm's {_NAME}"
        )
    encoder.load_state_dict({name: renamed.get(name, tensor) for name, tensor in own.items()})


def _fetch_tensors() -> dict[str, Tensor]:
    try:
        _ask_hub()
        return timm.create_model(_NAME, pretrained=True).state_dict()
    except (OSError, RuntimeError) as error:
        raise OSError(
            "timm cannot fetch ImageNet weights from its model hub (no connection?): "
            f"name a .safetensors file of timm's {_NAME} with --encoder-weights FILE"
        ) from error


def _ask_hub() -> None:
    """Ask once whether the hub has the weights: without a connection, timm would try for minutes."""
    if constants.HF_HUB_OFFLINE or isinstance(try_to_load_from_cache(*_ON_HUB), str):
        return
    with suppress(requests.exceptions.SSLError):  # an answer, too; timm's client may know other certificates
        requests.head(hf_hub_url(*_ON_HUB), timeout=_PATIENCE).raise_for_status()


def _read_tensors(path: Path) -> dict[str, Tensor]:
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such encoder weights; expected timm's {_NAME} as .safetensors")
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path}: not a readable safetensors file ({error})") from error


def _encoder_name(name: str) -> str:
    for source, own in (("blocks.5.0.conv_pw.", "conv_expand."), ("blocks.5.0.bn1.", "bn_expand.")):
        if name.startswith(source):
            return own + name[len(source) :]
    return name
