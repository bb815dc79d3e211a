"""From a scorer on disk back to a network that can be trained on: what was shipped can be bettered without the run that made it."""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from commentsvc.scoring.scorer_files import MODEL
from commentsvc.scoring.training_model import MAX_TOKENS, find_base_model

_WRAPPER: Final = "network."
_HEAD_SIZE: Final = 32
"""Numbers for each attention head: all MiniLMs have this, and no weight tells it."""

Weights = dict[str, npt.NDArray[np.float32]]


def restore_weights(folder: Path) -> tuple[Weights, dict[str, Any]]:
    """The weights of the int8 ONNX scorer in `folder` by their names in the network, and the network's configuration.

    They are as exact as eight bits are. ValueError when the model is not one that `export_onnx` wrote.
    """
    import onnx

    graph = onnx.load(str(folder / MODEL)).graph
    kept = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
    weights: Weights = {
        name.removeprefix(_WRAPPER): value.astype(np.float32)
        for name, value in kept.items()
        if name.startswith(_WRAPPER) and name.endswith((".weight", ".bias"))
    }
    for name, value in kept.items():
        if name.startswith(_WRAPPER) and name.endswith("embeddings.weight_quantized"):
            stem = name.removesuffix("_quantized")
            weights[stem.removeprefix(_WRAPPER)] = _full(value, kept[f"{stem}_scale"], kept[f"{stem}_zero_point"])
    for node in graph.node:
        if node.op_type == "MatMulInteger" and node.input[1] in kept:
            stem = node.input[1].removesuffix("_quantized")
            # Such nodes are named after the module that they came from; their weights may not be, and are transposed.
            module = node.output[0].rpartition("/")[0].strip("/").replace("/", ".").removeprefix(_WRAPPER)
            weights[f"{module}.weight"] = _full(kept[node.input[1]], kept[f"{stem}_scale"], kept[f"{stem}_zero_point"]).T
    return weights, _configuration(weights, folder)


def _full(quantized: npt.NDArray[Any], scale: npt.NDArray[Any], zero: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    return np.asarray((quantized.astype(np.float32) - zero.astype(np.float32)) * scale, dtype=np.float32)


def _configuration(weights: Weights, folder: Path) -> dict[str, Any]:
    embedded = weights.get("encoder.embeddings.word_embeddings.weight")
    layers = {name.split(".")[3] for name in weights if name.startswith("encoder.encoder.layer.")}
    if embedded is None or not layers or "head.weight" not in weights:
        message = f"{folder / MODEL} is not a model of this kind"
        raise ValueError(message)
    source = json.loads((find_base_model() / "config.json").read_text("utf-8"))
    return {
        "hidden_size": embedded.shape[1],
        "num_hidden_layers": len(layers),
        "num_attention_heads": embedded.shape[1] // _HEAD_SIZE,
        "intermediate_size": len(weights["encoder.encoder.layer.0.intermediate.dense.bias"]),
        "hidden_act": source["hidden_act"],
        "layer_norm_eps": source["layer_norm_eps"],
        "type_vocab_size": len(weights["encoder.embeddings.token_type_embeddings.weight"]),
        "vocab_size": len(embedded),
        "max_position_embeddings": MAX_TOKENS,
        "pad_token_id": 0,
    }
