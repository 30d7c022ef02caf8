"""Group the rows of a CSV stream and aggregate its columns in exact decimal arithmetic."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from typing import Protocol

_BYTE_ORDER_MARK = "\ufeff"
_MAX_DIGITS = 1000
_MAX_MEAN_SCALE = 100

_TOKEN = re.compile(r'[",\r\n]|[^",\r\n]+')
_NUMBER = re.compile(r"[+-]?([0-9]+)(?:\.([0-9]+))?")

# A sum has at most _MAX_DIGITS digits on each side of the point plus those that adding carries over;
# should that ever not fit, the trap turns a rounded result into an error.
_EXACT = Context(prec=3 * _MAX_DIGITS, traps=[Inexact])


class InvalidQueryError(ValueError):
    """The query breaks one of its rules; nothing was read from the source."""


class HeaderError(ValueError):
    """The header row is absent, malformed or does not have the columns of the query exactly once."""


class TooManyBadRowsError(Exception):
    """The input has more bad rows than the query allows; ``line`` is where the first one too many starts."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}: one bad row more than allowed")
        self.line = line


@dataclass(frozen=True)
class Aggregate:
    """A function (``sum``, ``min``, ``max``, ``count`` or ``mean``) and its column, empty for none."""

    function: str
    column: str = ""


@dataclass(frozen=True)
class Group:
    """The values of one group in the order of the query's aggregates; ``None`` is null."""

    key: tuple[str, ...]
    values: tuple[str | None, ...]


@dataclass(frozen=True)
class BadRow:
    """A row left out: its first line, the reason and, for ``not_a_number``, the leftmost column at fault."""

    line: int
    reason: str
    column: str = ""


@dataclass(frozen=True)
class Result:
    """The groups in the order of their first good row, the bad rows in file order."""

    groups: list[Group]
    bad_rows: list[BadRow]


def group_aggregate(
    source: Iterable[str],
    *,
    group_by: Sequence[str],
    aggregates: Sequence[Aggregate],
    mean_scale: int,
    max_bad_rows: int,
) -> Result:
    """Read CSV text from ``source`` and compute ``aggregates`` for each distinct value of ``group_by``.

    Raises InvalidQueryError, HeaderError, TooManyBadRowsError or whatever ``source`` raises.
    """
    _check_query(group_by, aggregates, mean_scale, max_bad_rows)
    rows = _CsvReader(source).rows()
    layout = _Layout.of(_read_header(rows), group_by, aggregates)
    groups: dict[tuple[str, ...], list[_Accumulator]] = {}
    bad_rows: list[BadRow] = []
    for row in rows:
        try:
            fields = layout.good_fields(row)
        except _RowFault as fault:
            if len(bad_rows) == max_bad_rows:
                raise TooManyBadRowsError(row.line) from None
            bad_rows.append(BadRow(row.line, fault.reason, fault.column))
            continue
        key = tuple(fields[index] for index in layout.key)
        if key not in groups:
            groups[key] = [_ACCUMULATORS[aggregate.function](mean_scale) for aggregate in aggregates]
        layout.accumulate(fields, groups[key])
    return Result(
        [Group(key, tuple(item.result() for item in accumulators)) for key, accumulators in groups.items()],
        bad_rows,
    )


def _check_query(
    group_by: Sequence[str], aggregates: Sequence[Aggregate], mean_scale: int, max_bad_rows: int
) -> None:
    _require(len(group_by) > 0, "no group-by column")
    _require("" not in group_by, "a group-by column has an empty name")
    _require(len(set(group_by)) == len(group_by), "a group-by column is given twice")
    _require(len(aggregates) > 0, "no aggregate")
    for aggregate in aggregates:
        _require(aggregate.function in _ACCUMULATORS, f"unknown function {aggregate.function!r}")
        _require(aggregate.column != "" or aggregate.function == "count", f"{aggregate.function} needs a column")
    _require(
        isinstance(mean_scale, int) and 0 <= mean_scale <= _MAX_MEAN_SCALE,
        f"the mean scale is not an integer from 0 to {_MAX_MEAN_SCALE}",
    )
    _require(
        isinstance(max_bad_rows, int) and max_bad_rows >= 0,
        "the bad-row limit is not an integer of 0 or more",
    )


def _require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise InvalidQueryError(otherwise)


# --- CSV ---


@dataclass(frozen=True)
class _Row:
    line: int
    fields: list[str] | None  # None: quoting fault


class _QuotingFault(Exception):
    pass


class _CsvReader:
    """A recursive-descent reader; ``_token`` is the token last read, empty at the end of the input."""

    def __init__(self, source: Iterable[str]) -> None:
        self._tokens = _tokens(source)
        self._token = "\n"
        self._line = 1

    def rows(self) -> Iterator[_Row]:
        """The rows of the input without its empty lines."""
        while self._token:
            line = self._line
            try:
                fields = self._read_row()
            except _QuotingFault:
                # Skipping after the yield reports the fault even if its line never ends.
                yield _Row(line, None)
                self._skip_line()
                continue
            if fields:
                yield _Row(line, fields)

    def _advance(self) -> None:
        self._token = next(self._tokens, "")
        if self._token == "\n":
            self._line += 1

    def _skip_line(self) -> None:
        while self._token not in ("\n", ""):
            self._advance()

    def _read_row(self) -> list[str]:
        """Read up to the row end; the result is empty for an empty line."""
        self._advance()
        starts_quoted = self._token == '"'
        fields = [self._read_field()]
        while self._token == ",":
            self._advance()
            fields.append(self._read_field())
        return fields if fields != [""] or starts_quoted else []

    def _read_field(self) -> str:
        """Read from the field's first token up to the comma or row end behind it."""
        return self._read_quoted() if self._token == '"' else self._read_plain()

    def _read_plain(self) -> str:
        parts = []
        while self._token not in (",", "\n", ""):
            if self._token == '"':
                raise _QuotingFault
            parts.append(self._token)
            self._advance()
        if self._token == "\n" and parts and parts[-1] == "\r":
            parts.pop()
        return "".join(parts)

    def _read_quoted(self) -> str:
        parts = []
        while True:
            self._advance()
            if self._token == '"':
                self._advance()
                if self._token != '"':
                    break
            elif not self._token:
                raise _QuotingFault
            parts.append(self._token)
        self._expect_field_end()
        return "".join(parts)

    def _expect_field_end(self) -> None:
        allowed = (",", "\n", "")
        if self._token == "\r":
            self._advance()
            allowed = ("\n",)
        if self._token not in allowed:
            raise _QuotingFault


def _tokens(source: Iterable[str]) -> Iterator[str]:
    """Cut the input into single special characters and runs of others; where chunks end does not matter."""
    at_start = True
    for chunk in source:
        if at_start and chunk:
            chunk = chunk.removeprefix(_BYTE_ORDER_MARK)
            at_start = False
        for match in _TOKEN.finditer(chunk):
            yield match.group()


# --- Columns ---


class _RowFault(Exception):
    def __init__(self, reason: str, column: str = "") -> None:
        self.reason = reason
        self.column = column


def _read_header(rows: Iterator[_Row]) -> list[str]:
    header = next(rows, None)
    if header is None:
        raise HeaderError("there is no header row")
    if header.fields is None:
        raise HeaderError("the header row has a quoting fault")
    return header.fields


@dataclass(frozen=True)
class _Layout:
    """Where in a row the columns of the query stand."""

    header: list[str]
    key: list[int]
    arguments: list[int | None]  # one per aggregate, None: no column
    numeric: list[int]  # from left to right

    @classmethod
    def of(cls, header: list[str], group_by: Sequence[str], aggregates: Sequence[Aggregate]) -> _Layout:
        def position(column: str) -> int:
            occurrences = header.count(column)
            if occurrences != 1:
                raise HeaderError(f"column {column!r} is {occurrences} times in the header, not once")
            return header.index(column)

        return cls(
            header=header,
            key=[position(column) for column in group_by],
            arguments=[position(item.column) if item.column else None for item in aggregates],
            numeric=sorted({position(item.column) for item in aggregates if item.function != "count"}),
        )

    def good_fields(self, row: _Row) -> list[str]:
        """The fields of a row that can be used; raises _RowFault for a bad row."""
        if row.fields is None:
            raise _RowFault("bad_quoting")
        if len(row.fields) != len(self.header):
            raise _RowFault("field_count")
        for index in self.numeric:
            if row.fields[index] and not _is_number(row.fields[index]):
                raise _RowFault("not_a_number", self.header[index])
        return row.fields

    def accumulate(self, fields: list[str], accumulators: list[_Accumulator]) -> None:
        for index, accumulator in zip(self.arguments, accumulators, strict=True):
            if index is None:
                accumulator.add("")
            elif fields[index]:
                accumulator.add(fields[index])


# --- Numbers and aggregates ---


def _is_number(text: str) -> bool:
    match = _NUMBER.fullmatch(text)
    return match is not None and sum(len(digits) for digits in match.groups("")) <= _MAX_DIGITS


def _plain(number: Decimal) -> str:
    """Write a number in the one decimal form of the result."""
    if number == 0:
        return "0"  # also for a negative zero
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class _Accumulator(Protocol):
    """One aggregate of one group; ``add`` gets the fields that are not missing."""

    def add(self, field: str) -> None: ...

    def result(self) -> str | None: ...


class _Count:
    def __init__(self) -> None:
        self._count = 0

    def add(self, field: str) -> None:
        self._count += 1

    def result(self) -> str:
        return str(self._count)


class _Sum:
    def __init__(self) -> None:
        self._total = Decimal(0)

    def add(self, field: str) -> None:
        self._total = _EXACT.add(self._total, Decimal(field))

    def result(self) -> str:
        return _plain(self._total)


class _Extreme:
    def __init__(self, choose: Callable[[Decimal, Decimal], Decimal]) -> None:
        self._choose = choose
        self._value: Decimal | None = None

    def add(self, field: str) -> None:
        number = Decimal(field)
        self._value = number if self._value is None else self._choose(self._value, number)

    def result(self) -> str | None:
        return None if self._value is None else _plain(self._value)


class _Mean:
    def __init__(self, scale: int) -> None:
        self._scale = scale
        self._total = Decimal(0)
        self._count = 0

    def add(self, field: str) -> None:
        self._total = _EXACT.add(self._total, Decimal(field))
        self._count += 1

    def result(self) -> str | None:
        if self._count == 0:
            return None
        # Dividing decimals would round to a number of digits first and to the scale a second time;
        # fractions divide exactly, and round() takes halves to even.
        units = round(Fraction(self._total) * 10**self._scale / self._count)
        return _plain(Decimal(units).scaleb(-self._scale, _EXACT))


_ACCUMULATORS: dict[str, Callable[[int], _Accumulator]] = {
    "sum": lambda mean_scale: _Sum(),
    "min": lambda mean_scale: _Extreme(min),
    "max": lambda mean_scale: _Extreme(max),
    "count": lambda mean_scale: _Count(),
    "mean": _Mean,
}
