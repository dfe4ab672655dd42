"""The paper's experiments: losses, retrieval, the upper bound, metrics, Figure 3."""

from generation.experiments.cochleagram import cochleagram
from generation.experiments.evaluation import Evaluation, Row, evaluate
from generation.experiments.exchange import (
    Exported,
    Score,
    export_folders,
    read_scores,
    scores_table,
)
from generation.experiments.learning import (
    Learned,
    Look,
    learned,
    require_held_out,
    untrained,
)
from generation.experiments.learningtable import (
    learned_as_csv,
    learned_as_json,
    learned_as_text,
)
from generation.experiments.likelihood import (
    Rate,
    centred,
    rates_as_text,
    retrieval_rates,
    score_matrix,
)
from generation.experiments.losses import (
    LossRow,
    loss_rows,
    loss_table,
    losses_as_csv,
    losses_as_text,
)
from generation.experiments.metrics import METRICS, TELLING, Value
from generation.experiments.panels import Panel, read_panel
from generation.experiments.retrieval import RETRIEVAL, add_retrieval
from generation.experiments.rows import ExperimentError, rows_of, systems_of
from generation.experiments.scoring import (
    CheckpointScorer,
    HeardClip,
    Scorer,
    heard_clips,
)
from generation.experiments.tables import (
    as_csv,
    as_json,
    as_text,
)
from generation.experiments.truth import demo_onsets, onsets_beside
from generation.experiments.waveforms import WaveformFigure, waveform_figure

__all__ = [
    "METRICS",
    "RETRIEVAL",
    "TELLING",
    "CheckpointScorer",
    "Evaluation",
    "ExperimentError",
    "Exported",
    "HeardClip",
    "Learned",
    "Look",
    "LossRow",
    "Panel",
    "Rate",
    "Row",
    "Score",
    "Scorer",
    "Value",
    "WaveformFigure",
    "add_retrieval",
    "as_csv",
    "as_json",
    "as_text",
    "centred",
    "cochleagram",
    "demo_onsets",
    "evaluate",
    "export_folders",
    "heard_clips",
    "learned",
    "learned_as_csv",
    "learned_as_json",
    "learned_as_text",
    "loss_rows",
    "loss_table",
    "losses_as_csv",
    "losses_as_text",
    "onsets_beside",
    "rates_as_text",
    "read_panel",
    "read_scores",
    "require_held_out",
    "retrieval_rates",
    "rows_of",
    "score_matrix",
    "scores_table",
    "systems_of",
    "untrained",
    "waveform_figure",
]
