"""Detoxify's five models, converted as `commentsvc scorer install` converts them, beside torch on the same texts and one thread.

    python -m tools.measure_detoxify [--model NAME]... [--precision int8|fp32] [--rounds N] [--json FILE]

For an environment with torch (docs/scorers/detoxify.md). Nothing is fetched: each network has the published architecture in its full
size, random weights, and a made tokenizer with as many words. Random weights answer almost the same to every text, so the last layer
is stretched until the scores of sample texts reach from 0.05 to 0.95. What 8 bits change is stretched with it, so it is shown here
even where an installation would refuse it.
"""
# ruff: noqa: PLC0415 - torch must not be loaded where onnxruntime is measured alone

import argparse
import gc
import hashlib
import itertools
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

# Read when these libraries are imported.
os.environ |= {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}

from commentsvc.cli.progress import progress
from commentsvc.scoring import detoxify_install
from commentsvc.scoring.checks import ScorerFileError
from commentsvc.scoring.detoxify_install import Source, install
from commentsvc.scoring.onnx_scorer import OnnxScorer
from commentsvc.scoring.preparation import prepare
from commentsvc.scoring.scorer_files import MODEL

_SIX: Final = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
_SEVEN: Final = ("toxicity", "severe_toxicity", "obscene", "identity_attack", "insult", "threat", "sexual_explicit")
_TOKENS: Final = 64
_BATCHES: Final = (1, 32)
_COMPARED: Final = 48
_SAMPLE: Final = 32
_EDGE: Final = 2.944  # the sigmoid of it is 0.95
_BASE: Final = {"num_hidden_layers": 12, "hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 3072}
_ROBERTA: Final = {"max_position_embeddings": 514, "type_vocab_size": 1, "layer_norm_eps": 1e-5, "pad_token_id": 1}
_ALBERT: Final = {"embedding_size": 128, "hidden_act": "gelu_new", "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
_SYLLABLES: Final = tuple(a + b for a in "bdfgklmnprstvz" for b in "aeiou")


_OTHERS: Final = ("MB, checkpoint to ONNX", "seconds to load", "MB of memory")
Predict = Callable[[Sequence[str]], dict[str, Any]]
"""Detoxify's own: for one text a number for each label, for several a list of them."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An architecture as published: class prefix in transformers, size of the vocabulary, outputs, labels, other settings."""

    family: str
    words: int
    output_count: int
    labels: tuple[str, ...]
    settings: dict[str, Any]


SHAPES: Final = {
    "detoxify-original": Shape("Bert", 30_522, 6, _SIX, {}),
    "detoxify-original-small": Shape("Albert", 30_000, 6, _SIX, _ALBERT),
    "detoxify-unbiased": Shape("Roberta", 50_265, 16, _SEVEN, _ROBERTA),
    "detoxify-unbiased-small": Shape("Albert", 30_000, 16, _SEVEN, _ALBERT),
    "detoxify-multilingual": Shape("XLMRoberta", 250_002, 16, _SEVEN, _ROBERTA),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One model's figures; milliseconds of a core for one comment, by batch."""

    name: str
    precision: str
    torch_ms: dict[int, float]
    onnx_ms: dict[int, float]
    speed_up: dict[int, float]
    largest_difference: float
    mean_difference: float
    scores: tuple[float, float]
    checkpoint_mb: float
    model_mb: float
    torch_load_s: float
    load_s: float
    torch_memory_mb: float
    memory_mb: float


def main() -> None:
    """Measure, print the table, and keep everything as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tools.measure_detoxify", description=__doc__.splitlines()[0])
    parser.add_argument("--model", action="append", choices=list(SHAPES), help="one of the five, may be repeated; without it all")
    parser.add_argument("--precision", choices=["int8", "fp32"], help="without it what `scorer install` chooses")
    parser.add_argument("--rounds", type=int, default=5, help="how often torch and onnxruntime take turns")
    parser.add_argument("--layers", type=int, help="fewer layers than published, for trying out")
    parser.add_argument("--json", type=Path, default=Path("var/measure_detoxify.json"))
    parser.add_argument("--alone", nargs=2, metavar=("ENGINE", "DIRECTORY"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.alone:
        print(json.dumps(_alone(chosen.alone[0], Path(chosen.alone[1]))))
        return
    import torch

    torch.set_num_threads(1)
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    detoxify_install.ALLOWED_DIFFERENCE = 1.0  # type: ignore[misc]
    measured = []
    for name in chosen.model or SHAPES:
        with tempfile.TemporaryDirectory(prefix="measuring-", dir=chosen.json.parent) as place:
            measured.append(_measure(name, Path(place), chosen.precision, chosen.rounds, chosen.layers))
        document = {"processor": _processor(), "load": os.getloadavg(), "models": [asdict(one) for one in measured]}
        chosen.json.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    print(_table(measured))


def _measure(name: str, place: Path, precision: str | None, rounds: int, layers: int | None) -> Measured:
    def tell(what: str) -> None:
        print(f"{name}: {what}", file=sys.stderr, flush=True)

    tell("making a checkpoint")
    source = place / "source"
    source.mkdir()
    checkpoint = make_checkpoint(source, SHAPES[name], layers)
    gc.collect()
    installed = place / "installed"
    with checkpoint.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        install(name, installed, Source(digest, checkpoint, source), precision, tell)
    except ScorerFileError as error:
        sys.exit(f"{name}: {error}")
    (installed / name / checkpoint.name).unlink()
    gc.collect()
    tell("loading each alone")
    alone = {engine: _run_alone(engine, directory) for engine, directory in (("torch", source), ("onnx", installed / name))}
    scorer, predict = OnnxScorer(installed / name), _torch_predict(source)

    torch_ms: dict[int, float] = {}
    onnx_ms: dict[int, float] = {}
    ratios: dict[int, float] = {}
    for batch in _BATCHES:
        texts = make_texts(batch, random.Random(batch))
        title = f"{name}: batch {batch}"
        calls = (partial(predict, texts), partial(scorer.score, texts))
        times = _take_turns(*calls, rounds, 8 // batch or 1, title)
        torch_ms[batch], onnx_ms[batch] = (statistics.median(one) / batch for one in times)
        ratios[batch] = statistics.median(a / b for a, b in zip(*times, strict=True))
    largest, mean, scores = _compare(predict, scorer, f"{name}: comparing")
    size = (installed / name / MODEL).stat().st_size
    return Measured(
        name,
        "int8" if size < checkpoint.stat().st_size / 2 else "fp32",
        torch_ms,
        onnx_ms,
        ratios,
        largest,
        mean,
        scores,
        checkpoint.stat().st_size / 1e6,
        size / 1e6,
        alone["torch"]["load_s"],
        alone["onnx"]["load_s"],
        alone["torch"]["memory_mb"],
        alone["onnx"]["memory_mb"],
    )


def make_checkpoint(directory: Path, shape: Shape, layers: int | None = None) -> Path:
    """Configuration, tokenizer and checkpoint of a random network into `directory`, as Detoxify publishes them."""
    import torch
    import transformers

    tokenizer = _make_tokenizer(shape)
    tokenizer.save_pretrained(directory)
    model_class = getattr(transformers, f"{shape.family}ForSequenceClassification")
    sizes = _BASE | shape.settings | ({"num_hidden_layers": layers} if layers else {})
    sizes.setdefault("pad_token_id", tokenizer.pad_token_id)
    torch.manual_seed(7)
    network = model_class(model_class.config_class(**sizes, vocab_size=shape.words, num_labels=shape.output_count)).eval()
    network.config.save_pretrained(directory)
    _stretch(network, tokenizer)
    arguments = {
        "model_type": str(directory.resolve()),
        "model_name": f"{shape.family}ForSequenceClassification",
        "tokenizer_name": f"{shape.family}Tokenizer",
        "num_classes": shape.output_count,
    }
    path = directory / "model.ckpt"
    saved = {"config": {"arch": {"args": arguments}, "dataset": {"args": {"classes": list(shape.labels)}}}}
    torch.save(saved | {"state_dict": network.state_dict()}, path)
    return path


def _stretch(network: Any, tokenizer: Any) -> None:  # noqa: ANN401 - torch and transformers have no types here
    """Scale each output so that the scores of sample texts reach from 0.05 to 0.95."""
    import torch

    head = network.classifier if isinstance(network.classifier, torch.nn.Linear) else network.classifier.out_proj
    with torch.no_grad():
        answered = network(**tokenizer(_mixed_texts(_SAMPLE, random.Random(3)), return_tensors="pt", padding=True))[0]
        low, high = answered.amin(0), answered.amax(0)
        factor = 2 * _EDGE / (high - low)
        head.weight *= factor[:, None]
        head.bias.copy_((head.bias - (high + low) / 2) * factor)


def _make_tokenizer(shape: Shape) -> Any:  # noqa: ANN401
    import transformers

    words = ("".join(three) for three in itertools.product(_SYLLABLES, repeat=3))
    letters = [chr(code) for code in range(33, 127)]
    if shape.family == "Bert":
        pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{one}" for one in letters)]
        pieces += itertools.islice(words, shape.words - len(pieces))
        return transformers.BertTokenizer(vocab={piece: at for at, piece in enumerate(pieces)})
    if shape.family == "Roberta":
        return _make_pairing_tokenizer(shape.words)
    starts = ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"] if shape.family == "Albert" else ["<s>", "<pad>", "</s>", "<unk>"]
    ends = [] if shape.family == "Albert" else ["<mask>"]
    pieces = [*starts, "\u2581", *letters]
    pieces += (f"\u2581{word}" for word in itertools.islice(words, min(shape.words, 60_000) - len(pieces) - len(ends)))
    pieces += (f"\u2581{at}x" for at in range(shape.words - len(pieces) - len(ends)))
    # Words are likelier than the letters that they are made of.
    vocabulary = [(piece, -1.0 if len(piece) > 1 else -20.0) for piece in [*pieces, *ends]]
    return getattr(transformers, f"{shape.family}Tokenizer")(vocab=vocabulary)


def _make_pairing_tokenizer(count: int) -> Any:  # noqa: ANN401
    import transformers
    from tokenizers.pre_tokenizers import ByteLevel

    pieces = dict.fromkeys(["<s>", "<pad>", "</s>", "<unk>", *sorted(ByteLevel.alphabet())])
    merges = [(one[0], one[1]) for one in _SYLLABLES]
    merges += [("\u0120", one) for one in _SYLLABLES]
    merges += [(f"\u0120{a}", b) for a in _SYLLABLES for b in _SYLLABLES]
    triples = ((f"\u0120{a}{b}", c) for a, b, c in itertools.product(_SYLLABLES, repeat=3))
    merges += itertools.islice(triples, count - len(pieces) - len(merges) - 1)
    pieces |= dict.fromkeys(a + b for a, b in merges)
    return transformers.RobertaTokenizer(
        vocab={piece: at for at, piece in enumerate([*pieces, "<mask>"])}, merges=merges, add_prefix_space=True
    )


def make_texts(count: int, rng: random.Random, tokens: int = _TOKENS) -> list[str]:
    """Texts of exactly `tokens` tokens, the two special ones among them: each word is one in all five vocabularies."""
    return [" ".join("".join((rng.choice(_SYLLABLES[:6]), *rng.choices(_SYLLABLES, k=2))) for _ in range(tokens - 2)) for _ in range(count)]


def _mixed_texts(count: int, rng: random.Random) -> list[str]:
    return [make_texts(1, rng, rng.randint(6, _TOKENS))[0] for _ in range(count)]


def _torch_predict(directory: Path) -> Predict:
    from detoxify import Detoxify

    model = Detoxify(checkpoint=str(directory / "model.ckpt"))
    count = len(model.tokenizer(make_texts(1, random.Random(1)))["input_ids"][0])
    if count != _TOKENS:
        sys.exit(f"a text for measuring has {count} tokens")
    model.tokenizer.model_max_length = 512
    return lambda texts: model.predict(list(texts))


def _take_turns(
    one: Callable[[], object], other: Callable[[], object], rounds: int, repeat: int, title: str
) -> tuple[list[float], list[float]]:
    """Milliseconds of processor time of a call of each, round by round; the first round is not counted."""
    times: tuple[list[float], list[float]] = ([], [])
    with progress(title, rounds + 1) as advance:
        for _ in range(rounds + 1):
            for call, kept in zip((one, other), times, strict=True):
                begun = time.process_time()
                for _ in range(repeat):
                    call()
                kept.append((time.process_time() - begun) * 1000 / repeat)
            advance(1)
    return times[0][1:], times[1][1:]


def _compare(predict: Predict, scorer: OnnxScorer, title: str) -> tuple[float, float, tuple[float, float]]:
    """Largest and mean difference of a label over texts of all lengths, and the least and greatest score of torch."""
    differences: list[float] = []
    scores: list[float] = []
    renamed = {"toxic": "toxicity", "severe_toxic": "severe_toxicity", "identity_hate": "identity_attack"}
    texts = _mixed_texts(_COMPARED, random.Random(11))
    with progress(title, len(texts)) as advance:
        for text in texts:
            expected = {renamed.get(label, label): value for label, value in predict([text]).items()}
            found = scorer.score([text])[0].values
            differences += [abs(value - expected[label]) for label, value in found.items()]
            scores += [float(expected[label]) for label in found]
            advance(1)
    return max(differences), statistics.fmean(differences), (min(scores), max(scores))


def _alone(engine: str, directory: Path) -> dict[str, float]:
    begun = time.perf_counter()
    (text,) = make_texts(1, random.Random(1))
    if engine == "torch":
        import torch

        torch.set_num_threads(1)
        predict = _torch_predict(directory)
        loaded = time.perf_counter()
        predict([text])
    else:
        if prepare(text).text != text:
            sys.exit("a text for measuring is changed by the text preparation")
        scorer = OnnxScorer(directory)
        loaded = time.perf_counter()
        scorer.score([text])
    status = Path("/proc/self/status").read_text("utf-8")
    resident = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return {"load_s": loaded - begun, "memory_mb": int(resident) * 1024 / 1e6}


def _run_alone(engine: str, directory: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tools.measure_detoxify", "--alone", engine, str(directory)]
    answered: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return answered


def _processor() -> str:
    found = [
        line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if line.startswith("model name")
    ]
    return found[0] if found else platform.processor()


def _table(measured: Sequence[Measured]) -> str:
    head = ("model", "weights", "torch ms, 1 / 32", "onnx ms, 1 / 32", "times as fast", "largest difference (mean)", *_OTHERS)
    rows = [
        (
            one.name.removeprefix("detoxify-"),
            one.precision,
            " / ".join(f"{one.torch_ms[batch]:.0f}" for batch in _BATCHES),
            " / ".join(f"{one.onnx_ms[batch]:.1f}" for batch in _BATCHES),
            " / ".join(f"{one.speed_up[batch]:.1f}" for batch in _BATCHES),
            f"{one.largest_difference:.4f} ({one.mean_difference:.4f})",
            f"{one.checkpoint_mb:,.0f} to {one.model_mb:,.0f}",
            f"{one.torch_load_s:.1f} to {one.load_s:.1f}",
            f"{one.torch_memory_mb:,.0f} to {one.memory_mb:,.0f}",
        )
        for one in measured
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows))


if __name__ == "__main__":
    main()
