import contextlib
import copy
import itertools
import time

import pytest

from dependency_order import (
    CycleError,
    DuplicateTargetError,
    OrderError,
    Target,
    UnknownTargetError,
    build_order,
)

LONG = 10_000


def target(name, *dependencies):
    return Target(name, list(dependencies))


def cycle_path(*targets):
    with pytest.raises(CycleError) as caught:
        build_order(targets)
    assert isinstance(caught.value, OrderError)
    return caught.value.path


def unknown(*targets):
    with pytest.raises(UnknownTargetError) as caught:
        build_order(targets)
    assert isinstance(caught.value, OrderError)
    return caught.value.target, caught.value.dependency


def duplicate(*targets):
    with pytest.raises(DuplicateTargetError) as caught:
        build_order(targets)
    assert isinstance(caught.value, OrderError)
    return caught.value.name


def test_dependencies_come_first_wherever_they_are_declared__R1():
    targets = [
        target("app", "http", "log"),
        target("core"),
        target("http", "net", "core"),
        target("net", "core"),
        target("log", "core"),
    ]
    assert build_order(targets) == ["core", "net", "http", "log", "app"]


def test_every_declaration_order_of_a_diamond__R1():
    diamond = [target("top", "left", "right"), target("left", "base"), target("right", "base"), target("base")]
    for targets in itertools.permutations(diamond):
        order = build_order(targets)
        assert sorted(order) == ["base", "left", "right", "top"]
        assert order[0] == "base"
        assert order[3] == "top"


def test_indirect_dependencies_come_first__R1():
    targets = [target("d", "c"), target("b", "a"), target("c", "b"), target("a")]
    assert build_order(targets) == ["a", "b", "c", "d"]


def test_input_is_not_changed__R1():
    targets = [target("a", "c", "b", "c"), target("b"), target("c", "b")]
    before = copy.deepcopy(targets)
    assert build_order(targets) == ["b", "c", "a"]
    assert targets == before


def test_input_is_not_changed_on_error__R1_R7():
    targets = [target("a", "b", "c"), target("b", "c", "a"), target("c")]
    before = copy.deepcopy(targets)
    assert cycle_path(*targets) == ("a", "b", "a")
    assert targets == before


def test_takes_any_iterable__R1():
    assert build_order(Target(name) for name in "ba") == ["b", "a"]
    assert build_order((Target("b", ("a",)), Target("a"))) == ["a", "b"]


def test_ready_target_declared_first_comes_next__R2():
    targets = [target("x", "z"), target("y"), target("z"), target("w")]
    assert build_order(targets) == ["y", "z", "x", "w"]


def test_independent_targets_keep_their_order__R2():
    targets = [target("c"), target("a"), target("d"), target("b")]
    assert build_order(targets) == ["c", "a", "d", "b"]


def test_targets_made_ready_together_keep_their_order__R2():
    targets = [target("z", "base"), target("a", "base"), target("m", "base"), target("base")]
    assert build_order(targets) == ["base", "z", "a", "m"]


def test_decides_after_every_placement__R2():
    targets = [target("first", "third"), target("second", "first"), target("third"), target("fourth")]
    assert build_order(targets) == ["third", "first", "second", "fourth"]


def test_declaration_counts_not_the_moment_of_becoming_ready__R2():
    steps = [target(f"step{i}") for i in range(100)]
    later = [target(f"later{i}", f"step{37 * i % 100}") for i in range(100)]
    assert build_order(steps + later) == [each.name for each in steps + later]


def test_no_targets__R3():
    assert build_order([]) == []


def test_repeated_dependency_counts_once__R3():
    assert build_order([target("a", "b", "b"), target("b"), target("c")]) == ["b", "a", "c"]
    assert build_order([target("a", "b", "b", "c"), target("b"), target("c")]) == ["b", "c", "a"]
    assert build_order([target("a", "b", "c", "b"), target("c"), target("b")]) == ["c", "b", "a"]


def test_order_of_dependencies_has_no_influence__R3():
    for dependencies in itertools.permutations(["b", "c", "d"]):
        targets = [target("a", *dependencies), target("c"), target("b"), target("d", "c")]
        assert build_order(targets) == ["c", "b", "d", "a"]


DISTINCT = ["App", "app", "1", "01", "1.0", "a", "a ", " a", "", "__proto__", "constructor", "\u00e9", "e\u0301", "a\0"]


def test_similar_names_are_different_targets__R4():
    assert build_order(map(Target, DISTINCT)) == DISTINCT


@pytest.mark.parametrize("name", DISTINCT)
def test_dependency_names_exactly_one_target__R4(name):
    others = [other for other in DISTINCT if other != name]
    targets = [target("needs it", name), *map(Target, others), target(name)]
    assert build_order(targets) == [*others, name, "needs it"]


@pytest.mark.parametrize(
    ("declared", "dependency"),
    [("App", "app"), ("01", "1"), ("1", "01"), ("a ", "a"), ("a", "a "), ("a", ""), ("e\u0301", "\u00e9")],
)
def test_similar_name_is_unknown__R4_R6(declared, dependency):
    assert unknown(target(declared, dependency)) == (declared, dependency)


@pytest.mark.parametrize("name", ["__proto__", "constructor", "toString", ""])
def test_special_names_are_unknown_unless_declared__R4_R6(name):
    assert unknown(target("a", name)) == ("a", name)


@pytest.mark.parametrize("name", ["", "1", "01", "__proto__", "constructor", "a "])
def test_errors_hold_names_as_given__R4(name):
    assert duplicate(target(name), target(name)) == name
    assert unknown(target(name, "missing")) == (name, "missing")
    assert cycle_path(target("b", name), target(name, "b")) == ("b", name, "b")


def test_duplicate_name__R5():
    assert duplicate(target("a"), target("b", "a"), target("a", "b")) == "a"
    assert duplicate(target("a"), target("a"), target("a")) == "a"


@pytest.mark.parametrize(
    ("targets", "names"),
    [
        ([target("app"), target("app")], "app"),
        ([target("app", "log")], "app.*log"),
        ([target("app", "log"), target("log", "app")], "app.*log.*app"),
    ],
)
def test_message_shows_the_names__R5_R6_R7(targets, names):
    with pytest.raises(OrderError, match=names):
        build_order(targets)


def test_first_declaration_that_repeats_counts__R5():
    assert duplicate(target("a"), target("b"), target("b"), target("a")) == "b"
    assert duplicate(target("b"), target("a"), target("a"), target("b")) == "a"
    assert duplicate(target("c"), target("a"), target("b"), target("c"), target("a"), target("b")) == "c"


def test_duplicate_comes_before_other_errors__R5():
    assert duplicate(target("x", "missing"), target("y", "y"), target("z"), target("z")) == "z"


def test_unknown_dependency__R6():
    assert unknown(target("a"), target("b", "a", "missing")) == ("b", "missing")


def test_first_unknown_of_first_target_counts__R6():
    targets = [target("ok"), target("m", "ok", "zeta", "alpha"), target("b", "beta")]
    assert unknown(*targets) == ("m", "zeta")


def test_order_of_declaration_decides_not_that_of_building__R6():
    assert unknown(target("a", "b", "zeta"), target("b", "alpha")) == ("a", "zeta")


def test_unknown_comes_before_cycle__R6():
    assert unknown(target("a", "b"), target("b", "a"), target("c", "c"), target("d", "missing")) == ("d", "missing")
    assert unknown(target("a", "a", "missing")) == ("a", "missing")


def test_cycle_of_three__R7():
    assert cycle_path(target("a", "c"), target("b", "a"), target("c", "b")) == ("a", "c", "b", "a")


def test_cycle_of_one__R7():
    assert cycle_path(target("a", "a")) == ("a", "a")
    assert cycle_path(target("free"), target("b", "free", "b")) == ("b", "b")


def test_targets_that_only_depend_on_a_cycle_are_left_out__R7():
    targets = [target("user", "proxy"), target("proxy", "b"), target("a", "b"), target("b", "a")]
    assert cycle_path(*targets) == ("a", "b", "a")


def test_targets_that_a_cycle_depends_on_are_left_out__R7():
    targets = [target("a", "free", "b"), target("free"), target("b", "free", "a")]
    assert cycle_path(*targets) == ("a", "b", "a")


def test_path_begins_with_target_declared_first_not_with_entry__R7():
    targets = [target("start", "y"), target("z", "x"), target("x", "y"), target("y", "z")]
    assert cycle_path(*targets) == ("z", "x", "y", "z")


def test_follows_first_blocked_dependency__R7():
    targets = [target("a", "free", "c", "b"), target("b", "a"), target("c", "a"), target("free")]
    assert cycle_path(*targets) == ("a", "c", "a")


def test_first_blocked_target_leads_to_the_cycle__R7():
    targets = [target("start", "d")]
    for one, other in ("ab", "cd", "ef"):
        targets += [target(one, other), target(other, one)]
    assert cycle_path(*targets) == ("c", "d", "c")


def test_follows_blocked_dependency_that_is_in_no_cycle__R7():
    targets = [target("a", "bridge", "a"), target("bridge", "d"), target("c", "d"), target("d", "c")]
    assert cycle_path(*targets) == ("c", "d", "c")


def test_self_dependency_beside_a_longer_cycle__R7():
    assert cycle_path(target("a", "b"), target("b", "b", "a")) == ("b", "b")
    assert cycle_path(target("a", "b"), target("b", "a", "b")) == ("a", "b", "a")


@contextlib.contextmanager
def within_two_seconds():
    start = time.monotonic()
    yield
    assert time.monotonic() - start < 2


def test_long_chain_each_needing_the_next__R8():
    targets = [target(str(i), str(i + 1)) for i in range(LONG - 1)] + [target(str(LONG - 1))]
    with within_two_seconds():
        result = build_order(targets)
    assert result == [str(i) for i in reversed(range(LONG))]


def test_long_chain_each_needing_the_one_before__R8():
    targets = [target("0")] + [target(str(i), str(i - 1)) for i in range(1, LONG)]
    with within_two_seconds():
        result = build_order(targets)
    assert result == [str(i) for i in range(LONG)]


def test_long_cycle_each_needing_the_next__R8():
    targets = [target(str(i), str((i + 1) % LONG)) for i in range(LONG)]
    with within_two_seconds():
        result = cycle_path(*targets)
    assert result == (*(str(i) for i in range(LONG)), "0")


def test_long_cycle_each_needing_the_one_before__R8():
    targets = [target(str(i), str((i - 1) % LONG)) for i in range(LONG)]
    with within_two_seconds():
        result = cycle_path(*targets)
    assert result == ("0", *(str(i) for i in reversed(range(LONG))))
