//! Recursion in the shape of a tree: over a tree that is data, and over halves of an interval.

use chainrule::prelude::*;

#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Tree {
    weight: f64,
    children: Vec<Tree>,
}

/// Each node squashes the sum of its children.
#[differentiate]
pub(crate) fn signal(tree: &Tree, input: f64) -> f64 {
    let mut sum = input;
    for child in &tree.children {
        sum += signal(child, 0.5 * input);
    }
    (tree.weight * sum).tanh()
}

#[differentiate]
fn bump(x: f64, width: f64) -> f64 {
    1.0 / (x * x + width * width)
}

/// The integral of a bump, by Simpson's rule on halves until those agree.
#[differentiate]
pub(crate) fn integral(a: f64, b: f64, width: f64) -> f64 {
    let middle = 0.5 * (a + b);
    let (left, right) = (0.5 * (a + middle), 0.5 * (middle + b));
    let (ends, inner) = (bump(a, width) + bump(b, width), bump(middle, width));
    let coarse = (b - a) / 6.0 * (ends + 4.0 * inner);
    let fine =
        (b - a) / 12.0 * (ends + 2.0 * inner + 4.0 * (bump(left, width) + bump(right, width)));
    if (fine - coarse).abs() < 1e-9 {
        fine + (fine - coarse) / 15.0
    } else {
        integral(a, middle, width) + integral(middle, b, width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chainrule_tests::{DOUBLE, answers, assert_gradient, assert_near, check_grad};

    fn tree(depth: usize, rng: &mut Rng) -> Tree {
        let count = if depth == 0 {
            0
        } else {
            (3.0 * rng.uniform()) as usize + 1
        };
        Tree {
            weight: 2.0 * rng.uniform() - 1.0,
            children: (0..count).map(|_| tree(depth - 1, rng)).collect(),
        }
    }

    #[test]
    fn of_data() {
        let mut rng = Rng::seed(13);
        for depth in [0, 1, 4] {
            let (tree, input) = (tree(depth, &mut rng), 0.75);
            check_grad!([tree, input] signal(tree, *input));
        }
    }

    /// The integral is (arctan(b/w) − arctan(a/w)) / w.
    #[test]
    fn of_intervals() {
        let (a, b, w) = (-1.0, 2.0, 0.1);
        let value = integral(a, b, w);
        let gradient = answers!(integral(a, b, w); 0.5).agreed(0.5);
        assert_gradient(
            |&(a, b, w)| integral(a, b, w),
            &(a, b, w),
            &gradient,
            DOUBLE,
        );
        let (of_a, of_b, of_width) = gradient;
        let angle = (b / w).atan() - (a / w).atan();
        assert_near(&value, &(angle / w), 1e-9);
        assert_near(&of_a, &-bump(a, w), 1e-5);
        assert_near(&of_b, &bump(b, w), 1e-5);
        let by_width = -angle / (w * w) + (a * bump(a, w) - b * bump(b, w)) / w;
        assert_near(&of_width, &by_width, 1e-5);
    }
}
