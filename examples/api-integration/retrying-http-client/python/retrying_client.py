"""HTTP client that repeats failed requests, if repeating them is safe, within fixed limits."""

import math
import random
import time
from collections.abc import Callable, Mapping
from typing import Literal

from http_attempt import FAILURES, AttemptTimeoutError, Response, send
from http_request import Request
from retry_after import parse_retry_after

__all__ = ["AttemptTimeoutError", "Reason", "Response", "RetryError", "RetryingClient"]

Reason = Literal["not_safe", "attempts", "deadline"]

_FAILURE_STATUSES = frozenset({408, 429, 502, 503, 504})


class RetryError(Exception):
    """The client gave up.

    Attributes:
        attempts: the number of attempts made.
        reason: why there was no further attempt.
        response: the complete response of the last attempt, if it brought one.
        cause: why the last attempt brought none, otherwise; the same object as ``__cause__``.
    """

    def __init__(self, attempts: int, reason: Reason, response: Response | None, cause: Exception | None) -> None:
        super().__init__(attempts, reason, response, cause)
        self.attempts = attempts
        self.reason = reason
        self.response = response
        self.cause = cause

    def __str__(self) -> str:
        last = f"status {self.response.status}" if self.response else repr(self.cause)
        return f"gave up after {self.attempts} attempts ({self.reason}), the last one ended with {last}"


class RetryingClient:
    """Sends requests and repeats those that fail. All times are in seconds.

    Args:
        max_attempts: most attempts per call, 1 or more.
        base_delay: longest backoff wait after the first attempt; it doubles with each further one.
        max_delay: longest backoff wait of all.
        attempt_timeout: longest time one attempt may take, measured in real time.
        deadline: longest time a call may take, measured with ``monotonic``.
        sleep: waits for the given time.
        random: gives numbers from 0 inclusive to 1 exclusive.
        monotonic: a clock that is never set.
        now: the wall clock (Unix time), used for dates in ``Retry-After`` only.

    Raises:
        ValueError: a setting is out of its range.
    """

    def __init__(
        self,
        *,
        max_attempts: int = 4,
        base_delay: float = 0.1,
        max_delay: float = 5.0,
        attempt_timeout: float = 10.0,
        deadline: float = 30.0,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = random.random,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        if not isinstance(max_attempts, int) or max_attempts < 1:
            raise ValueError(f"max_attempts must be an integer of 1 or more, not {max_attempts!r}")
        for name, delay in (("base_delay", base_delay), ("max_delay", max_delay)):
            if not (math.isfinite(delay) and delay >= 0):
                raise ValueError(f"{name} must be finite and not negative, not {delay!r}")
        for name, limit in (("attempt_timeout", attempt_timeout), ("deadline", deadline)):
            if not (math.isfinite(limit) and limit > 0):
                raise ValueError(f"{name} must be finite and above 0, not {limit!r}")
        self._max_attempts = max_attempts
        self._base_delay = base_delay
        self._max_delay = max_delay
        self._attempt_timeout = attempt_timeout
        self._deadline = deadline
        self._sleep = sleep
        self._random = random
        self._monotonic = monotonic
        self._now = now

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Response:
        """Send a request, again if need be, and return the first complete response that is no failure.

        The statuses 408, 429, 502, 503 and 504 are failures; any other one, also 404 or 500, is the result.

        Raises:
            ValueError: the method, the URL, a header or the body is not allowed; nothing was sent.
            RetryError: the last attempt failed too, or another one would be unsafe or too late.
        """
        request = Request.checked(method, url, headers or {}, body)
        time_left = _countdown(self._deadline, self._monotonic)
        left = self._deadline
        attempts = 0
        while True:
            attempts += 1
            response, cause = _attempt(request, min(self._attempt_timeout, left))
            if response and response.status not in _FAILURE_STATUSES:
                return response
            is_cut_off = isinstance(cause, AttemptTimeoutError) and left <= self._attempt_timeout
            reason = self._reason_to_stop(request, attempts, is_cut_off)
            if not reason:
                left = self._pause(self._wait_after(attempts, response), time_left)
                reason = "deadline" if left <= 0 else None
            if reason:
                raise RetryError(attempts, reason, response, cause) from cause

    def _reason_to_stop(self, request: Request, attempts: int, is_cut_off: bool) -> Reason | None:
        if is_cut_off:
            return "deadline"
        if not request.is_safe_to_repeat():
            return "not_safe"
        if attempts == self._max_attempts:
            return "attempts"
        return None

    def _pause(self, wait: float, time_left: Callable[[], float]) -> float:
        """Sleep for ``wait``, unless that takes all the time left, and return the time left for the next attempt."""
        if wait >= time_left():
            return 0.0
        self._sleep(wait)
        return time_left()

    def _wait_after(self, attempts: int, response: Response | None) -> float:
        values = response.headers.get_all("Retry-After", []) if response else []
        if len(values) == 1:
            wait = parse_retry_after(values[0].strip(" \t"), self._now)
            if wait is not None:
                return wait
        return self._random() * min(self._max_delay, _doubled(self._base_delay, attempts - 1))


def _countdown(seconds: float, monotonic: Callable[[], float]) -> Callable[[], float]:
    """Start counting down; the result gives the seconds left."""
    start = monotonic()
    return lambda: seconds - (monotonic() - start)


def _attempt(request: Request, seconds: float) -> tuple[Response, None] | tuple[None, Exception]:
    try:
        return send(request, seconds), None
    except FAILURES as error:
        return None, error


def _doubled(delay: float, times: int) -> float:
    try:
        return math.ldexp(delay, times)
    except OverflowError:
        return math.inf
