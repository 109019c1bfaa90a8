"""Arithmetic read from text without running it: a small tree of numbers and signs, with bounds."""

import ast
import math
import operator
from collections.abc import Callable

MAX_CHARS = 500
#: Bits of the largest whole number on the way: about a thousand digits.
MAX_BITS = 3_400
MAX_DIGITS = 300

Number = int | float

OPERATIONS: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def _round(number: Number, digits: Number = 0) -> Number:
    """Rounding a whole number to minus a billion digits would make a power of ten of that size."""
    if abs(digits) > MAX_DIGITS:
        raise ValueError(f"numbers are rounded to at most {MAX_DIGITS} digits")
    return round(number, int(digits)) if digits else round(number)


FUNCTIONS: dict[str, Callable[..., Number]] = {
    "abs": abs,
    "round": _round,
    "sqrt": math.sqrt,
    "log": math.log,
    "exp": math.exp,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
}
NAMES: dict[str, Number] = {"pi": math.pi, "e": math.e}


def value_of(expression: str) -> Number:
    """The value. Raises ValueError with the reason, in words for whoever wrote it."""
    if len(expression) > MAX_CHARS:
        raise ValueError(f"the expression is longer than {MAX_CHARS} characters")
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: nested too deeply
        raise ValueError("this is no arithmetic expression") from None
    try:
        return _value(tree.body)
    except RecursionError:
        raise ValueError("the expression is nested too deeply") from None
    except ZeroDivisionError:
        raise ValueError("it divides by zero") from None
    except OverflowError:
        raise ValueError("the result is too large") from None
    except TypeError:
        raise ValueError("a function has the wrong number of arguments") from None


def _value(node: ast.expr) -> Number:  # noqa: PLR0911 (one return a kind of node)
    match node:
        case ast.Constant(value=bool()):
            raise ValueError("only numbers are calculated")
        case ast.Constant(value=int() | float() as number):
            return _bounded(number)
        case ast.Name(id=name) if name in NAMES:
            return NAMES[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_value(left), _value(right))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
            return _bounded(OPERATIONS[type(op)](_value(left), _value(right)))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return _bounded(FUNCTIONS[name](*map(_value, args)))
        case _:
            raise ValueError(f"only numbers, + - * / // % **, {', '.join(FUNCTIONS)}, pi and e are known")


def _power(base: Number, exponent: Number) -> Number:
    whole = isinstance(base, int) and isinstance(exponent, int) and abs(base) > 1
    # Known before it is worked out: 9**9**9 would take hours and all memory.
    if whole and abs(exponent) * int(base).bit_length() > MAX_BITS:
        raise ValueError("the result is too large")
    return _bounded(base**exponent)


def _bounded(number: object) -> Number:
    if isinstance(number, int):
        if number.bit_length() > MAX_BITS:
            raise ValueError("the result is too large")
        return number
    if isinstance(number, float) and math.isfinite(number):
        return number
    raise ValueError("the result is not a real number")
