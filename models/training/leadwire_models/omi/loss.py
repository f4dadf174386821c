"""The published loss, (cross-entropy + 0.3 binary cross-entropy) / 1.3, with masks in place of
single classes, and the readings of traces beside it."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

LBBB_SHARE = 0.3
READINGS_SHARE = 0.5
IMPOSSIBLE = -1e4


def omi_loss(
    found: tuple[torch.Tensor, torch.Tensor, torch.Tensor], targets: dict[str, torch.Tensor]
) -> torch.Tensor:
    classes, lbbb, readings = found
    published = mass_outside(classes, targets["allowed"]) + LBBB_SHARE * where_known(
        lbbb[:, 0], targets["lbbb"]
    )
    if readings.shape[1] == 0:
        return published / (1 + LBBB_SHARE)
    read = where_known(readings, targets["readings"])
    return published / (1 + LBBB_SHARE) + READINGS_SHARE * read


def mass_outside(raw: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """-log of the probability that lies on the allowed classes; cross-entropy where it is one."""
    inside = torch.where(allowed, raw, torch.full_like(raw, IMPOSSIBLE))
    return (raw.logsumexp(dim=1) - inside.logsumexp(dim=1)).mean()


def where_known(raw: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    known = ~torch.isnan(labels)
    if not known.any():
        return raw.sum() * 0
    return binary_cross_entropy_with_logits(raw[known], labels[known])
