"""Which runtime, device and precision are taken."""

from importlib.util import find_spec

import pytest
import torch

from ctc_submission.network import execution
from ctc_submission.network.execution import Execution, open_runtime
from ctc_submission.network.openvino_runtime import computes_bfloat16
from ctc_submission.network.stored import BuiltNetwork


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"runtime": "tensorrt"}, "runtime is 'tensorrt', expected one of auto, openvino, torch"),
        ({"precision": "int8"}, "precision is 'int8', expected one of auto, float32"),
        ({"batch_size": 0}, "batch size is 0, expected 1 or more"),
        ({"threads": 0}, "threads is 0, expected 1 or more"),
    ],
)
def test_impossible_values_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        Execution(**values)


def test_openvino_is_taken_on_a_cpu(model):
    runtime = open_runtime([BuiltNetwork(model)], Execution("cpu", threads=1))
    assert runtime.description == "OpenVINO on the CPU"
    assert runtime.precision == ("bfloat16" if computes_bfloat16() else "float32")


def test_torch_is_taken_where_asked_for_or_nothing_else_is_there(model, monkeypatch):
    assert open_runtime([BuiltNetwork(model)], Execution("cpu", "torch")).description == "torch on cpu"
    monkeypatch.setattr(execution, "find_spec", lambda name: None if name == "openvino" else find_spec(name))
    runtime = open_runtime([BuiltNetwork(model)], Execution("cpu"))
    assert (runtime.description, runtime.precision) == ("torch on cpu", "float32")
    with pytest.raises(ValueError, match=r"'openvino' is not installed: pip install openvino, or add --runtime torch"):
        open_runtime([BuiltNetwork(model)], Execution("cpu", "openvino"))


@pytest.mark.parametrize("runtime", ["torch", "openvino"])
def test_precision_is_as_asked_for(model, runtime):
    assert open_runtime([BuiltNetwork(model)], Execution("cpu", runtime, "float32", threads=1)).precision == "float32"
    with pytest.raises(ValueError, match="'float16' is for GPUs: expected float32 or bfloat16"):
        open_runtime([BuiltNetwork(model)], Execution("cpu", runtime, "float16"))


def test_openvino_does_not_go_with_a_gpu(model, monkeypatch):
    monkeypatch.setattr(execution, "choose_device", torch.device)
    with pytest.raises(ValueError, match="'openvino' computes on CPUs, and the device is 'cuda:1': add --device cpu"):
        open_runtime([BuiltNetwork(model)], Execution("cuda:1", "openvino"))


def test_threads_are_the_streams_of_openvino(model):
    assert open_runtime([BuiltNetwork(model)], Execution("cpu", "openvino", threads=3)).streams == 3
