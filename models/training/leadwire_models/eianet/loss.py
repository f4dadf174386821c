"""BRLoss, a binary recall loss that balances precision and recall; the formula is ours, since the
published one is not public.

With labels y, probabilities p and a batch's soft recall R = (1 + sum y p) / (1 + sum y) and soft
precision P = (1 + sum y p) / (1 + sum p):

    BRLoss = mean of [ -(2 - R) y log p - (2 - P) (1 - y) log(1 - p) ]

Where positives are missed R falls and each positive weighs up to twice; where alarms are false P
falls and each negative does. R and P are weights and are not differentiated. At R = P = 1 it is
cross-entropy.
"""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

SMOOTHING = 0.02


def br_loss(raw: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """NaN among the labels: nobody said, and nothing is learned there."""
    known = ~torch.isnan(labels)
    y = torch.nan_to_num(labels)
    with torch.no_grad():
        p = torch.sigmoid(raw) * known
        found = (y * p).sum()
        recall = (1 + found) / (1 + y.sum())
        precision = (1 + found) / (1 + p.sum())
        weights = torch.where(y > 0.5, 2 - recall, 2 - precision) * known
    return _weighed(raw, y, weights) / known.sum().clamp(min=1)


def cross_entropy(raw: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    known = ~torch.isnan(labels)
    return _weighed(raw, torch.nan_to_num(labels), known.float()) / known.sum().clamp(min=1)


def _weighed(raw: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    smooth = labels * (1 - 2 * SMOOTHING) + SMOOTHING
    return binary_cross_entropy_with_logits(raw, smooth, weight=weights, reduction="sum")
