//! Cheapest routes with a limited number of stops.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::iter;

/// The greatest cost of a leg. It keeps sums of as many legs as fit into memory within an `i64`.
pub const MAX_COST: i64 = 1_000_000_000;

/// A directed connection of two places; the cost is to be from 0 to [`MAX_COST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub cost: i64,
}

/// A route with its total cost and its places from start to destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route<'a> {
    pub cost: i64,
    pub places: Vec<&'a str>,
}

/// Why no route was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteError {
    /// The cost of the leg with this index is not allowed.
    InvalidCost { index: usize, cost: i64 },
    /// No leg begins or ends at this place.
    UnknownPlace { place: String },
}

impl fmt::Display for RouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidCost { index, cost } => {
                write!(f, "leg {index} has the invalid cost {cost}")
            }
            Self::UnknownPlace { place } => write!(f, "unknown place {place:?}"),
        }
    }
}

impl Error for RouteError {}

/// A way to the destination: a linked list in an arena, of which longer ways share the rest.
struct Trail<'a> {
    place: &'a str,
    cost: i64,
    rest: Option<usize>,
}

/// Indexes of trails by their first place.
type Trails<'a> = HashMap<&'a str, usize>;

/// Returns the cheapest route with at most `max_stops` places between start and destination, or
/// `None` if there is none. Of several the one with the fewest legs is taken, then the one whose
/// legs stand earlier in the list.
///
/// # Errors
///
/// `InvalidCost` of the first such leg, `UnknownPlace` of `from` or `to`, looked for in this order.
pub fn cheapest_route<'a>(
    legs: &[Leg<'a>],
    from: &str,
    to: &'a str,
    max_stops: usize,
) -> Result<Option<Route<'a>>, RouteError> {
    check_costs(legs)?;
    check_known(legs, from)?;
    check_known(legs, to)?;

    let mut arena = vec![Trail {
        place: to,
        cost: 0,
        rest: None,
    }];
    let mut best = Trails::from([(to, 0)]);
    let mut newest = best.clone();
    for _ in 0..=max_stops {
        newest = longer_by_one_leg(legs, &newest, &best, &mut arena);
        if newest.is_empty() {
            break;
        }
        best.extend(&newest);
    }
    Ok(best.get(from).map(|&found| Route {
        cost: arena[found].cost,
        places: places_of(&arena, found),
    }))
}

fn check_costs(legs: &[Leg]) -> Result<(), RouteError> {
    match legs
        .iter()
        .position(|leg| !(0..=MAX_COST).contains(&leg.cost))
    {
        Some(index) => Err(RouteError::InvalidCost {
            index,
            cost: legs[index].cost,
        }),
        None => Ok(()),
    }
}

fn check_known(legs: &[Leg], place: &str) -> Result<(), RouteError> {
    if legs.iter().any(|leg| leg.from == place || leg.to == place) {
        Ok(())
    } else {
        Err(RouteError::UnknownPlace {
            place: place.to_owned(),
        })
    }
}

/// Returns the trails that one leg before one of the newest makes cheaper than the best so far.
fn longer_by_one_leg<'a>(
    legs: &[Leg<'a>],
    newest: &Trails<'a>,
    best: &Trails<'a>,
    arena: &mut Vec<Trail<'a>>,
) -> Trails<'a> {
    let mut found = Trails::new();
    for leg in legs {
        let Some(&rest) = newest.get(leg.to) else {
            continue;
        };
        let cost = leg.cost + arena[rest].cost;
        let known = found.get(leg.from).or_else(|| best.get(leg.from));
        if known.is_none_or(|&known| cost < arena[known].cost) {
            found.insert(leg.from, arena.len());
            arena.push(Trail {
                place: leg.from,
                cost,
                rest: Some(rest),
            });
        }
    }
    found
}

fn places_of<'a>(arena: &[Trail<'a>], trail: usize) -> Vec<&'a str> {
    iter::successors(Some(&arena[trail]), |trail| {
        trail.rest.map(|rest| &arena[rest])
    })
    .map(|trail| trail.place)
    .collect()
}
