//! Lists that begin in a loop or are filled by one: their memory is used again, and what they hold is read again.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[derive(Clone, Debug, Differentiable)]
struct Row {
    cells: Vec<f64>,
    shift: f64,
}

#[differentiate]
fn length(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// A list for each point, one filled by an iterator, one by appending, one by positions.
#[differentiate]
fn points(x: &[f64], w: &[f64], points: usize) -> f64 {
    let mut total = 0.0;
    for p in 0..points {
        let h: Vec<f64> = x.iter().map(|x| (x * w[p]).tanh()).collect();
        let mut appended = Vec::with_capacity(x.len());
        for i in 0..h.len() {
            appended.push(h[i] * h[(i + 1) % h.len()]);
        }
        let mut scaled = vec![w[p]; x.len()];
        for i in 0..x.len() {
            scaled[i] *= appended[i].sin();
        }
        total += length(&h) + length(&appended[1..]) * scaled[0] + scaled.iter().sum::<f64>();
    }
    total
}

/// The same within a state that is carried on, so that nothing is added up alone.
#[differentiate]
fn carried(x: &[f64], w: &[f64], rounds: usize) -> f64 {
    let mut state = x.to_vec();
    let mut s = 1.0;
    for r in 0..rounds {
        let mixed: Vec<f64> = state.iter().zip(w).map(|(a, b)| a * b + s).collect();
        let mut twice = Vec::new();
        for v in &mixed {
            twice.push(v * 2.0);
            twice.push(v.sin());
        }
        for i in 0..state.len() {
            state[i] = 0.5 * mixed[i] + 0.1 * twice[2 * i + 1] * state[i];
        }
        s = length(&mixed) * 0.3 + twice[r % twice.len()];
    }
    s + state[0]
}

/// Lists that leave the iteration that made them.
#[differentiate]
fn leaving(x: &[f64], rounds: usize) -> f64 {
    let mut all = Vec::new();
    let mut last = vec![1.0; x.len()];
    let mut rows = Vec::new();
    for r in 0..rounds {
        let mut row = vec![0.0; x.len()];
        for i in 0..x.len() {
            row[i] = x[i] * last[i] + r as f64;
        }
        let copy = row.clone();
        all.push(row);
        let cells: Vec<f64> = copy.iter().map(|c| c * 0.5).collect();
        last = cells.clone();
        rows.push(Row { cells, shift: x[0] });
    }
    let mut s = 0.0;
    for (row, cells) in rows.iter().zip(&all) {
        s += row.shift * length(&row.cells) + cells[0] * cells[cells.len() - 1];
    }
    s + last.iter().sum::<f64>()
}

/// A list that one arm makes, or the other; and one that changes after it was read.
#[differentiate]
fn chosen(x: &[f64], limit: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let row: Vec<f64> = if x[i] > limit {
            let mut made = vec![x[i]; 3];
            made[1] *= x[i];
            made
        } else {
            x.iter().map(|x| x * x).collect()
        };
        let mut filled: Vec<f64> = row.iter().map(|v| v.exp()).collect();
        let before = length(&filled);
        filled[0] *= before;
        filled.push(before * x[i]);
        s += length(&filled) + filled[filled.len() - 1];
        filled.clear();
        filled.push(s);
        s = filled[0] * 0.9;
    }
    s
}

/// Lists of lists, swapped lists, and a list that is read while a longer one of the same name is made.
#[differentiate]
fn nested(x: &[f64], k: f64) -> f64 {
    let n = x.len();
    let mut s = 0.0;
    for _ in 0..2 {
        let mut table = vec![vec![0.0; n]; n];
        for i in 0..n {
            for j in 0..n {
                table[i][j] = (x[i] * x[j]).sin() * k;
            }
        }
        let mut a = vec![0.0; n];
        let mut b: Vec<f64> = Vec::new();
        for i in 0..n {
            a[i] = table[i][(i + 1) % n];
        }
        std::mem::swap(&mut a, &mut b);
        let b: Vec<f64> = b.iter().chain(a.iter()).map(|v| v * v + k).collect();
        s += b.iter().product::<f64>() + table[0][1] * b[0];
        table[0] = b;
        s += length(&table[0]);
    }
    s
}

/// In any float, and backwards, and with an end of its own.
#[differentiate]
fn general<T: Float>(x: &[T], count: usize) -> T {
    let mut s = T::lit(1.0);
    for r in 0..3 {
        let mut up = Vec::new();
        for i in 0..count {
            up.push((x[i] * s).tanh());
        }
        let mut down = Vec::new();
        for i in (0..up.len()).rev() {
            down.push(up[i] * up[0]);
        }
        let mut some = Vec::new();
        for i in 0..up.len() {
            if i == r {
                break;
            }
            some.push(up[i] * x[i]);
        }
        s = down
            .iter()
            .zip(&up)
            .map(|(a, b)| *a * *b + T::lit(0.5))
            .sum::<T>()
            + some.iter().copied().sum::<T>();
    }
    s
}

#[test]
fn lists_that_begin_in_loops() {
    let (x, w) = (vec![0.5, -0.7, 1.1], vec![0.4, 1.3, -0.6]);
    for count in [0, 1, 3] {
        check_grad!([x, w] points(x, w, count));
        check_grad!([x, w] carried(x, w, count));
        check_grad!([x] leaving(x, count));
        check_grad!([x] general(x, count));
    }
    let (k, limit) = (0.8, 0.2);
    check_grad!([x, k] nested(x, *k));
    check_grad!([x, limit] chosen(x, *limit));
}
