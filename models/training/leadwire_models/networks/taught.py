"""A network with layers beside its heads, for what teaches it and is not shipped."""

import torch
from torch import nn
from torch.nn.functional import adaptive_avg_pool2d

from .eianet import EiaNet

# Of the standard page: twelve leads in three rows of four; the fourth row is the strip.
ROWS, COLUMNS, ROWS_OF_LEADS = 4, 4, 3


class Taught(nn.Module):
    """The heads' raw values [n, heads], those of what else is said of an ECG [n, columns], and its
    measures: of each lead read off where the lead stands, then of the whole ECG."""

    def __init__(self, network: EiaNet, columns: int, of_a_lead: int, of_all: int) -> None:
        super().__init__()
        features = network.heads.in_features
        self.network = network
        self.beside = nn.Linear(features, columns)
        self.of_a_lead = nn.Linear(features, of_a_lead)
        self.of_all = nn.Linear(features, of_all)

    def forward(self, picture: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        x, _ = self.network.seen(picture)
        whole = x.mean(dim=(2, 3))
        features = self.network.drop(whole)
        # Leads follow one another down each column.
        places = adaptive_avg_pool2d(x, (ROWS, COLUMNS))[:, :, :ROWS_OF_LEADS].permute(0, 3, 2, 1)
        measures = torch.cat([self.of_a_lead(places).flatten(1), self.of_all(whole)], dim=1)
        return self.network.heads(features), self.beside(features), measures
