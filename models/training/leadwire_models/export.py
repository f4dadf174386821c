"""PyTorch -> ONNX with an open batch axis, and int8 where it costs little."""

import hashlib
from pathlib import Path

import numpy as np
import torch
from onnxruntime import InferenceSession, SessionOptions
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import nn

OPSET = 17


def export_onnx(
    network: nn.Module,
    path: Path,
    inputs: dict[str, tuple[int, ...]],
    outputs: list[str],
) -> str:
    """`inputs` are shapes without the batch axis. Returns the file's SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two rows, lest the exporter take a batch of one for a constant.
    example = tuple(torch.zeros(2, *shape) for shape in inputs.values())
    torch.onnx.export(
        network.eval(),
        example,
        str(path),
        input_names=list(inputs),
        output_names=outputs,
        dynamic_axes={name: {0: "n"} for name in (*inputs, *outputs)},
        opset_version=OPSET,
        dynamo=False,
    )
    return sha256(path)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def session(path: Path, threads: int = 1) -> InferenceSession:
    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run_onnx(
    running: InferenceSession, inputs: dict[str, np.ndarray], portion: int = 32
) -> dict[str, np.ndarray]:
    """Every output for every row, by name."""
    names = [one.name for one in running.get_outputs()]
    count = len(next(iter(inputs.values())))
    parts = []
    for start in range(0, count, portion):
        rows = slice(start, start + portion)
        given = {name: np.asarray(one[rows], dtype=np.float32) for name, one in inputs.items()}
        parts.append(running.run(names, given))
    return {name: np.concatenate([part[k] for part in parts]) for k, name in enumerate(names)}


def quantise(source: Path, target: Path, examples: list[dict[str, np.ndarray]]) -> str:
    """Static int8, a scale for every output channel, ranges taken from `examples`."""
    prepared = target.with_suffix(".prepared")
    quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    quantize_static(
        str(prepared),
        str(target),
        _Examples(examples),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["Conv"],
    )
    prepared.unlink()
    return sha256(target)


class _Examples(CalibrationDataReader):
    def __init__(self, examples: list[dict[str, np.ndarray]]) -> None:
        self._left = iter(examples)

    def get_next(self) -> dict[str, np.ndarray] | None:
        return next(self._left, None)
