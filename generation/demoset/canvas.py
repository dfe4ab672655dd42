"""Draw simple shapes with soft edges on one small frame."""

import numpy as np
from numpy.typing import NDArray

from generation.demoset.scene import HEIGHT, WIDTH, Rng

Color = tuple[float, float, float]


class Canvas:
    """One frame, drawn back to front; places in pixels, y down, colors 0 to 255."""

    def __init__(self, background: NDArray[np.float32]) -> None:
        self.pixels = background.copy()

    def disc(self, x: float, y: float, radius: float, color: Color) -> None:
        """A filled circle."""
        self.ellipse(x, y, (radius, radius), color)

    def ellipse(
        self, x: float, y: float, radii: tuple[float, float], color: Color
    ) -> None:
        """A filled ellipse with horizontal and vertical `radii`."""
        wide, high = max(radii[0], 0.3), max(radii[1], 0.3)
        window = _window(x - wide, y - high, x + wide, y + high)
        if window is None:
            return
        rows, columns = _grid(window)
        reach = np.hypot((columns - x) / wide, (rows - y) / high)
        self._blend(window, (1 - reach) * min(wide, high) + 0.5, color)

    def rectangle(
        self, corner: tuple[float, float], size: tuple[float, float], color: Color
    ) -> None:
        """A filled rectangle from its upper left `corner`."""
        left, top = corner
        right, bottom = left + size[0], top + size[1]
        window = _window(left, top, right, bottom)
        if window is None:
            return
        rows, columns = _grid(window)
        inside = np.minimum(
            np.minimum(columns - left, right - columns),
            np.minimum(rows - top, bottom - rows),
        )
        self._blend(window, inside + 0.5, color)

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        color: Color,
        *,
        width: float = 2.0,
    ) -> None:
        """A straight stroke with round ends."""
        (x0, y0), (x1, y1) = start, end
        half = width / 2
        window = _window(
            min(x0, x1) - half,
            min(y0, y1) - half,
            max(x0, x1) + half,
            max(y0, y1) + half,
        )
        if window is None:
            return
        rows, columns = _grid(window)
        dx, dy = x1 - x0, y1 - y0
        along = ((columns - x0) * dx + (rows - y0) * dy) / max(dx * dx + dy * dy, 1e-9)
        along = np.clip(along, 0, 1)
        away = np.hypot(columns - x0 - along * dx, rows - y0 - along * dy)
        self._blend(window, half - away + 0.5, color)

    def image(self) -> NDArray[np.uint8]:
        """The frame as bytes, shape (HEIGHT, WIDTH, 3)."""
        return np.clip(self.pixels, 0, 255).astype(np.uint8)

    def _blend(
        self,
        window: tuple[int, int, int, int],
        cover: NDArray[np.float64],
        color: Color,
    ) -> None:
        left, top, right, bottom = window
        part = self.pixels[top:bottom, left:right]
        share = np.clip(cover, 0, 1)[..., None].astype(np.float32)
        part += (np.asarray(color, dtype=np.float32) - part) * share


def backdrop(rng: Rng, *, low: float = 40, high: float = 170) -> NDArray[np.float32]:
    """A random two-color gradient with some texture, to draw a scene upon."""
    upper, lower = rng.uniform(low, high, 3), rng.uniform(low, high, 3)
    share = np.linspace(0, 1, HEIGHT)[:, None, None]
    grain = rng.normal(0, 4, (HEIGHT // 4, WIDTH // 4, 1)).repeat(4, 0).repeat(4, 1)
    return np.asarray(
        (1 - share) * upper + share * lower + grain, dtype=np.float32
    ) + np.zeros((HEIGHT, WIDTH, 3), dtype=np.float32)


def random_color(rng: Rng, *, low: float = 60, high: float = 230) -> Color:
    """A color with each part between `low` and `high`."""
    red, green, blue = rng.uniform(low, high, 3)
    return float(red), float(green), float(blue)


def _window(
    left: float, top: float, right: float, bottom: float
) -> tuple[int, int, int, int] | None:
    box = (
        max(0, int(left) - 1),
        max(0, int(top) - 1),
        min(WIDTH, int(right) + 2),
        min(HEIGHT, int(bottom) + 2),
    )
    return box if box[0] < box[2] and box[1] < box[3] else None


def _grid(
    window: tuple[int, int, int, int],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    left, top, right, bottom = window
    return (
        np.arange(top, bottom, dtype=np.float64)[:, None],
        np.arange(left, right, dtype=np.float64)[None, :],
    )
