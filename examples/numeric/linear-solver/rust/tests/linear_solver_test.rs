#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::error::Error;

use linear_solver::{Factors, LinearError, factorise};

type Matrix = Vec<Vec<f64>>;

/// A matrix of text: numbers between spaces, rows between semicolons.
fn matrix(text: &str) -> Matrix {
    text.split(';').map(|row| row.split_whitespace().map(|number| number.parse().unwrap()).collect()).collect()
}

#[track_caller]
fn factors(text: &str, tolerance: f64) -> Factors {
    factorise(&matrix(text), tolerance).unwrap()
}

/// Numbers spread evenly between -1 and 1.
fn random(rows: usize, columns: usize, mut seed: u64) -> Matrix {
    let mut number = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    (0..rows).map(|_| (0..columns).map(|_| number()).collect()).collect()
}

fn column(matrix: &Matrix, column: usize) -> Matrix {
    matrix.iter().map(|row| vec![row[column]]).collect()
}

fn greatest(matrix: &Matrix) -> f64 {
    matrix.iter().flatten().fold(0.0, |greatest: f64, number| greatest.max(number.abs()))
}

#[track_caller]
fn assert_small_residuals(matrix: &Matrix, columns: usize) {
    let right_sides = random(matrix.len(), columns, matrix.len() as u64);
    let solution = factorise(matrix, 0.0).unwrap().solve(&right_sides).unwrap();
    assert_eq!(solution.len(), matrix.len());
    let size = matrix.len() as f64;
    for index in 0..columns {
        let (x, b) = (column(&solution, index), column(&right_sides, index));
        let bound = 1e-14 * size * (size * greatest(matrix) * greatest(&x) + greatest(&b));
        for (row, b) in matrix.iter().zip(&b) {
            let sum: f64 = row.iter().zip(&x).map(|(a, x)| a * x[0]).sum();
            assert!((sum - b[0]).abs() <= bound);
        }
    }
}

#[test]
fn small_systems__R1() {
    for (text, right_sides, expected) in [
        ("4", "8", "2"),
        ("-4", "8 0 -2", "-2 0 0.5"),
        ("2 1; 1 3", "3; 5", "0.8; 1.4"),
        ("0 2; 3 0", "4 2; 9 3", "3 1; 2 1"),
        ("1e-20 1; 1 1", "1; 2", "1; 1"),
        ("1 1; 1e-20 1", "2; 1", "1; 1"),
        ("4e-310 2e-310; 2e-310 4e-310", "8e-310; 1e-309", "1; 2"), // infinite reciprocals
        ("2 1 -1; -3 -1 2; -2 1 2", "8; -11; -3", "2; 3; -1"),
        ("2 1 -1; -3 -1 2; -2 1 2", "1 0 0; 0 1 0; 0 0 1", "4 3 -1; -2 -2 1; 5 4 -1"),
        ("0 0 2; 0 4 0; 8 0 0", "2 4; 4 8; 8 16", "1 2; 1 2; 1 2"),
    ] {
        let made = factors(text, 1e-12);
        assert_eq!(made.size(), matrix(text).len());
        let solution = made.solve(&matrix(right_sides)).unwrap();
        let expected = matrix(expected);
        assert_eq!(solution.len(), expected.len());
        for (row, expected) in solution.iter().zip(&expected) {
            assert_eq!(row.len(), expected.len());
            assert!(row.iter().zip(expected).all(|(number, expected)| (number - expected).abs() <= 1e-12));
        }
    }
}

#[test]
fn order_of_rows__R1() {
    for (text, order) in [
        ("5", &[0][..]),
        ("1 2; 3 4", &[1, 0]),
        ("3 2; 1 4", &[0, 1]),
        ("-2 1; 2 5", &[0, 1]),
        ("1 1; -3 1", &[1, 0]),
        ("1 0 0; 2 1 0; -2 0 1", &[1, 2, 0]),
        ("1 0 0; -2 1 0; 2 0 1", &[1, 2, 0]),
        ("0 0 1; 1 0 0; 0 1 0", &[1, 2, 0]),
    ] {
        assert_eq!(factors(text, 0.0).order(), order);
    }
}

#[test]
fn residuals_of_random_matrices__R2() {
    for size in [1, 2, 3, 10, 33, 60] {
        for seed in 0..3 {
            assert_small_residuals(&random(size, size, (1000 * size + seed) as u64), seed + 1);
        }
    }
}

#[test]
fn residuals_of_a_hilbert_matrix__R2() {
    let hilbert = (0..8).map(|i| (0..8).map(|j| 1.0 / f64::from(i + j + 1)).collect()).collect();
    assert_small_residuals(&hilbert, 4);
}

#[test]
fn determinants__R3() {
    for (text, expected) in [
        ("4", 4.0),
        ("-0.25", -0.25),
        ("1 2; 3 4", -2.0),
        ("3 4; 1 2", 2.0),
        ("0 1; 1 0", -1.0),
        ("0 1 0; 0 0 1; 1 0 0", 1.0),
        ("0 0 1; 0 1 0; 1 0 0", -1.0),
        ("2 1 -1; -3 -1 2; -2 1 2", -1.0),
        ("2 5 7; 0 3 1; 0 0 -4", -24.0),
        ("1e-200 0; 0 1e-200", 0.0),
    ] {
        assert!((factors(text, 1e-12).determinant() - expected).abs() <= 1e-13);
    }
    assert_eq!(factors("1e200 0; 0 1e200", 1e-12).determinant(), f64::INFINITY);
    assert_eq!(factors("-1e200 0; 0 1e200", 1e-12).determinant(), f64::NEG_INFINITY);
}

#[test]
fn singular_matrices__R4() {
    for (text, tolerance, column) in [
        ("0", 0.0, 0),
        ("0 0; 0 0", 0.5, 0),
        ("1 2; 2 4", 0.0, 1),
        ("0 1; 0 2", 0.0, 0),
        ("1 2 3; 4 5 6; 7 8 9", 1e-12, 2),
        ("1 2 3; 2 4 6; 7 8 9", 1e-12, 2),
        ("1 2 3; 2 4 5; 4 8 1", 1e-12, 1),
        ("4 0; 0 1", 0.25, 1),
        ("4 0; 0 -1", 0.25, 1),
        ("-4 0; 0 1", 0.25, 1),
        ("1 8; 0 1", 0.125, 0),
        ("1e200 2e200; 2e200 4e200", 1e-12, 1),
    ] {
        let error = factorise(&matrix(text), tolerance).unwrap_err();
        assert_eq!(error, LinearError::Singular { column });
        assert!(error.to_string().contains(&format!("column {column}")));
    }
}

#[test]
fn matrices_that_are_not_singular__R4() {
    for (text, tolerance) in [
        ("1e-300", 0.0),
        ("-3", 0.999),
        ("4 0; 0 1", 0.2499),
        ("4 0; 0 -1", 0.2499),
        ("1 8; 0 1", 0.1249),
        ("1e-200 2e-200; 3e-200 4e-200", 1e-12),
    ] {
        assert_eq!(factors(text, tolerance).size(), matrix(text).len());
    }
}

/// The reason that the error of an invalid argument gives.
#[track_caller]
fn reason<T>(result: Result<T, LinearError>) -> &'static str {
    match result {
        Err(LinearError::InvalidArgument(reason)) => reason,
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("no error"),
    }
}

#[test]
fn shapes_of_matrices__R5() {
    for text in ["1 2", "1; 2", "1 2 3; 4 5 7", "1 2; 3 4; 5 7", "1 2; 3", "1; 2 3", "1 2; 3 4 5", "1 2 3; 4 5", "", ";"] {
        assert!(reason(factorise(&matrix(text), 0.0)).contains("length"));
    }
    assert!(reason(factorise(&[], 0.0)).contains("empty"));
}

#[test]
fn numbers_that_are_not_finite__R5() {
    let made = factors("1 2; 3 4", 0.0);
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for i in 0..4 {
            let mut invalid = matrix("1 2; 3 4");
            invalid[i / 2][i % 2] = number;
            assert!(reason(factorise(&invalid, 0.0)).contains("finite"));
            assert!(reason(made.solve(&invalid)).contains("finite"));
        }
    }
}

#[test]
fn tolerances__R5() {
    for tolerance in [-1e-9, 1.0, 2.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let result = factorise(&matrix("1"), tolerance);
        assert!(reason(result).contains("tolerance"));
    }
    assert_eq!(factors("1", 0.999_999).determinant(), 1.0);
    let error: Box<dyn Error> = Box::new(factorise(&matrix("1"), 1.0).unwrap_err());
    assert!(error.to_string().contains("tolerance"));
}

#[test]
fn shapes_of_right_sides__R5() {
    let made = factors("1 2; 3 4", 0.0);
    for text in ["1", "1 2", "1; 2; 3", ""] {
        assert!(reason(made.solve(&matrix(text))).contains("number of rows"));
    }
    assert!(reason(made.solve(&[])).contains("number of rows"));
    assert!(reason(made.solve(&matrix(";"))).contains("empty"));
    assert!(reason(made.solve(&matrix(";1"))).contains("empty"));
    for text in ["1 2; 3", "1; 2 3", "1;"] {
        assert!(reason(made.solve(&matrix(text))).contains("length"));
    }
}

#[test]
fn overflow_in_the_factors__R6() {
    for text in [
        "1e308 1e308; -1e308 1e308",
        "1e308 1e308 1; -1e308 1e308 2; 0 1 3",
        "1e308 0 1e308; -1e308 1 1e308; 0 0 1",
    ] {
        let error = factorise(&matrix(text), 0.0).unwrap_err();
        assert_eq!(error, LinearError::Overflow);
        assert!(error.to_string().contains("grow"));
    }
    assert_eq!(factors("8e307 8e307; -8e307 8e307", 0.0).order(), [0, 1]);
}

#[test]
fn overflow_in_the_solution__R6() {
    let made = factors("1e-300 0; 0 1", 0.0);
    assert_eq!(made.solve(&matrix("1 1e300; 1 1")), Err(LinearError::Overflow));
    assert_eq!(made.solve(&matrix("-1e300 1; 1 1")), Err(LinearError::Overflow));
    let expected = vec![vec![1.0 / 1e-300; 2], vec![1e300; 2]];
    assert_eq!(made.solve(&matrix("1 1; 1e300 1e300")), Ok(expected));
}

#[test]
fn factors_solve_any_number_of_times__R7() {
    let right_sides = random(7, 3, 6);
    let made = factorise(&random(7, 7, 5), 1e-12).unwrap();
    let determinant = made.determinant();
    let together = made.solve(&right_sides).unwrap();
    assert_eq!(made.solve(&right_sides).unwrap(), together);
    assert_eq!(made.clone().solve(&right_sides).unwrap(), together);
    assert_eq!(made.determinant(), determinant);
    for index in 0..3 {
        assert_eq!(made.solve(&column(&right_sides, index)).unwrap(), column(&together, index));
    }
}
