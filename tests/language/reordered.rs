//! Lists whose elements get other places, or of which some go.

use chainrule::prelude::*;
use chainrule_tests::{check_grad, check_pullback};

#[differentiate]
fn median(x: &[f64], k: f64) -> f64 {
    let mut sorted = x.to_vec();
    sorted.sort_by(|a, b| a.total_cmp(b));
    let n = sorted.len();
    let mut squares: Vec<f64> = x.iter().map(|v| v * v * k).collect();
    squares.sort_unstable_by(f64::total_cmp);
    let mut falling = [k, x[0], x[1]];
    falling.sort_by(|a, b| b.partial_cmp(a).unwrap());
    let mut sum = 0.0;
    for (i, v) in squares.iter().enumerate() {
        sum += v * i as f64;
    }
    0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]) + sum + falling[0] - falling[2] * k
}

#[derive(Clone, Debug, Differentiable)]
struct Point {
    at: f64,
    weight: f64,
    group: usize,
}

/// Points with groups that are the same stay in order.
#[differentiate]
fn of_structs(points: &[Point], k: f64) -> f64 {
    let mut points = points.to_vec();
    points.sort_by_key(|point| point.group);
    let mut sum = 0.0;
    for (i, point) in points.iter().enumerate() {
        sum += point.at * (i + 1) as f64;
    }
    points.sort_by(|Point { at: a, .. }, b| (k * b.at).total_cmp(&(k * a)));
    for pair in points.windows(2) {
        sum += (pair[0].at - pair[1].at) * pair[0].weight;
    }
    let mut pairs: Vec<(usize, f64)> = points
        .iter()
        .map(|point| (point.group, point.at * k))
        .collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    sum + pairs[0].1 * pairs[pairs.len() - 1].1
}

/// In a loop, in place of the caller, and of a list among lists.
#[differentiate]
fn sorted_rows(rows: &mut [Vec<f64>], x: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..rows.len() {
        rows[i].push(x * i as f64);
        rows[i].sort_by(f64::total_cmp);
        sum += rows[i][0] * x;
    }
    for row in rows.iter_mut() {
        row.sort_unstable_by(|a, b| b.total_cmp(a));
    }
    sum * rows[0][0]
}

#[differentiate]
fn moved_on(x: &[f64], k: f64, by: usize) -> f64 {
    let mut ring = x.to_vec();
    let mut sum = 0.0;
    for i in 0..4 {
        ring.rotate_left(by);
        ring[0] *= k;
        sum += ring[i % ring.len()];
        ring.rotate_right(1);
    }
    ring.resize(2 + by, k * k);
    sum += ring.iter().map(|v| v.sin()).sum::<f64>();
    ring.resize(1, 0.0);
    ring[0] * sum
}

#[differentiate]
fn kept(x: &[f64], k: f64) -> f64 {
    let mut list: Vec<f64> = x.iter().map(|v| v * k).collect();
    let mut others = vec![k, 2.0 * k * x[0]];
    list.retain(|v| *v > 0.2);
    list.append(&mut others);
    let mut count = 0;
    list.retain(|&v| {
        count += 1;
        count % 2 == 1 || v < k
    });
    others.push(k);
    list.iter().product::<f64>() + others.len() as f64 * list[0]
}

#[test]
fn elements_get_other_places() {
    let (x, k) = (vec![0.7, -0.4, 1.2, 0.3, 0.9], 1.3);
    check_grad!([x, k] median(x, *k));
    check_grad!([x, k] kept(x, *k));
    for by in [0, 1, 3, 5] {
        check_grad!([x, k] moved_on(x, *k, by));
    }
    let points: Vec<Point> = (0..5)
        .map(|i| Point {
            at: x[i],
            weight: 0.3 * (i + 1) as f64,
            group: i % 2,
        })
        .collect();
    check_grad!([points, k] of_structs(points, *k));
    let rows = vec![x, vec![0.2, -0.3], Vec::new()];
    check_pullback(
        &(rows, k),
        |(rows, k)| {
            let mut rows = rows.clone();
            let value = sorted_rows(&mut rows, *k);
            (value, rows)
        },
        |(rows, k), (value_bar, mut rows_bar)| {
            let mut rows = rows.clone();
            let (value, pullback) = sorted_rows::vjp(&mut rows, *k);
            let k_bar = pullback(value_bar, &mut rows_bar);
            ((value, rows), (rows_bar, k_bar))
        },
    );
}
