"""What a network in training is asked for: the labels and marks of a text, or its hidden words."""

from typing import Any, Final

import numpy as np
from tokenizers import Tokenizer

from commentsvc.scoring.training_batches import Batch, TrainingSettings
from commentsvc.scoring.training_run import Loss
from commentsvc.scoring.training_vocabulary import SPECIAL

_HIDDEN_SHARE: Final = 0.15
_MASKED_SHARE: Final = 0.8
_SWAPPED_SHARE: Final = 0.9


def label_loss(settings: TrainingSettings) -> Loss:
    """Cross entropy with the labels, mixed with that to the teachers' scores as far as a batch has them, and with the marks."""
    import torch

    label_weights = torch.tensor(settings.label_weights, device=settings.device)
    positive_weights = torch.tensor(settings.positive_weights, device=settings.device)

    def loss_of(network: Any, batch: Batch) -> Any:  # noqa: ANN401 - torch has no types here
        ids, mask, targets, taught, marks = _moved(settings.device, batch.ids, batch.mask, batch.targets, batch.taught, batch.marks)
        with torch.autocast(torch.device(settings.device).type, dtype=torch.bfloat16, enabled=settings.bfloat16):
            logits, mark_logits = network(ids, mask)
        loss = known_loss(logits.float(), targets, label_weights, positive_weights)
        if not np.isnan(batch.taught).all():
            share = settings.teacher_share
            loss = (1 - share) * loss + share * known_loss(logits.float(), taught, label_weights)
        return loss + settings.marks_weight * known_loss(mark_logits.float(), marks)

    return loss_of


def known_loss(logits: Any, targets: Any, weights: Any = 1.0, positive_weights: Any = None) -> Any:  # noqa: ANN401 - tensors
    """Mean cross entropy where the target is no NaN; 0 when all are."""
    import torch

    known = ~torch.isnan(targets) * weights
    raw = torch.nn.functional.binary_cross_entropy_with_logits(
        logits, targets.nan_to_num(0.0), pos_weight=positive_weights, reduction="none"
    )
    return (raw * known).sum() / known.sum().clamp_min(1e-6)


def guessing(encoder: Any) -> Any:  # noqa: ANN401 - torch has no types here
    """The encoder under a head that guesses words from their places, by the embeddings that the encoder reads with.

    Called with token ids, mask and the places (texts, tokens) to guess, it gives one row of logits for each place.
    """
    import torch

    class Guessing(torch.nn.Module):  # type: ignore[misc] # torch is untyped where mypy runs
        def __init__(self) -> None:
            super().__init__()
            size, words = encoder.config.hidden_size, encoder.config.vocab_size
            self.encoder = encoder
            self.places = torch.nn.Sequential(torch.nn.Linear(size, size), torch.nn.GELU(), torch.nn.LayerNorm(size))
            self.bias = torch.nn.Parameter(torch.zeros(words))

        def forward(self, input_ids: Any, attention_mask: Any, asked: Any) -> Any:  # noqa: ANN401
            hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            return self.places(hidden[asked]) @ self.encoder.embeddings.word_embeddings.weight.T + self.bias

    return Guessing()


def guessing_loss(tokenizer: Tokenizer, settings: TrainingSettings) -> Loss:
    """Cross entropy of the words at hidden places: 15 in 100, most of them masked, some swapped, some left (Devlin et al. 2019)."""
    import torch

    mask_id, size = tokenizer.token_to_id("[MASK]"), tokenizer.get_vocab_size()

    def loss_of(network: Any, batch: Batch) -> Any:  # noqa: ANN401
        ids, mask = _moved(settings.device, batch.ids, batch.mask)
        draw = torch.rand(ids.shape, device=ids.device)
        asked = (draw < _HIDDEN_SHARE) & (ids >= len(SPECIAL))
        how = draw / _HIDDEN_SHARE
        shown = torch.where(asked & (how < _MASKED_SHARE), mask_id, ids)
        is_swapped = asked & (how >= _MASKED_SHARE) & (how < _SWAPPED_SHARE)
        shown = torch.where(is_swapped, torch.randint_like(ids, len(SPECIAL), size), shown)
        with torch.autocast(torch.device(settings.device).type, dtype=torch.bfloat16, enabled=settings.bfloat16):
            logits = network(shown, mask, asked)
        summed = torch.nn.functional.cross_entropy(logits.float(), ids[asked], reduction="sum")
        return summed / asked.sum().clamp_min(1)

    return loss_of


def _moved(device: str, *arrays: Any) -> list[Any]:  # noqa: ANN401
    import torch

    return [torch.from_numpy(one).to(device, non_blocking=True) for one in arrays]
