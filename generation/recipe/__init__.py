"""The whole way on demo clips in one go: render, learn, train, sample."""

from generation.recipe.command import add_recipe_arguments, run_recipe
from generation.recipe.steps import Recipe, cook

__all__ = ["Recipe", "add_recipe_arguments", "cook", "run_recipe"]
