"""Tiny checkpoints of Detoxify's four architectures, with random weights: real files for the real class, and no download."""

import hashlib
import os
import string
from dataclasses import dataclass
from pathlib import Path

import pytest

# Read when huggingface_hub is imported; with it unset a load would ask the network, which these tests have not.
os.environ["HF_HUB_OFFLINE"] = "1"

SIX = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack")
SEVEN = (*SIX, "sexual_explicit")
ORIGINAL_NAMES = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
ARCHITECTURES = {
    "detoxify-original": ("BertForSequenceClassification", "BertTokenizer", ORIGINAL_NAMES, 6),
    "detoxify-original-small": ("AlbertForSequenceClassification", "AlbertTokenizer", ORIGINAL_NAMES, 6),
    # The published checkpoint has sixteen outputs, and names seven.
    "detoxify-unbiased": ("RobertaForSequenceClassification", "RobertaTokenizer", SEVEN, 16),
    "detoxify-multilingual": ("XLMRobertaForSequenceClassification", "XLMRobertaTokenizer", SEVEN, 16),
}
SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}


@dataclass(frozen=True)
class Checkpoint:
    directory: Path
    digest: str


def make_tokenizer(kind):
    import transformers

    letters = [*string.ascii_lowercase, *string.ascii_uppercase, *string.digits, *string.punctuation]
    if kind == "BertTokenizer":
        pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters), "idiot", "you"]
        return transformers.BertTokenizer(vocab={piece: at for at, piece in enumerate(dict.fromkeys(pieces))})
    if kind == "RobertaTokenizer":
        from tokenizers.pre_tokenizers import ByteLevel

        pieces = ["<s>", "<pad>", "</s>", "<unk>", *sorted(ByteLevel.alphabet()), "id", "<mask>"]
        return transformers.RobertaTokenizer(vocab={piece: at for at, piece in enumerate(pieces)}, merges=[("i", "d")])
    starts = ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"] if kind == "AlbertTokenizer" else ["<s>", "<pad>", "</s>", "<unk>"]
    ends = [] if kind == "AlbertTokenizer" else ["<mask>"]
    pieces = [*starts, "\u2581", *letters, "\u2581you", "\u2581idiot", *ends]
    return getattr(transformers, kind)(vocab=[(piece, -float(at)) for at, piece in enumerate(pieces)])


def make_checkpoint(directory, name, spread=0.5):
    """Random weights, normal around 0; `spread` is how far. The smaller, the less do 8 bits change."""
    import torch
    import transformers

    model_name, tokenizer_name, classes, output_count = ARCHITECTURES[name]
    model_class = getattr(transformers, model_name)
    tokenizer = make_tokenizer(tokenizer_name)
    tokenizer.save_pretrained(directory)
    sizes = SIZES | {"vocab_size": len(tokenizer), "max_position_embeddings": 514 if "oberta" in model_name.lower() else 512}
    if model_name.startswith("Albert"):
        sizes["embedding_size"] = 16
    torch.manual_seed(17)
    config = model_class.config_class(**sizes, pad_token_id=tokenizer.pad_token_id, num_labels=output_count, initializer_range=spread)
    config.save_pretrained(directory)
    arguments = {
        # As published: the name of a model on the hub, which an offline machine cannot ask.
        "model_type": "somewhere/on-the-hub",
        "model_name": model_name,
        "tokenizer_name": tokenizer_name,
        "num_classes": output_count,
    }
    saved = {
        "config": {"arch": {"args": arguments}, "dataset": {"args": {"classes": list(classes)}}},
        "state_dict": model_class(config).state_dict(),
    }
    path = directory / "model.ckpt"
    torch.save(saved, path)
    return Checkpoint(directory, hashlib.sha256(path.read_bytes()).hexdigest())


def make_checkpoints(root, **settings):
    """A checkpoint of each architecture, by its name."""
    made = {}
    for name in ARCHITECTURES:
        (root / name).mkdir()
        made[name] = make_checkpoint(root / name, name, **settings)
    return made


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory):
    return make_checkpoints(tmp_path_factory.mktemp("checkpoints"))
