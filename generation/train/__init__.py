"""Training: one net, or every category by every method, to be broken off at will."""

from generation.train.command import run_train, run_train_all
from generation.train.config import TrainConfig, TrainingError, first_net
from generation.train.everything import Outcome, train_all
from generation.train.facts import chosen_features, features_of, given_of
from generation.train.loop import TrainingStoppedError
from generation.train.losses import mean_nats
from generation.train.options import add_train_all_arguments, add_train_arguments
from generation.train.run import Result, read_result, train
from generation.train.table import loss_table
from generation.train.trainer import TrainingDivergedError
from generation.train.world import World, joined

__all__ = [
    "Outcome",
    "Result",
    "TrainConfig",
    "TrainingDivergedError",
    "TrainingError",
    "TrainingStoppedError",
    "World",
    "add_train_all_arguments",
    "add_train_arguments",
    "chosen_features",
    "features_of",
    "first_net",
    "given_of",
    "joined",
    "loss_table",
    "mean_nats",
    "read_result",
    "run_train",
    "run_train_all",
    "train",
    "train_all",
]
