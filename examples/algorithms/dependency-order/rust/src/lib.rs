//! Orders build targets by their dependencies.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::error::Error;
use std::fmt;

/// A build target and the names of the targets it depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'a> {
    pub name: &'a str,
    pub dependencies: &'a [&'a str],
}

/// Why targets have no build order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderError {
    /// A name is declared twice.
    DuplicateTarget { name: String },
    /// A target depends on a name that is declared nowhere.
    UnknownTarget { target: String, dependency: String },
    /// Targets depend on each other; the path ends with the name it begins with.
    Cycle { path: Vec<String> },
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateTarget { name } => write!(f, "target {name:?} is declared twice"),
            Self::UnknownTarget { target, dependency } => {
                write!(
                    f,
                    "target {target:?} depends on the unknown target {dependency:?}"
                )
            }
            Self::Cycle { path } => {
                let quoted: Vec<String> = path.iter().map(|name| format!("{name:?}")).collect();
                write!(f, "dependency cycle: {}", quoted.join(" -> "))
            }
        }
    }
}

impl Error for OrderError {}

/// The indexes of the targets that each target is linked to.
type Links = Vec<Vec<usize>>;

/// Returns the names of all targets, each one after its dependencies; of the targets that are
/// ready, the one declared first comes next.
///
/// # Errors
///
/// `DuplicateTarget`, `UnknownTarget` or `Cycle`, looked for in this order.
pub fn build_order<'a>(targets: &[Target<'a>]) -> Result<Vec<&'a str>, OrderError> {
    let dependencies = resolve(targets)?;
    let order = place(&dependencies);
    if order.len() < targets.len() {
        let cycle = find_cycle(&dependencies, &order);
        let path = cycle
            .into_iter()
            .map(|index| targets[index].name.to_owned())
            .collect();
        return Err(OrderError::Cycle { path });
    }
    Ok(order.into_iter().map(|index| targets[index].name).collect())
}

/// Returns the dependencies of each target as indexes of targets.
fn resolve(targets: &[Target]) -> Result<Links, OrderError> {
    let indexes = index_by_name(targets)?;
    let index_of = |target: &Target, dependency: &str| {
        indexes
            .get(dependency)
            .copied()
            .ok_or_else(|| OrderError::UnknownTarget {
                target: target.name.to_owned(),
                dependency: dependency.to_owned(),
            })
    };
    targets
        .iter()
        .map(|target| {
            target
                .dependencies
                .iter()
                .map(|dependency| index_of(target, dependency))
                .collect()
        })
        .collect()
}

fn index_by_name<'a>(targets: &[Target<'a>]) -> Result<HashMap<&'a str, usize>, OrderError> {
    let mut indexes = HashMap::with_capacity(targets.len());
    for (index, target) in targets.iter().enumerate() {
        if indexes.insert(target.name, index).is_some() {
            return Err(OrderError::DuplicateTarget {
                name: target.name.to_owned(),
            });
        }
    }
    Ok(indexes)
}

/// Returns the targets that are not blocked, in build order.
fn place(dependencies: &[Vec<usize>]) -> Vec<usize> {
    let dependents = reverse(dependencies);
    let mut missing: Vec<usize> = dependencies.iter().map(Vec::len).collect();
    let mut ready: BinaryHeap<Reverse<usize>> = (0..missing.len())
        .filter(|&index| missing[index] == 0)
        .map(Reverse)
        .collect();
    let mut order = Vec::with_capacity(missing.len());
    while let Some(Reverse(placed)) = ready.pop() {
        order.push(placed);
        for &dependent in &dependents[placed] {
            missing[dependent] -= 1;
            if missing[dependent] == 0 {
                ready.push(Reverse(dependent));
            }
        }
    }
    order
}

fn reverse(links: &[Vec<usize>]) -> Links {
    let mut reversed = vec![Vec::new(); links.len()];
    for (from, own) in links.iter().enumerate() {
        for &to in own {
            reversed[to].push(from);
        }
    }
    reversed
}

/// Walks from the first target that is not placed into a cycle, and returns that cycle from its
/// lowest index back to it.
fn find_cycle(dependencies: &[Vec<usize>], placed: &[usize]) -> Vec<usize> {
    let mut blocked = vec![true; dependencies.len()];
    for &index in placed {
        blocked[index] = false;
    }

    let mut steps = vec![None; dependencies.len()];
    let mut walk = Vec::new();
    let mut current = blocked
        .iter()
        .position(|&blocked| blocked)
        .expect("some target is blocked");
    loop {
        if let Some(start) = steps[current] {
            return turn_to_lowest(walk.split_off(start));
        }
        steps[current] = Some(walk.len());
        walk.push(current);
        current = *dependencies[current]
            .iter()
            .find(|&&dependency| blocked[dependency])
            .expect("a blocked target has a blocked dependency");
    }
}

fn turn_to_lowest(mut cycle: Vec<usize>) -> Vec<usize> {
    let lowest = (0..cycle.len())
        .min_by_key(|&place| cycle[place])
        .expect("a cycle is not empty");
    cycle.rotate_left(lowest);
    cycle.push(cycle[0]);
    cycle
}
