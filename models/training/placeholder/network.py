"""A small one-dimensional convolutional network with the tensors of the `omi` contract."""

import torch
from torch import nn

OUTPUTS = ["no-infarct-pattern", "infarct-pattern"]


def block(inputs: int, outputs: int, kernel: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv1d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False),
        nn.BatchNorm1d(outputs),
        nn.ReLU(),
    )


class SmallNetwork(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.waveform = nn.Sequential(
            block(8, 16, 17, 4),
            block(16, 24, 9, 4),
            block(24, 32, 9, 4),
            block(32, 48, 5, 2),
        )
        self.demographics = nn.Sequential(nn.Linear(2, 8), nn.ReLU())
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(48 + 48 + 8, len(OUTPUTS)))

    def forward(self, ecg: torch.Tensor, age_sex: torch.Tensor) -> torch.Tensor:
        features = self.waveform(ecg)
        pooled = torch.cat([features.mean(dim=2), features.amax(dim=2)], dim=1)
        return self.head(torch.cat([self.demographics(age_sex), pooled], dim=1))


def augment(ecg: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Gain, a shift in time, a lost lead and noise: few records have to stand for many."""
    count = ecg.shape[0]

    def draw(*shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=generator)

    shift = int(draw(1).item() * 400) - 200
    changed = torch.roll(ecg, shift, dims=2) * (0.8 + 0.4 * draw(count, 1, 1))
    lost = torch.where(draw(count) < 0.2, (draw(count) * 8).long(), torch.full((count,), 8))
    kept = torch.ones(count, 9)
    kept[torch.arange(count), lost] = 0.0
    noise = torch.randn(changed.shape, generator=generator) * 0.01
    return (changed + noise) * kept[:, :8, None]


def fit(
    ecg: torch.Tensor, age_sex: torch.Tensor, labels: torch.Tensor, seed: int, epochs: int
) -> SmallNetwork:
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    network = SmallNetwork()
    batch = 32
    steps = -(-len(labels) // batch)
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=epochs * steps)
    for _ in range(epochs):
        network.train()
        for index in torch.randperm(len(labels), generator=generator).split(batch):
            logits = network(augment(ecg[index], generator), age_sex[index])
            loss = nn.functional.cross_entropy(logits, labels[index], label_smoothing=0.02)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return network.eval()


@torch.no_grad()
def logits_of(network: SmallNetwork, ecg: torch.Tensor, age_sex: torch.Tensor) -> torch.Tensor:
    return torch.cat([network(e, a) for e, a in zip(ecg.split(128), age_sex.split(128))])
