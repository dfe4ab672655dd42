"""The losses of several nets as a table, as Table 1 of the paper has them."""

from collections.abc import Callable, Sequence
from statistics import fmean

from generation.checkpoint import twins_told
from generation.clip import demo_told
from generation.nets import METHODS
from generation.train.run import Result

_ROWS: tuple[tuple[str, Callable[[Result], float]], ...] = (
    ("training, nats", lambda result: result.train_nats),
    ("test, nats", lambda result: result.test_nats),
    ("training, bits", lambda result: result.train_bits),
    ("test, bits", lambda result: result.test_bits),
)
ALL = "all"
_WIDEST = 40


def loss_table(results: Sequence[Result]) -> str:
    """Return cross-entropy a sample by method: means over categories, then each.

    A method with attention has a column of its own. The mean of a method is
    over the categories it was trained on; nets of several categories together have rows
    of their own. A dash marks what there is not. Below stands what nets of demo clips
    or stub features are for, and how others differ from the paper's.
    """
    ordered = sorted(results, key=lambda r: (METHODS.index(r.method), r.label))
    methods = list(dict.fromkeys(result.label for result in ordered))
    single = [result for result in results if len(result.categories) == 1]
    groups: list[tuple[str, list[Result]]] = []
    names = sorted({category_label(result.categories) for result in results})
    if len({result.categories for result in single}) > 1:
        groups.append(("mean of categories", single))
    for name in names:
        own = [r for r in results if category_label(r.categories) == name]
        groups.append((name, own))
    width = max(len(_short(name)) for name, _ in [*groups, ("category", [])])
    wide = [max(10, len(method) + 2) for method in methods]
    lines = [f"{'category':<{width}}  {'loss':<14}" + _cells(methods, wide)]
    for name, group in groups:
        shown = _short(name)
        for label, value in _ROWS:
            cells = [
                _mean([value(result) for result in group if result.label == method])
                for method in methods
            ]
            lines.append(f"{shown:<{width}}  {label:<14}" + _cells(cells, wide))
    lines += [f"{_short(name)}: {name}" for name in names if _short(name) != name]
    return "\n".join([*lines, *_labels(results)])


def _labels(results: Sequence[Result]) -> list[str]:
    told = demo_told(
        is_demo=any(result.is_demo for result in results),
        is_stub=any(result.is_stub for result in results),
    )
    remarks = dict.fromkeys(r for result in results for r in result.remarks)
    twins = twins_told(
        (r.method, category_label(r.categories), r.features) for r in results
    )
    return [*told, *(f"note: {remark}" for remark in (*remarks, *twins))]


def category_label(categories: Sequence[str]) -> str:
    """Return the one category's name, or those of several joined."""
    return "+".join(categories) or ALL


def _short(label: str) -> str:
    """A label that leaves room for the figures beside it."""
    return label if len(label) <= _WIDEST else f"{label.count('+') + 1} categories"


def _mean(values: Sequence[float]) -> str:
    return f"{fmean(values):.4f}" if values else "-"


def _cells(texts: Sequence[str], widths: Sequence[int]) -> str:
    both = zip(texts, widths, strict=True)
    return "".join(f"{text:>{width}}" for text, width in both)
