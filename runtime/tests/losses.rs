//! Each loss: its gradients against finite differences, in both slots and both precisions, and its slots.

use chainrule::private::Off;
use chainrule::{Gradcheck, prelude::*};

macro_rules! pairs {
    ($($case:ident $loss:ident $y:expr, $t:expr;)*) => {$(
        mod $case {
            use super::*;

            #[test]
            fn double() {
                let (y, t) = (Matrix::<2, 3, f64>::from($y), Matrix::<2, 3, f64>::from($t));
                let (value, residuals) = $loss::forward(&y, &t);
                assert_eq!(value, $loss(&y, &t));
                let (mut y_bar, mut t_bar) = (y.zero_tangent(), t.zero_tangent());
                $loss::pull(&residuals, &&y, &&t, &1.0, &mut y_bar, &mut t_bar);
                assert_eq!(y_bar, $loss::grad(&y, &t));
                gradcheck(|(y, t): &(_, _)| $loss(y, t), &(y.clone(), t.clone()), &(y_bar.clone(), t_bar.clone())).unwrap();

                let mut again = y_bar.clone();
                $loss::pull(&residuals, &&y, &&t, &-3.0, &mut again, Off);
                again += &(&y_bar * 2.0);
                assert!(again.norm() < 1e-12, "slots are added to, in proportion to the cotangent");
                let mut again = t_bar.clone();
                $loss::pull(&residuals, &&y, &&t, &-1.0, Off, &mut again);
                assert!(again.norm() < 1e-12);
            }

            #[test]
            fn single() {
                let single = |m: [[f64; 3]; 2]| Matrix::<2, 3, f32>::from(m.map(|row| row.map(|x| x as f32)));
                let (y, t) = (single($y), single($t));
                let (_, pullback) = $loss::vjp(&y, &t);
                Gradcheck::new().step(3e-3).run(|y| $loss(y, &t), &y, &pullback(1.0)).unwrap();
            }
        }
    )*};
}

pairs! {
    squared mse [[0.3, -1.2, 2.0], [0.0, 0.7, -0.4]], [[1.0, 0.0, 2.0], [-0.5, 0.2, 0.9]];
    probabilities binary_cross_entropy [[0.3, 0.9, 0.5], [0.1, 0.7, 0.4]], [[1.0, 0.5, 1.0], [0.3, 0.2, 0.9]];
    logits binary_cross_entropy_with_logits [[0.3, -1.2, 2.0], [0.1, 0.7, -0.4]], [[1.0, 0.25, 1.0], [0.5, 0.2, 0.9]];
    classes cross_entropy [[0.3, 0.5, 0.2], [0.1, 0.7, 0.2]], [[0.5, 0.25, 0.25], [0.5, 0.2, 0.3]];
}

#[test]
fn softmax_cross_entropy_pulls_into_the_logits() {
    let z = Matrix::<3, 4, f64>::random(
        [3, 4],
        Init::Normal {
            mean: 0.0,
            deviation: 2.0,
        },
        &mut Rng::seed(1),
    );
    let labels = [3, 0, 2];
    let (value, residuals) = softmax_cross_entropy::forward(&z, &labels);
    assert!((value - softmax_cross_entropy(&z, &labels)).abs() < 1e-14);
    let mut z_bar = z.zero_tangent();
    softmax_cross_entropy::pull(&residuals, &&z, &&labels[..], &1.0, &mut z_bar, Off);
    gradcheck(|z: &_| softmax_cross_entropy(z, &labels), &z, &z_bar).unwrap();
    let composed = -z.log_softmax();
    let expected = labels
        .iter()
        .enumerate()
        .map(|(row, &label)| composed.row(row)[label])
        .sum::<f64>()
        / 3.0;
    assert!((value - expected).abs() < 1e-14);
    assert!(
        z_bar.sum_cols().norm() < 1e-15,
        "the gradient of a row sums to 0"
    );
}

#[test]
fn certain_and_right_costs_nothing() {
    let certain = Vector::from([0.0, 1.0_f64]);
    assert_eq!(binary_cross_entropy(&certain, &certain), 0.0);
    assert_eq!(
        binary_cross_entropy::grad(&certain, &certain),
        Vector::from([0.5, -0.5])
    );
    let wrong = Vector::from([1.0, 1.0]);
    assert_eq!(binary_cross_entropy(&certain, &wrong), f64::INFINITY);
}

#[test]
fn scalars_are_losses_too() {
    assert_eq!(mse(&3.0, &1.0), 4.0);
    assert_eq!(mse::grad(&3.0, &1.0), 4.0);
}
