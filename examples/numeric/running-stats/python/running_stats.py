"""Statistics over a stream of numbers, in a fixed amount of memory."""

import math
from collections.abc import Iterable
from numbers import Real


class RunningStats:
    """The statistics of all values taken in; what is not defined is None."""

    def __init__(self, values: Iterable[Real] = ()) -> None:
        """Take in the values, as ``add`` does."""
        self._count = 0
        self._mean = 0.0
        self._squared_deviations = 0.0
        self._minimum = math.inf
        self._maximum = -math.inf
        for value in values:
            self.add(value)

    def add(self, value: Real) -> None:
        """Take in a value, an integer too; the statistics stay as they were if it raises.

        Raises:
            TypeError: it is no real number, or a truth value.
            ValueError: it is NaN or an infinity.
            OverflowError: it is beyond the range of float, or the sum of squared deviations would be.
        """
        if isinstance(value, bool) or not isinstance(value, Real):
            raise TypeError(f"{type(value).__name__} is no real number")
        number = float(value)
        if not math.isfinite(number):
            raise ValueError("a value must be finite")
        self._merge(1, number, 0.0, number, number)

    def merge(self, other: "RunningStats") -> None:
        """Take in all values of another collector, or of this one; all stays as it was if it raises.

        Raises:
            OverflowError: the sum of squared deviations would be beyond the range of float.
        """
        if other._count > 0:
            self._merge(other._count, other._mean, other._squared_deviations, other._minimum, other._maximum)

    @property
    def count(self) -> int:
        return self._count

    @property
    def minimum(self) -> float | None:
        return self._minimum if self._count else None

    @property
    def maximum(self) -> float | None:
        return self._maximum if self._count else None

    @property
    def mean(self) -> float | None:
        return self._mean if self._count else None

    @property
    def population_variance(self) -> float | None:
        """The sum of squared deviations divided by the count."""
        return self._squared_deviations / self._count if self._count else None

    @property
    def sample_variance(self) -> float | None:
        """The sum of squared deviations divided by the count less one."""
        return self._squared_deviations / (self._count - 1) if self._count > 1 else None

    def _merge(self, count: int, mean: float, squared_deviations: float, minimum: float, maximum: float) -> None:
        total = self._count + count
        share = count / total
        difference = mean - self._mean
        squares = self._squared_deviations + squared_deviations + difference * share * (difference * self._count)
        if not math.isfinite(squares):
            raise OverflowError("the sum of squared deviations is too great")
        self._mean += difference * share
        self._squared_deviations = squares
        self._minimum = min(self._minimum, minimum)
        self._maximum = max(self._maximum, maximum)
        self._count = total
