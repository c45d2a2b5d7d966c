"""Figures that others published, or that were measured before; shares in per cent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """One figure from elsewhere."""

    model: str
    dataset: str
    accuracy: float | None = None
    recall: float | None = None
    note: str = "published"


PUBLISHED = (
    Published("USE + ConveRT (Casanueva et al., 2020)", "BANKING77, 10 a class", 85.2),
    Published("USE + ConveRT (Casanueva et al., 2020)", "CLINC150, 10 a class", 93.3),
    Published("ICDA, the best few-shot known (Lin et al., 2023)", "BANKING77, 10 a class", 89.8),
    Published("ICDA, the best few-shot known (Lin et al., 2023)", "CLINC150, 10 a class", 94.8),
    Published("softmax threshold (Larson et al., 2019)", "CLINC150", recall=52.0),
    Published("trained out-of-scope class (Larson et al., 2019)", "CLINC150", recall=59.0),
    Published("stock DIET", "BANKING77, 10 a class", 67.0, note="measured here before"),
    Published("stock DIET", "CLINC150, 10 a class", 73.4, note="measured here before"),
)
