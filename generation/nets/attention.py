"""Attention over the places of a picture, asked for by the coarse tier's state."""

import torch
from torch import Tensor, nn

from generation.nets.linear import NormedLinear


class Attention(nn.Module):
    """The weighted mean of a feature map, weights a softmax over its places.

    The question is a linear image of the coarse state, the score of a place its inner
    product with the place's feature over sqrt(channels). The paper tried attention
    and gives no details; this is an option beside it, not part of its tables.
    """

    def __init__(self, dim: int, channels: int, *, normed: bool) -> None:
        super().__init__()
        self.query = NormedLinear(dim, channels, normed=normed, biased=False)

    def forward(self, state: Tensor, feature_map: Tensor) -> tuple[Tensor, Tensor]:
        """Return the feature seen (B, C) and where it came from (B, H, W).

        state: (B, D); feature_map: (B, H, W, C), such as 14 x 14 x 512 of VGG19's
        conv5. The weights returned are at least 0 and sum to 1 over H x W.
        """
        batch, height, width, channels = feature_map.shape
        places = feature_map.flatten(1, 2)  # (B, HW, C)
        question = self.query(state) / channels**0.5  # (B, C)
        scores = torch.einsum("bc,bpc->bp", question, places)
        weights = scores.softmax(dim=1)
        seen = torch.einsum("bp,bpc->bc", weights, places)
        return seen, weights.view(batch, height, width)
