"""Groups click events into sessions of single users while they arrive."""

import math
from collections import defaultdict
from dataclasses import dataclass
from operator import attrgetter

_MAX_MS = 10**15


@dataclass(frozen=True)
class ClickEvent:
    """A click of a user on a page; `Sessionizer.add` checks it."""

    user: str
    timestamp_ms: int
    page: str


@dataclass(frozen=True)
class Session:
    """A closed session: its least and greatest timestamps, and its pages by timestamp, then by arrival."""

    user: str
    start_ms: int
    end_ms: int
    pages: tuple[str, ...]


class FinishedError(RuntimeError):
    """The sessionizer takes no more calls."""

    def __init__(self) -> None:
        super().__init__("the sessionizer is finished")


@dataclass(slots=True)
class _Visit:
    timestamp_ms: int
    arrival: int
    page: str


class _OpenSession:
    """A session that can still take events."""

    def __init__(self, event: ClickEvent, arrival: int) -> None:
        self.user = event.user
        self.start_ms = self.end_ms = event.timestamp_ms
        self.first_arrival = arrival
        self._visits = [_Visit(event.timestamp_ms, arrival, event.page)]

    def reaches(self, timestamp_ms: int, gap_ms: int) -> bool:
        return self.start_ms - gap_ms <= timestamp_ms <= self.end_ms + gap_ms

    def merge(self, other: "_OpenSession") -> "_OpenSession":
        """Joins two sessions of one user in one of them, which is returned; the other must not be used any more."""
        if len(self._visits) < len(other._visits):
            return other._absorb(self)
        return self._absorb(other)

    def close(self) -> Session:
        self._visits.sort(key=attrgetter("timestamp_ms", "arrival"))
        return Session(self.user, self.start_ms, self.end_ms, tuple(visit.page for visit in self._visits))

    def _absorb(self, other: "_OpenSession") -> "_OpenSession":
        self._visits += other._visits
        self.start_ms = min(self.start_ms, other.start_ms)
        self.end_ms = max(self.end_ms, other.end_ms)
        self.first_arrival = min(self.first_arrival, other.first_arrival)
        return self


class Sessionizer:
    """Takes click events one at a time and returns the sessions that each of them closes.

    Raises ValueError unless the gap is from 1 to 10^15 and the lateness from 0 to 10^15.
    """

    def __init__(self, *, gap_ms: int, lateness_ms: int) -> None:
        _require_range("gap_ms", gap_ms, 1)
        _require_range("lateness_ms", lateness_ms, 0)
        self._gap_ms = gap_ms
        self._lateness_ms = lateness_ms
        self._open_by_user: defaultdict[str, list[_OpenSession]] = defaultdict(list)
        self._earliest_end_ms: float = math.inf
        self._watermark_ms = -lateness_ms  # no timestamp is below it, so the first event is not late
        self._arrivals = 0
        self._late_events = 0
        self._finished = False

    @property
    def late_events(self) -> int:
        """The number of events dropped because they were late."""
        return self._late_events

    def add(self, event: ClickEvent) -> list[Session]:
        """Takes an event and returns the sessions that it closes, by end, then by earliest arrival.

        Raises FinishedError after `finish`, and ValueError if the user is empty or the timestamp not from 0 to 10^15.
        """
        self._require_unfinished()
        _require_valid(event)
        if event.timestamp_ms < self._watermark_ms:
            self._late_events += 1
            return []
        self._accept(event)
        self._watermark_ms = max(self._watermark_ms, event.timestamp_ms - self._lateness_ms)
        return self._close_ending_before(self._watermark_ms - self._gap_ms)

    def finish(self) -> list[Session]:
        """Closes and returns all open sessions, ordered as by `add`; raises FinishedError if called again."""
        self._require_unfinished()
        self._finished = True
        return self._close_ending_before(math.inf)

    def _accept(self, event: ClickEvent) -> None:
        session = _OpenSession(event, self._arrivals)
        self._arrivals += 1
        apart = []
        for own in self._open_by_user[event.user]:
            if own.reaches(event.timestamp_ms, self._gap_ms):
                session = session.merge(own)
            else:
                apart.append(own)
        self._open_by_user[event.user] = [*apart, session]
        self._earliest_end_ms = min(self._earliest_end_ms, session.end_ms)

    def _close_ending_before(self, limit_ms: float) -> list[Session]:
        if self._earliest_end_ms >= limit_ms:
            return []
        sessions = [session for own in self._open_by_user.values() for session in own]
        self._keep_open([session for session in sessions if session.end_ms >= limit_ms])
        due = [session for session in sessions if session.end_ms < limit_ms]
        due.sort(key=attrgetter("end_ms", "first_arrival"))
        return [session.close() for session in due]

    def _keep_open(self, sessions: list[_OpenSession]) -> None:
        self._open_by_user.clear()
        for session in sessions:
            self._open_by_user[session.user].append(session)
        self._earliest_end_ms = min((session.end_ms for session in sessions), default=math.inf)

    def _require_unfinished(self) -> None:
        if self._finished:
            raise FinishedError


def _require_valid(event: ClickEvent) -> None:
    if not event.user:
        raise ValueError("the user is empty")
    _require_range("timestamp_ms", event.timestamp_ms, 0)


def _require_range(name: str, value: int, least: int) -> None:
    if not least <= value <= _MAX_MS:
        raise ValueError(f"{name} must be from {least} to {_MAX_MS}, not {value}")
