"""From a torch module to an ONNX file whose scores are the same on every processor."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_onnx(module: Any, ids: Any, outputs: Mapping[str, Mapping[int, str]], target: Path) -> None:  # noqa: ANN401 - torch has no types here
    """Write `module`, which is called with token ids and mask and answers `outputs`, in full precision.

    `ids` is an example (texts, tokens); `outputs` names each output's axes of free size.
    """
    import torch

    axes = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings():
        # This exporter says that a newer one is to come; that one writes graphs which quantise worse.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.float().eval(),
            (ids, torch.ones_like(ids)),
            str(target),
            input_names=["input_ids", "attention_mask"],
            output_names=list(outputs),
            dynamic_axes={"input_ids": axes, "attention_mask": axes, **outputs},
            opset_version=17,
            dynamo=False,
        )


def share_weights(full: Path) -> None:
    """Let layers that share weights (ALBERT's) in the network in `full` use the very same ones.

    The exporter gives each layer after the first a copy made at run time. That is no constant: it would never get 8 bits.
    """
    import onnx

    model = onnx.load(full)
    weights = {one.name for one in model.graph.initializer}
    shared = {}
    for at in reversed(range(len(model.graph.node))):
        node = model.graph.node[at]
        if node.op_type == "Identity" and node.input[0] in weights:
            shared[node.output[0]] = node.input[0]
            del model.graph.node[at]
    for node in model.graph.node:
        for at, name in enumerate(node.input):
            node.input[at] = shared.get(name, name)
    onnx.save(model, full)


def quantize(full: Path, target: Path) -> None:
    """Write the network in `full` with weights of int8, and remove `full`.

    Weights that are multiplied get seven bits: with eight, processors without VNNI clip the sums of two products to 16 bits, and a
    text's score depends on the machine, by up to 0.28 on a network of six layers.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    half = full.with_suffix(".half.onnx")
    # What is only looked up keeps its eighth bit.
    quantize_dynamic(str(full), str(half), weight_type=QuantType.QInt8, op_types_to_quantize=["Gather"])
    full.unlink()
    multiplied = ["MatMul", "Gemm"]
    quantize_dynamic(
        str(half), str(target), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True, op_types_to_quantize=multiplied
    )
    half.unlink()
