"""ResNet50 over the picture of an ECG, with spatial attention after each of its four layers.

The shape is the published one (bottlenecks 3-4-6-3, attention by a 7x7 convolution over the mean
and the greatest of the channels); `width` is 64 in ResNet50 and a quarter of that in what we ship.
"""

import torch
from torch import nn

BLOCKS = (3, 4, 6, 3)
GROWTH = 4
HEADS = ("surrogate", "acute", "malignant", "reading")


class SpatialAttention(nn.Module):
    """[n, c, h, w] -> the same, weighed by a mask [n, 1, h, w] between 0 and 1, and the mask."""

    def __init__(self) -> None:
        super().__init__()
        self.look = nn.Conv2d(2, 1, kernel_size=7, padding=3)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        seen = torch.cat([x.mean(dim=1, keepdim=True), x.amax(dim=1, keepdim=True)], dim=1)
        mask = torch.sigmoid(self.look(seen))
        return x * mask, mask


class Bottleneck(nn.Module):
    def __init__(self, inputs: int, inner: int, stride: int) -> None:
        super().__init__()
        outputs = inner * GROWTH
        self.way = nn.Sequential(
            _joined(inputs, inner, 1),
            nn.ReLU(inplace=True),
            _joined(inner, inner, 3, stride),
            nn.ReLU(inplace=True),
            _joined(inner, outputs, 1),
        )
        # A block that begins as the identity trains at once.
        nn.init.zeros_(self.way[4][1].weight)
        same = stride == 1 and inputs == outputs
        self.skip = nn.Identity() if same else _joined(inputs, outputs, 1, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.way(x) + self.skip(x))


class EiaNet(nn.Module):
    """Picture [n, 1, h, w] -> raw values [n, heads], masks of the four layers, features [n, f].

    Without `attention` it is a ResNet50 of the same width, whose masks are none.
    """

    def __init__(self, width: int = 16, attention: bool = True) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            _joined(1, width, 7, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, padding=1)
        )
        layers, inputs = [], width
        for k, blocks in enumerate(BLOCKS):
            inner = width * 2**k
            strides = [1 if k == 0 else 2] + [1] * (blocks - 1)
            row = []
            for stride in strides:
                row.append(Bottleneck(inputs, inner, stride))
                inputs = inner * GROWTH
            layers.append(nn.Sequential(*row))
        self.layers = nn.ModuleList(layers)
        self.attention = nn.ModuleList([SpatialAttention() for _ in BLOCKS] if attention else [])
        self.drop = nn.Dropout(0.2)
        self.heads = nn.Linear(inputs, len(HEADS))

    def forward(
        self, picture: torch.Tensor
    ) -> tuple[torch.Tensor, list[torch.Tensor], torch.Tensor]:
        x, masks = self.seen(picture)
        features = x.mean(dim=(2, 3))
        return self.heads(self.drop(features)), masks, features

    def seen(self, picture: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """What the last layer holds of each place, and the masks."""
        x = self.stem(picture)
        masks = []
        for k, layer in enumerate(self.layers):
            x = layer(x)
            if len(self.attention):
                x, mask = self.attention[k](x)
                masks.append(mask)
        return x, masks


def _joined(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Sequential:
    padding = kernel // 2
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False), nn.BatchNorm2d(outputs)
    )
