#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::time::{Duration, Instant};

use limited_stops_route::{Leg, Route, RouteError, cheapest_route};

/// Legs written as "A>B:3 B>C:4".
fn legs(text: &str) -> Vec<Leg<'_>> {
    text.split(' ')
        .map(|leg| {
            let (places, cost) = leg.split_once(':').unwrap();
            let (from, to) = places.split_once('>').unwrap();
            let cost = cost.parse().unwrap();
            Leg { from, to, cost }
        })
        .collect()
}

fn show(route: Option<Route>) -> String {
    route.map_or("none".into(), |route| {
        format!("{} {}", route.cost, route.places.join(" "))
    })
}

fn find(text: &str, from: &str, to: &str, max_stops: usize) -> String {
    show(cheapest_route(&legs(text), from, to, max_stops).unwrap())
}

#[track_caller]
fn within<T>(find: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let found = find();
    assert!(started.elapsed() < Duration::from_secs(2));
    found
}

#[test]
fn cheapest_route_in_the_direction_of_the_legs__R1() {
    for (from, to, expected) in [
        ("A", "D", "7 A C B D"),
        ("A", "B", "2 A C B"),
        ("D", "B", "3 D A C B"),
        ("B", "A", "6 B D A"),
        ("C", "A", "7 C B D A"),
    ] {
        let found = find("A>B:4 A>C:1 C>B:1 B>D:5 C>D:9 D>A:1", from, to, 5);
        assert_eq!(found, expected);
    }
}

#[test]
fn parallel_legs_free_legs_loops_and_large_sums__R1() {
    for (legs, expected) in [
        ("A>B:5 A>B:2 A>B:9", "2 A B"),
        ("A>B:2 A>B:5", "2 A B"),
        ("A>C:0 C>B:0", "0 A C B"),
        ("A>A:0 A>B:1 B>B:0", "1 A B"),
        (
            "A>C:1000000000 C>D:1000000000 D>E:1000000000 E>F:1000000000 F>B:999999999",
            "4999999999 A C D E F B",
        ),
    ] {
        assert_eq!(find(legs, "A", "B", 5), expected);
    }
}

#[test]
fn stops_are_limited_whatever_the_order_of_the_list__R2() {
    for (text, [direct, one_stop, more]) in [
        (
            "A>B:10 A>C:1 C>B:1 B>D:1",
            ["none", "11 A B D", "3 A C B D"],
        ),
        (
            "A>B:1 B>C:1 C>D:1 A>D:50 B>D:10",
            ["50 A D", "11 A B D", "3 A B C D"],
        ),
        (
            "A>B:1 B>D:10 B>C:1 C>D:1",
            ["none", "11 A B D", "3 A B C D"],
        ),
        ("A>B:1 B>C:1 C>D:1", ["none", "none", "3 A B C D"]),
    ] {
        let mut given = legs(text);
        for _ in 0..2 {
            for (stops, expected) in [direct, one_stop, more, more, more].into_iter().enumerate() {
                let found = cheapest_route(&given, "A", "D", stops).unwrap();
                assert_eq!(show(found), expected, "{text} with {stops} stops");
            }
            given.reverse();
        }
    }
}

#[test]
fn fewest_legs__R3() {
    for (legs, expected) in [
        ("A>B:1 B>D:1 A>D:2", "2 A D"),
        ("A>D:2 A>B:1 B>D:1", "2 A D"),
        ("A>B:0 B>C:0 C>D:0 A>D:0", "0 A D"),
        ("A>B:1 B>C:1 C>D:1 A>E:1 E>D:2", "3 A E D"),
    ] {
        assert_eq!(find(legs, "A", "D", 5), expected);
    }
}

#[test]
fn earlier_leg_where_routes_first_differ__R3() {
    for (legs, expected) in [
        ("Y>D:1 X>D:1 A>X:1 A>Y:1", "2 A X D"),
        ("X>D:1 Y>D:1 A>Y:1 A>X:1", "2 A Y D"),
        ("A>B:1 B>Y:1 B>X:1 X>D:1 Y>D:1", "3 A B Y D"),
        ("A>X:2 A>Y:1 Y>D:2 X>D:1", "3 A X D"),
        ("A>Y:1 A>X:2 X>D:1 Y>D:2", "3 A Y D"),
        ("A>P:1 A>Q:1 Q>R:1 P>S:1 R>D:1 S>D:1", "3 A P S D"),
        ("A>X:5 A>Y:1 A>X:1 X>D:1 Y>D:1", "2 A Y D"),
        ("A>X:1 A>Y:1 A>X:1 X>D:1 Y>D:1", "2 A X D"),
    ] {
        assert_eq!(find(legs, "A", "D", 5), expected);
    }
}

#[test]
fn place_is_reached_from_itself__R4() {
    for max_stops in [0, 1, 5] {
        assert_eq!(find("A>B:1 B>A:1 A>A:0", "A", "A", max_stops), "0 A");
        assert_eq!(find("A>B:1", "B", "B", max_stops), "0 B");
    }
}

#[test]
fn no_route_is_no_error__R4() {
    assert_eq!(find("A>B:1 C>D:1", "A", "D", 9), "none");
    assert_eq!(find("A>B:1 C>D:1", "B", "A", 9), "none");
    assert_eq!(find("A>B:1 C>D:1", "C", "D", 9), "1 C D");
}

#[test]
fn cost_out_of_range__R5() {
    for cost in [-1, 1_000_000_001, 1 << 32, i64::MIN, i64::MAX] {
        let mut legs = legs("A>B:0 C>C:1000000000 C>D:1 E>F:-7");
        legs[2].cost = cost;
        for start in ["A", "unknown"] {
            let error = cheapest_route(&legs, start, "A", 0).unwrap_err();
            assert_eq!(error, RouteError::InvalidCost { index: 2, cost });
            let message = error.to_string();
            let (_, rest) = message.split_once('2').expect(&message);
            assert!(rest.contains(&cost.to_string()), "{message}");
        }
    }
    assert_eq!(
        find("A>B:0 A>C:1000000000", "A", "C", 0),
        "1000000000 A C"
    );
}

#[test]
fn unknown_place__R6() {
    for (from, to, place) in [
        ("X", "B", "X"),
        ("A", "Y", "Y"),
        ("X", "Y", "X"),
        ("X", "X", "X"),
        ("a", "A", "a"),
        ("A", "A ", "A "),
        ("A", "", ""),
    ] {
        let error = cheapest_route(&legs("A>B:1 C>B:1"), from, to, 3).unwrap_err();
        assert!(error.to_string().contains(place), "{error}");
        let place = place.to_owned();
        assert_eq!(error, RouteError::UnknownPlace { place });
    }
}

#[test]
fn without_legs_no_place_is_known__R6() {
    let place = "A".to_owned();
    assert_eq!(
        cheapest_route(&[], "A", "A", 0),
        Err(RouteError::UnknownPlace { place })
    );
    assert_eq!(find("A>B:1", "A", "B", 0), "1 A B");
    assert_eq!(find("A>B:1", "B", "A", 0), "none");
}

#[test]
fn layers_with_very_many_routes__R7() {
    let name = |layer: usize, place: usize| format!("{layer}.{place}");
    let names: Vec<(String, String)> = (0..2400)
        .map(|i| {
            let layer = i / 100;
            (name(layer, i % 100 / 10), name(layer + 1, i % 10))
        })
        .collect();
    let legs: Vec<Leg> = names
        .iter()
        .map(|(from, to)| Leg { from, to, cost: 1 })
        .collect();
    let route = within(|| cheapest_route(&legs, "0.3", "24.7", 23)).unwrap();
    let middle: Vec<String> = (1..24).map(|layer| name(layer, 0)).collect();
    assert_eq!(show(route), format!("24 0.3 {} 24.7", middle.join(" ")));
}

#[test]
fn long_chain_listed_in_either_direction__R7() {
    let names: Vec<String> = (0..1000).map(|i| i.to_string()).collect();
    let mut legs: Vec<Leg> = names
        .windows(2)
        .map(|pair| Leg {
            from: &pair[0],
            to: &pair[1],
            cost: 2,
        })
        .collect();
    for _ in 0..2 {
        let route = within(|| cheapest_route(&legs, "0", "999", 998)).unwrap();
        let places = names.iter().map(String::as_str).collect();
        assert_eq!(route, Some(Route { cost: 1998, places }));
        legs.reverse();
    }
}

#[test]
fn large_limit__R7() {
    let legs = "A>B:1 B>C:1 C>A:0 C>D:1 B>A:0 A>D:4";
    assert_eq!(
        within(|| find(legs, "A", "D", 2_000_000_000)),
        "3 A B C D"
    );
}
