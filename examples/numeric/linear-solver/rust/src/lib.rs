//! Systems of linear equations A·X = B. Matrices are vectors of rows, which are equally long.

use std::error::Error;
use std::fmt;

/// Why there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinearError {
    /// What is wrong with a matrix or the tolerance.
    InvalidArgument(&'static str),
    /// The pivot of a column is too small.
    Singular { column: usize },
    /// Numbers grow beyond an `f64`.
    Overflow,
}

impl fmt::Display for LinearError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidArgument(reason) => write!(f, "invalid argument: {reason}"),
            Self::Singular { column } => write!(f, "the pivot of column {column} is too small"),
            Self::Overflow => write!(f, "numbers grow beyond a double"),
        }
    }
}

impl Error for LinearError {}

/// What a square matrix is taken apart to.
#[derive(Debug, Clone)]
pub struct Factors {
    /// Rows of the upper factor; below the diagonal the multiples that were subtracted.
    rows: Vec<Vec<f64>>,
    order: Vec<usize>,
    sign: f64,
}

/// Factorises a matrix of at least one row and as many columns. Pivots of at most `tolerance`, from 0 to below 1, times the
/// greatest magnitude are too small.
///
/// # Errors
///
/// `InvalidArgument`, `Singular` or `Overflow`.
pub fn factorise(matrix: &[Vec<f64>], tolerance: f64) -> Result<Factors, LinearError> {
    check(matrix, matrix.len())?;
    if !(0.0..1.0).contains(&tolerance) {
        return Err(LinearError::InvalidArgument("the tolerance is not from 0 to below 1"));
    }
    let least = tolerance * matrix.iter().flatten().fold(0.0, |greatest: f64, number| greatest.max(number.abs()));
    let mut rows = matrix.to_vec();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut sign = 1.0;
    for column in 0..rows.len() {
        let pivot = column + pivot_of(&rows[column..], column, least)?;
        if pivot != column {
            rows.swap(pivot, column);
            order.swap(pivot, column);
            sign = -sign;
        }
        eliminate(&mut rows[column..], column);
    }
    Ok(Factors { rows, order, sign })
}

impl Factors {
    /// The number of rows of the matrix.
    #[must_use]
    pub fn size(&self) -> usize {
        self.rows.len()
    }

    /// For each place the row of the matrix that came to stand there.
    #[must_use]
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The determinant; infinite or 0 where an `f64` cannot hold it.
    #[must_use]
    pub fn determinant(&self) -> f64 {
        self.rows.iter().enumerate().fold(self.sign, |product, (i, row)| product * row[i])
    }

    /// Solves a system for each column of the right sides, of which there is one at least.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` or `Overflow`.
    pub fn solve(&self, right_sides: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, LinearError> {
        if right_sides.len() != self.size() {
            return Err(LinearError::InvalidArgument("the right sides have another number of rows"));
        }
        check(right_sides, right_sides[0].len())?;
        let mut solution: Vec<Vec<f64>> = self.order.iter().map(|&row| right_sides[row].clone()).collect();
        for (i, multiples) in self.rows.iter().enumerate() {
            let (above, rest) = solution.split_at_mut(i);
            for (multiple, other) in multiples.iter().zip(above) {
                subtract_multiple(&mut rest[0], *multiple, other);
            }
        }
        for (i, multiples) in self.rows.iter().enumerate().rev() {
            let (rest, below) = solution.split_at_mut(i + 1);
            for (multiple, other) in multiples[i + 1..].iter().zip(below) {
                subtract_multiple(&mut rest[i], *multiple, other);
            }
            rest[i].iter_mut().for_each(|number| *number /= multiples[i]);
        }
        if solution.iter().flatten().all(|number| number.is_finite()) { Ok(solution) } else { Err(LinearError::Overflow) }
    }
}

fn check(matrix: &[Vec<f64>], columns: usize) -> Result<(), LinearError> {
    if columns == 0 {
        return Err(LinearError::InvalidArgument("a matrix is empty"));
    }
    if matrix.iter().any(|row| row.len() != columns) {
        return Err(LinearError::InvalidArgument("a row has a wrong length"));
    }
    if !matrix.iter().flatten().all(|number| number.is_finite()) {
        return Err(LinearError::InvalidArgument("a number is not finite"));
    }
    Ok(())
}

/// The first of the rows with the number of the greatest magnitude in the column.
fn pivot_of(rows: &[Vec<f64>], column: usize, least: f64) -> Result<usize, LinearError> {
    let magnitudes = || rows.iter().map(|row| row[column].abs());
    if !magnitudes().all(f64::is_finite) {
        return Err(LinearError::Overflow);
    }
    // Of equal ones max_by would give the last.
    magnitudes()
        .enumerate()
        .rev()
        .max_by(|(_, left), (_, right)| left.total_cmp(right))
        .filter(|(_, greatest)| *greatest > least)
        .map(|(row, _)| row)
        .ok_or(LinearError::Singular { column })
}

/// Subtracts multiples of the first row from the others, so that the column becomes 0 in them.
fn eliminate(rows: &mut [Vec<f64>], column: usize) {
    let Some((pivot, below)) = rows.split_first_mut() else { return };
    for row in below {
        row[column] /= pivot[column];
        let multiple = row[column];
        subtract_multiple(&mut row[column + 1..], multiple, &pivot[column + 1..]);
    }
}

fn subtract_multiple(row: &mut [f64], multiple: f64, other: &[f64]) {
    for (number, other) in row.iter_mut().zip(other) {
        *number -= multiple * other;
    }
}
