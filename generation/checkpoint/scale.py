"""How features are scaled before a net reads them: the same in training and after."""

from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor

ScaleKind = Literal["none", "zscore", "l2"]
SCALES: tuple[ScaleKind, ...] = get_args(ScaleKind)


@dataclass(frozen=True, slots=True, eq=False)
class FeatureScale:
    """`none` as they come, `zscore` less the mean over the deviation, `l2` unit length.

    mean, deviation: (F,), float32, of the net's own training clips; given for `zscore`
    alone. Raises ValueError for an unknown kind, or numbers missing or unfit.
    """

    kind: ScaleKind = "none"
    mean: Tensor | None = None
    deviation: Tensor | None = None

    def __post_init__(self) -> None:
        if self.kind not in SCALES:
            known = ", ".join(SCALES)
            raise ValueError(f"no feature scale {self.kind!r}: choose among {known}")
        given = [part for part in (self.mean, self.deviation) if part is not None]
        if len(given) != (2 if self.kind == "zscore" else 0):
            message = "a mean and a deviation belong to zscore, and to it alone"
            raise ValueError(f"{message}: the scale is {self.kind!r}")
        for part in given:
            if part.shape != given[0].shape or not bool(part.isfinite().all()):
                raise ValueError("a scale's mean and deviation are finite, (F,) both")
        if given and not bool((given[1] > 0).all()):
            raise ValueError("a scale's deviation is above 0 everywhere")

    def __call__(self, features: Tensor) -> Tensor:
        """Return features (..., F) scaled, float32, on their own device."""
        raised = features.float()
        if self.kind == "l2":
            length: Tensor = torch.linalg.vector_norm(raised, dim=-1, keepdim=True)
            return raised / length.clamp(min=1e-12)
        if self.mean is None or self.deviation is None:
            return raised
        device = raised.device
        return (raised - self.mean.to(device)) / self.deviation.to(device)
