#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::slice;
use std::time::{Duration, Instant};

use dependency_order::{OrderError, Target, build_order};

const LONG: usize = 10_000;

fn target<'a>(name: &'a str, dependencies: &'a [&'a str]) -> Target<'a> {
    Target { name, dependencies }
}

fn independent<'a>(names: &[&'a str]) -> Vec<Target<'a>> {
    names.iter().map(|name| target(name, &[])).collect()
}

#[track_caller]
fn assert_order(targets: &[Target], names: &[&str]) {
    assert_eq!(build_order(targets), Ok(names.to_vec()));
}

#[track_caller]
fn assert_duplicate(targets: &[Target], name: &str) {
    assert_eq!(
        build_order(targets),
        Err(OrderError::DuplicateTarget { name: name.into() })
    );
}

#[track_caller]
fn assert_unknown(targets: &[Target], target: &str, dependency: &str) {
    let error = OrderError::UnknownTarget {
        target: target.into(),
        dependency: dependency.into(),
    };
    assert_eq!(build_order(targets), Err(error));
}

#[track_caller]
fn assert_cycle(targets: &[Target], path: &[&str]) {
    let path = path.iter().map(|&name| name.into()).collect();
    assert_eq!(build_order(targets), Err(OrderError::Cycle { path }));
}

/// Looks for the names in the message of the error, in this order.
#[track_caller]
fn assert_message(targets: &[Target], names: &[&str]) {
    let message = build_order(targets).unwrap_err().to_string();
    let mut rest = message.as_str();
    for name in names {
        (_, rest) = rest.split_once(name).expect(&message);
    }
}

fn permutations<T: Copy>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for i in 0..items.len() {
        let mut others = items.to_vec();
        let item = others.remove(i);
        for mut rest in permutations(&others) {
            rest.push(item);
            all.push(rest);
        }
    }
    all
}

#[test]
fn dependencies_come_first_wherever_they_are_declared__R1() {
    let targets = [
        target("app", &["http", "log"]),
        target("core", &[]),
        target("http", &["net", "core"]),
        target("net", &["core"]),
        target("log", &["core"]),
    ];
    assert_order(&targets, &["core", "net", "http", "log", "app"]);
}

#[test]
fn every_declaration_order_of_a_diamond__R1() {
    let diamond = [
        target("top", &["left", "right"]),
        target("left", &["base"]),
        target("right", &["base"]),
        target("base", &[]),
    ];
    for targets in permutations(&diamond) {
        let mut order = build_order(&targets).unwrap();
        assert_eq!((order[0], order[3]), ("base", "top"));
        order.sort();
        assert_eq!(order, ["base", "left", "right", "top"]);
    }
}

#[test]
fn indirect_dependencies_come_first__R1() {
    let targets = [
        target("d", &["c"]),
        target("b", &["a"]),
        target("c", &["b"]),
        target("a", &[]),
    ];
    assert_order(&targets, &["a", "b", "c", "d"]);
}

#[test]
fn result_outlives_the_list_of_targets__R1() {
    let order = {
        let targets = vec![target("a", &["b"]), target("b", &[])];
        build_order(&targets)
    };
    assert_eq!(order, Ok(vec!["b", "a"]));
}

#[test]
fn ready_target_declared_first_comes_next__R2() {
    let targets = [
        target("x", &["z"]),
        target("y", &[]),
        target("z", &[]),
        target("w", &[]),
    ];
    assert_order(&targets, &["y", "z", "x", "w"]);
}

#[test]
fn independent_targets_keep_their_order__R2() {
    assert_order(&independent(&["c", "a", "d", "b"]), &["c", "a", "d", "b"]);
}

#[test]
fn targets_made_ready_together_keep_their_order__R2() {
    let targets = [
        target("z", &["base"]),
        target("a", &["base"]),
        target("m", &["base"]),
        target("base", &[]),
    ];
    assert_order(&targets, &["base", "z", "a", "m"]);
}

#[test]
fn decides_after_every_placement__R2() {
    let targets = [
        target("first", &["third"]),
        target("second", &["first"]),
        target("third", &[]),
        target("fourth", &[]),
    ];
    assert_order(&targets, &["third", "first", "second", "fourth"]);
}

#[test]
fn declaration_counts_not_the_moment_of_becoming_ready__R2() {
    let steps: Vec<String> = (0..100).map(|i| format!("step{i}")).collect();
    let later: Vec<String> = (0..100).map(|i| format!("later{i}")).collect();
    let needed: Vec<[&str; 1]> = (0..100).map(|i| [steps[37 * i % 100].as_str()]).collect();
    let mut targets: Vec<Target> = steps.iter().map(|name| target(name, &[])).collect();
    targets.extend(
        later
            .iter()
            .zip(&needed)
            .map(|(name, needed)| target(name, needed)),
    );
    let names: Vec<&str> = targets.iter().map(|target| target.name).collect();
    assert_order(&targets, &names);
}

#[test]
fn no_targets__R3() {
    assert_order(&[], &[]);
}

#[test]
fn repeated_dependency_counts_once__R3() {
    assert_order(
        &[target("a", &["b", "b"]), target("b", &[]), target("c", &[])],
        &["b", "a", "c"],
    );
    assert_order(
        &[
            target("a", &["b", "b", "c"]),
            target("b", &[]),
            target("c", &[]),
        ],
        &["b", "c", "a"],
    );
    assert_order(
        &[
            target("a", &["b", "c", "b"]),
            target("c", &[]),
            target("b", &[]),
        ],
        &["c", "b", "a"],
    );
}

#[test]
fn order_of_dependencies_has_no_influence__R3() {
    for dependencies in permutations(&["b", "c", "d"]) {
        let targets = [
            target("a", &dependencies),
            target("c", &[]),
            target("b", &[]),
            target("d", &["c"]),
        ];
        assert_order(&targets, &["c", "b", "d", "a"]);
    }
}

const DISTINCT: [&str; 14] = [
    "App",
    "app",
    "1",
    "01",
    "1.0",
    "a",
    "a ",
    " a",
    "",
    "a\0",
    "__proto__",
    "constructor",
    "\u{e9}",
    "e\u{301}",
];

#[test]
fn similar_names_are_different_targets__R4() {
    assert_order(&independent(&DISTINCT), &DISTINCT);
}

#[test]
fn dependency_names_exactly_one_target__R4() {
    for name in DISTINCT {
        let needed = [name];
        let mut expected: Vec<&str> = DISTINCT
            .into_iter()
            .filter(|&other| other != name)
            .collect();
        let mut targets = vec![target("needs it", &needed)];
        targets.extend(independent(&expected));
        targets.push(target(name, &[]));
        expected.extend([name, "needs it"]);
        assert_order(&targets, &expected);
    }
}

#[test]
fn similar_name_is_unknown__R4_R6() {
    for (declared, dependency) in [
        ("App", "app"),
        ("01", "1"),
        ("1", "01"),
        ("a ", "a"),
        ("a", "a "),
        ("a", ""),
        ("e\u{301}", "\u{e9}"),
        ("a", "constructor"),
    ] {
        assert_unknown(&[target(declared, &[dependency])], declared, dependency);
    }
}

#[test]
fn errors_hold_names_as_given__R4() {
    for name in DISTINCT {
        assert_duplicate(&independent(&[name, name]), name);
        assert_unknown(&[target(name, &["missing"])], name, "missing");
        assert_cycle(
            &[target("b", &[name]), target(name, &["b"])],
            &["b", name, "b"],
        );
    }
}

#[test]
fn duplicate_name__R5() {
    assert_duplicate(
        &[target("a", &[]), target("b", &["a"]), target("a", &["b"])],
        "a",
    );
    assert_duplicate(&independent(&["a", "a", "a"]), "a");
}

#[test]
fn message_shows_the_names__R5_R6_R7() {
    assert_message(&independent(&["app", "app"]), &["app"]);
    assert_message(&[target("app", &["log"])], &["app", "log"]);
    assert_message(
        &[target("app", &["log"]), target("log", &["app"])],
        &["app", "log", "app"],
    );
}

#[test]
fn first_declaration_that_repeats_counts__R5() {
    assert_duplicate(&independent(&["a", "b", "b", "a"]), "b");
    assert_duplicate(&independent(&["b", "a", "a", "b"]), "a");
    assert_duplicate(&independent(&["c", "a", "b", "c", "a", "b"]), "c");
}

#[test]
fn duplicate_comes_before_other_errors__R5() {
    let targets = [
        target("x", &["missing"]),
        target("y", &["y"]),
        target("z", &[]),
        target("z", &[]),
    ];
    assert_duplicate(&targets, "z");
}

#[test]
fn unknown_dependency__R6() {
    assert_unknown(
        &[target("a", &[]), target("b", &["a", "missing"])],
        "b",
        "missing",
    );
}

#[test]
fn first_unknown_of_first_target_counts__R6() {
    let targets = [
        target("ok", &[]),
        target("m", &["ok", "zeta", "alpha"]),
        target("b", &["beta"]),
    ];
    assert_unknown(&targets, "m", "zeta");
}

#[test]
fn order_of_declaration_decides_not_that_of_building__R6() {
    assert_unknown(
        &[target("a", &["b", "zeta"]), target("b", &["alpha"])],
        "a",
        "zeta",
    );
}

#[test]
fn unknown_comes_before_cycle__R6() {
    let targets = [
        target("a", &["b"]),
        target("b", &["a"]),
        target("c", &["c"]),
        target("d", &["missing"]),
    ];
    assert_unknown(&targets, "d", "missing");
    assert_unknown(&[target("a", &["a", "missing"])], "a", "missing");
}

#[test]
fn cycle_of_three__R7() {
    let targets = [
        target("a", &["c"]),
        target("b", &["a"]),
        target("c", &["b"]),
    ];
    assert_cycle(&targets, &["a", "c", "b", "a"]);
}

#[test]
fn cycle_of_one__R7() {
    assert_cycle(&[target("a", &["a"])], &["a", "a"]);
    assert_cycle(
        &[target("free", &[]), target("b", &["free", "b"])],
        &["b", "b"],
    );
}

#[test]
fn targets_that_only_depend_on_a_cycle_are_left_out__R7() {
    let targets = [
        target("user", &["proxy"]),
        target("proxy", &["b"]),
        target("a", &["b"]),
        target("b", &["a"]),
    ];
    assert_cycle(&targets, &["a", "b", "a"]);
}

#[test]
fn targets_that_a_cycle_depends_on_are_left_out__R7() {
    let targets = [
        target("a", &["free", "b"]),
        target("free", &[]),
        target("b", &["free", "a"]),
    ];
    assert_cycle(&targets, &["a", "b", "a"]);
}

#[test]
fn path_begins_with_target_declared_first_not_with_entry__R7() {
    let targets = [
        target("start", &["y"]),
        target("z", &["x"]),
        target("x", &["y"]),
        target("y", &["z"]),
    ];
    assert_cycle(&targets, &["z", "x", "y", "z"]);
}

#[test]
fn follows_first_blocked_dependency__R7() {
    let targets = [
        target("a", &["free", "c", "b"]),
        target("b", &["a"]),
        target("c", &["a"]),
        target("free", &[]),
    ];
    assert_cycle(&targets, &["a", "c", "a"]);
}

#[test]
fn first_blocked_target_leads_to_the_cycle__R7() {
    let targets = [
        target("start", &["d"]),
        target("a", &["b"]),
        target("b", &["a"]),
        target("c", &["d"]),
        target("d", &["c"]),
        target("e", &["f"]),
        target("f", &["e"]),
    ];
    assert_cycle(&targets, &["c", "d", "c"]);
}

#[test]
fn follows_blocked_dependency_that_is_in_no_cycle__R7() {
    let targets = [
        target("a", &["bridge", "a"]),
        target("bridge", &["d"]),
        target("c", &["d"]),
        target("d", &["c"]),
    ];
    assert_cycle(&targets, &["c", "d", "c"]);
}

#[test]
fn self_dependency_beside_a_longer_cycle__R7() {
    assert_cycle(
        &[target("a", &["b"]), target("b", &["b", "a"])],
        &["b", "b"],
    );
    assert_cycle(
        &[target("a", &["b"]), target("b", &["a", "b"])],
        &["a", "b", "a"],
    );
}

/// The names are never freed, so that lists of them can be borrowed without regard to who owns them.
fn numbers() -> Vec<&'static str> {
    (0..LONG).map(|i| &*i.to_string().leak()).collect()
}

fn within_two_seconds<T>(action: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = action();
    assert!(start.elapsed() < Duration::from_secs(2));
    result
}

#[test]
fn long_chain_each_needing_the_next__R8() {
    let names = numbers();
    let targets: Vec<Target> = (0..LONG)
        .map(|i| target(names[i], &names[i + 1..LONG.min(i + 2)]))
        .collect();
    let order = within_two_seconds(|| build_order(&targets));
    assert_eq!(order, Ok(names.iter().rev().copied().collect()));
}

#[test]
fn long_chain_each_needing_the_one_before__R8() {
    let names = numbers();
    let targets: Vec<Target> = (0..LONG)
        .map(|i| target(names[i], &names[i.saturating_sub(1)..i]))
        .collect();
    let order = within_two_seconds(|| build_order(&targets));
    assert_eq!(order, Ok(names.clone()));
}

#[test]
fn long_cycle_each_needing_the_next__R8() {
    let names = numbers();
    let targets: Vec<Target> = (0..LONG)
        .map(|i| target(names[i], slice::from_ref(&names[(i + 1) % LONG])))
        .collect();
    let result = within_two_seconds(|| build_order(&targets));
    let path = names
        .iter()
        .chain(&["0"])
        .map(|&name| name.into())
        .collect();
    assert_eq!(result, Err(OrderError::Cycle { path }));
}

#[test]
fn long_cycle_each_needing_the_one_before__R8() {
    let names = numbers();
    let targets: Vec<Target> = (0..LONG)
        .map(|i| target(names[i], slice::from_ref(&names[(i + LONG - 1) % LONG])))
        .collect();
    let result = within_two_seconds(|| build_order(&targets));
    let path = ["0"]
        .iter()
        .chain(names.iter().rev())
        .map(|&name| name.into())
        .collect();
    assert_eq!(result, Err(OrderError::Cycle { path }));
}
