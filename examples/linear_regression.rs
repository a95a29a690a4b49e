//! Fits the line y = w·x + b by gradient descent, and shows the derivatives that it descends by.

use chainrule::prelude::*;

/// The squared error on one point.
#[differentiate(wrt(w, b))]
fn loss(w: f64, b: f64, x: f64, t: f64) -> f64 {
    let y = w * x + b;
    (y - t).powi(2)
}

/// Half the mean squared error on all points at once: the half cancels the 2 that the square leaves.
#[differentiate(wrt(w, b))]
fn half_mse(w: f64, b: f64, x: &Vector<DYN, f64>, t: &Vector<DYN, f64>) -> f64 {
    let y = w * x + b;
    (y - t).powi(2).mean() / 2.0
}

const EPOCHS: usize = 100;

fn main() {
    println!("{}\n", loss::FORMULAS);
    compare_with_derivatives_by_hand();

    let (x, t) = points_near_a_line();
    println!("\n{} points near the line y = 3 x - 2", x.len());
    print_line("by least squares", least_squares(&x, &t));
    println!("\n(y - t)^2, a step for each point");
    print_line("by gradient descent", descend_point_by_point(&x, &t));
    println!("\nhalf the mean of (y - t)^2, a step for all points");
    print_line("by gradient descent", descend_by_half_mse(&x, &t));
}

fn compare_with_derivatives_by_hand() {
    println!("    w      b      x      t      dL/dw   2(y-t)x      dL/db    2(y-t)");
    for (w, b, x, t) in [
        (1.0, 0.0, 2.0, 5.0),
        (-0.5, 2.0, 3.0, 1.0),
        (3.0, -2.0, -1.5, -6.0),
        (0.25, 0.75, -4.0, 8.0),
    ] {
        let (dw, db) = loss::grad(w, b, x, t);
        let y = w * x + b;
        let (dw_by_hand, db_by_hand) = (2.0 * (y - t) * x, 2.0 * (y - t));
        println!(
            "{w:5.2}  {b:5.2}  {x:5.2}  {t:5.2}  {dw:9.4} {dw_by_hand:9.4}  {db:9.4} {db_by_hand:9.4}"
        );
        assert!((dw - dw_by_hand).abs() < 1e-12 && (db - db_by_hand).abs() < 1e-12);
    }
}

fn points_near_a_line() -> (Vector<DYN, f64>, Vector<DYN, f64>) {
    let x = Vector::from_fn([40], |[i]| i as f64 / 20.0 - 1.0);
    let noise = Init::Normal {
        mean: 0.0,
        deviation: 0.05,
    };
    let t = 3.0 * &x - 2.0 + Vector::random([40], noise, &mut Rng::seed(0));
    (x, t)
}

fn least_squares(x: &Vector<DYN, f64>, t: &Vector<DYN, f64>) -> (f64, f64) {
    let (from_mean_x, from_mean_t) = (x - x.mean(), t - t.mean());
    let w = from_mean_x.dot(&from_mean_t) / from_mean_x.dot(&from_mean_x);
    (w, t.mean() - w * x.mean())
}

fn descend_point_by_point(x: &Vector<DYN, f64>, t: &Vector<DYN, f64>) -> (f64, f64) {
    let (mut w, mut b) = (0.0, 0.0);
    let learning_rate = 0.01;
    for epoch in 1..=EPOCHS {
        let mut sum = 0.0;
        for (&x, &t) in x.as_slice().iter().zip(t.as_slice()) {
            let (value, (dw, db)) = loss::value_and_grad(w, b, x, t);
            w -= learning_rate * dw;
            b -= learning_rate * db;
            sum += value;
        }
        print_epoch(epoch, sum / x.len() as f64);
    }
    (w, b)
}

fn descend_by_half_mse(x: &Vector<DYN, f64>, t: &Vector<DYN, f64>) -> (f64, f64) {
    let (mut w, mut b) = (0.0, 0.0);
    let mut sgd = Sgd::new(0.5);
    for epoch in 1..=EPOCHS {
        let (value, gradient) = half_mse::value_and_grad(w, b, x, t);
        sgd.step((&mut w, &mut b), &gradient);
        print_epoch(epoch, value);
    }
    (w, b)
}

fn print_epoch(epoch: usize, loss: f64) {
    if epoch == 1 || epoch.is_multiple_of(20) {
        println!("  epoch {epoch:3}  loss {loss:.6}");
    }
}

fn print_line(method: &str, (w, b): (f64, f64)) {
    let sign = if b < 0.0 { '-' } else { '+' };
    println!("  y = {w:.4} x {sign} {:.4}  {method}", b.abs());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(a: (f64, f64), b: (f64, f64), tolerance: f64) {
        let distance = (a.0 - b.0).abs().max((a.1 - b.1).abs());
        assert!(distance < tolerance, "{a:?} is not {b:?}");
    }

    #[test]
    fn derivatives_are_those_by_hand() {
        compare_with_derivatives_by_hand();
    }

    #[test]
    fn descent_reaches_the_least_squares() {
        let (x, t) = points_near_a_line();
        let best = least_squares(&x, &t);
        assert_close(best, (3.0, -2.0), 0.05);
        assert_close(descend_by_half_mse(&x, &t), best, 1e-6);
        assert_close(descend_point_by_point(&x, &t), best, 0.01);
    }
}
