"""Parser and evaluator for arithmetic expressions typed in by users.

The parser translates a text into a program in postfix order: a sequence of steps
for a stack machine. Nothing of the text ever reaches the Python interpreter.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

_MAX_LEVELS = 100

# Precedence of the binary operators, from loosest to tightest.
_SUM, _PRODUCT, _POWER = 1, 2, 3


class ExpressionError(ValueError):
    """Base of all errors below; each error is exactly one of them."""

    position: int
    """Zero-based index of the character in the text that the error is about."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message, position)
        self.position = position

    def __str__(self) -> str:
        return f"{self.args[0]} at position {self.position}"


class ExpressionSyntaxError(ExpressionError):
    """The text is not a valid expression, or a number in it is too large."""


class NestingError(ExpressionError):
    """The text nests more than 100 levels."""


class UnknownFunctionError(ExpressionError):
    """A call names a function that does not exist."""


class ArgumentCountError(ExpressionError):
    """A call has too few or too many arguments."""


class UnknownVariableError(ExpressionError):
    """No value was given for a variable."""


class InvalidVariableError(ExpressionError):
    """The value given for a variable is not a finite number."""


class DivisionByZeroError(ExpressionError):
    """Division or remainder by zero, or zero to a negative power."""


class DomainError(ExpressionError):
    """The result would not be a real number."""


class ResultOverflowError(ExpressionError):
    """The result of an operator is too large for a finite float."""


class Expression:
    """A parsed expression, which can be evaluated any number of times.

    Made by `parse` only.
    """

    def __init__(self, program: Iterable[_Step]) -> None:
        self._program = tuple(program)
        self._variables = sorted(
            {step.name for step in self._program if isinstance(step, _Load)}
        )

    @property
    def variables(self) -> list[str]:
        """The names of the variables, each once, in ascending ASCII order."""
        return self._variables.copy()

    def evaluate(self, variables: Mapping[str, float] | None = None) -> float:
        """Return the value of the expression for these variable values.

        Args:
            variables: Values by name; they are not altered, and those of names
                the expression does not use are ignored.

        Raises:
            UnknownVariableError: A variable has no value.
            InvalidVariableError: The value of a variable is not an int or a float,
                or not finite as a float.
            DivisionByZeroError: Something is divided by zero.
            DomainError: An operation has no real result.
            ResultOverflowError: An operator's result is too large.
        """
        values = {} if variables is None else variables
        stack: list[float] = []
        for step in self._program:
            step.run(stack, values)
        return stack.pop() + 0.0  # the sum is 0.0 for -0.0 too


def parse(text: str) -> Expression:
    """Turn a text into an expression.

    Raises:
        ExpressionSyntaxError: The text is not a valid expression.
        NestingError: The text nests too deeply.
        UnknownFunctionError: A call names no known function.
        ArgumentCountError: A call has the wrong number of arguments.
    """
    return _Parser(text).parse()


def evaluate(text: str, variables: Mapping[str, float] | None = None) -> float:
    """Parse a text and evaluate it; raises what these two raise."""
    return parse(text).evaluate(variables)


class _Step(Protocol):
    """One step of a program: takes operands off the stack and puts its result on."""

    def run(self, stack: list[float], variables: Mapping[str, float]) -> None: ...


@dataclass(frozen=True, slots=True)
class _Push:
    value: float

    def run(self, stack: list[float], variables: Mapping[str, float]) -> None:
        stack.append(self.value)


@dataclass(frozen=True, slots=True)
class _Load:
    name: str
    position: int

    def run(self, stack: list[float], variables: Mapping[str, float]) -> None:
        # Subscripting at once would make a defaultdict add the missing name.
        if self.name not in variables:
            message = f"no value for variable {self.name!r}"
            raise UnknownVariableError(message, self.position)
        value = _finite_float(variables[self.name])
        if value is None:
            message = f"value of variable {self.name!r} is not a finite number"
            raise InvalidVariableError(message, self.position)
        stack.append(value)


def _finite_float(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


@dataclass(frozen=True, slots=True)
class _Apply:
    function: Callable[..., float]
    operand_count: int
    position: int

    def run(self, stack: list[float], variables: Mapping[str, float]) -> None:
        operands = stack[-self.operand_count :]
        del stack[-self.operand_count :]
        stack.append(self._result(operands))

    def _result(self, operands: list[float]) -> float:
        try:
            result = float(self.function(*operands))
        except ZeroDivisionError:
            raise DivisionByZeroError("division by zero", self.position) from None
        except ValueError:
            raise DomainError("result is not a real number", self.position) from None
        except OverflowError:
            result = math.inf
        if math.isinf(result):
            raise ResultOverflowError("result is too large", self.position)
        return result


def _remainder(dividend: float, divisor: float) -> float:
    if divisor == 0:
        raise ZeroDivisionError
    return math.fmod(dividend, divisor)


def _power(base: float, exponent: float) -> float:
    if base == 0 and exponent < 0:
        raise ZeroDivisionError
    return math.pow(base, exponent)


def _round_half_away(number: float) -> float:
    # Adding 0.5 and cutting off would be wrong where that sum is itself rounded.
    fraction, whole = math.modf(number)
    return whole + math.copysign(1, number) if abs(fraction) >= 0.5 else whole


class _Binary(NamedTuple):
    precedence: int
    function: Callable[[float, float], float]


_BINARY_OPERATORS = {
    "+": _Binary(_SUM, operator.add),
    "-": _Binary(_SUM, operator.sub),
    "*": _Binary(_PRODUCT, operator.mul),
    "/": _Binary(_PRODUCT, operator.truediv),
    "%": _Binary(_PRODUCT, _remainder),
    "^": _Binary(_POWER, _power),
}


class _Function(NamedTuple):
    function: Callable[..., float]
    variadic: bool = False

    def accepts(self, argument_count: int) -> bool:
        return argument_count == 1 or (self.variadic and argument_count > 1)


_FUNCTIONS = {
    "abs": _Function(abs),
    "sqrt": _Function(math.sqrt),
    "floor": _Function(math.floor),
    "ceil": _Function(math.ceil),
    "round": _Function(_round_half_away),
    "min": _Function(lambda *numbers: min(numbers), variadic=True),
    "max": _Function(lambda *numbers: max(numbers), variadic=True),
}

# Every character outside numbers and names is a token of its own, even one that
# fits nowhere: the parser then refuses it like any other token out of place.
_TOKEN = re.compile(
    r"""
    [ \t\n\r]*
    (?: (?P<number> [0-9]+ (?:\.[0-9]+)? (?:[eE][+-]?[0-9]+)? )
      | (?P<name> [A-Za-z_][A-Za-z0-9_]* )
      | (?P<other> . )
      | (?P<end> \Z )
    )
    """,
    re.VERBOSE,
)


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        yield _Token(kind, match[kind], match.start(kind))


class _Parser:
    """Recursive descent over lazily read tokens; the limit on levels bounds it."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._token = next(self._tokens)
        self._program: list[_Step] = []
        self._levels = 0
        self._call_error: ExpressionError | None = None

    def parse(self) -> Expression:
        self._expression(_SUM)
        if self._token.kind != "end":
            raise _syntax_error(self._token)
        if self._call_error is not None:
            raise self._call_error
        return Expression(self._program)

    def _expression(self, loosest: int) -> None:
        """Translate operands joined by operators of precedence `loosest` or tighter."""
        self._operand()
        while binary := _BINARY_OPERATORS.get(self._token.text):
            if binary.precedence < loosest:
                return
            token = self._take()
            if binary.precedence == _POWER:
                with self._level(token):
                    self._expression(_POWER)
            else:
                self._expression(binary.precedence + 1)
            self._program.append(_Apply(binary.function, 2, token.position))

    def _operand(self) -> None:
        token = self._take()
        if token.kind == "number":
            self._number(token)
        elif token.kind == "name" and self._token.text == "(":
            self._call(token, self._arguments())
        elif token.kind == "name":
            self._program.append(_Load(token.text, token.position))
        elif token.text == "(":
            with self._level(token):
                self._expression(_SUM)
                self._expect(")")
        elif token.text in ("-", "+"):
            self._signed(token)
        else:
            raise _syntax_error(token)

    def _number(self, token: _Token) -> None:
        value = float(token.text)
        if math.isinf(value):
            raise ExpressionSyntaxError("number is too large", token.position)
        self._program.append(_Push(value))

    def _signed(self, sign: _Token) -> None:
        with self._level(sign):
            self._expression(_POWER)
        if sign.text == "-":
            self._program.append(_Apply(operator.neg, 1, sign.position))

    def _arguments(self) -> int:
        """Translate a parenthesised list of arguments and return their number."""
        with self._level(self._take()):
            if self._accept(")"):
                return 0
            self._expression(_SUM)
            count = 1
            while self._accept(","):
                self._expression(_SUM)
                count += 1
            self._expect(")")
            return count

    def _call(self, name: _Token, argument_count: int) -> None:
        function = _FUNCTIONS.get(name.text)
        if function is None:
            message = f"unknown function {name.text!r}"
            self._note(UnknownFunctionError(message, name.position))
        elif not function.accepts(argument_count):
            message = f"wrong number of arguments for {name.text!r}"
            self._note(ArgumentCountError(message, name.position))
        else:
            step = _Apply(function.function, argument_count, name.position)
            self._program.append(step)

    def _note(self, error: ExpressionError) -> None:
        """Keep the leftmost wrong call until the syntax is known to be right."""
        # An outer call is met after the calls in its arguments but stands before them.
        if self._call_error is None or error.position < self._call_error.position:
            self._call_error = error

    @contextmanager
    def _level(self, opener: _Token) -> Iterator[None]:
        if self._levels == _MAX_LEVELS:
            message = f"more than {_MAX_LEVELS} nested levels"
            raise NestingError(message, opener.position)
        self._levels += 1
        try:
            yield
        finally:
            self._levels -= 1

    def _take(self) -> _Token:
        token = self._token
        self._token = next(self._tokens, token)  # the end is followed by itself
        return token

    def _accept(self, text: str) -> bool:
        if self._token.text != text:
            return False
        self._take()
        return True

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise _syntax_error(self._token)


def _syntax_error(token: _Token) -> ExpressionSyntaxError:
    found = "end of text" if token.kind == "end" else repr(token.text)
    return ExpressionSyntaxError(f"unexpected {found}", token.position)
