//! A zero tangent has no buffer until it is looked at or added to. Nobody can tell.

use chainrule::prelude::*;
use chainrule::private as p;

type Pair = Matrix<2, 2>;

/// Zeros that were never anything else, and zeros where something was.
fn zeros() -> [Pair; 2] {
    let mut used = Pair::from([[1.0, 2.0], [3.0, f32::NAN]]);
    used.set_zero();
    [used.zero_tangent(), used]
}

#[test]
fn reads_as_zeros() {
    for zero in zeros() {
        assert_eq!(zero.as_slice(), [0.0; 4]);
    }
    for zero in zeros() {
        assert_eq!(zero.clone().row(1), [0.0; 2]);
        assert_eq!(zero, Pair::zeros([2, 2]));
    }
    for zero in zeros() {
        assert_eq!(format!("{zero:?}"), format!("{:?}", Pair::zeros([2, 2])));
    }
    for zero in zeros() {
        assert_eq!((zero.len(), zero.is_empty()), (4, false));
        assert_eq!(zero.into_vec(), [0.0; 4]);
    }
    for zero in zeros() {
        let flat: Vector<4> = zero.reshape([4]);
        assert_eq!(flat.sum(), 0.0);
    }
}

#[test]
fn is_written_to() {
    for mut zero in zeros() {
        zero.as_mut_slice()[3] = 1.0;
        assert_eq!(zero.as_slice(), [0.0, 0.0, 0.0, 1.0]);
    }
    for mut zero in zeros() {
        zero += 2.0;
        assert_eq!(zero, Pair::full([2, 2], 2.0));
    }
    for mut zero in zeros() {
        zero.clone_from(&Pair::full([2, 2], 3.0));
        assert_eq!(zero, Pair::full([2, 2], 3.0));
    }
}

#[test]
fn is_added_to() {
    let a = Pair::from([[1.0, 2.0], [3.0, 4.0]]);
    let twice = &a * 2.0;
    for mut zero in zeros() {
        zero.accumulate(&a);
        assert_eq!(zero, a);
        zero.accumulate(&a);
        assert_eq!(zero, twice);
    }
    for mut zero in zeros() {
        p::zip_into(&mut zero, (&a, 1.0_f32), |a, b| a * b);
        p::zip_into(&mut zero, (&a, 1.0_f32), |a, b| a * b);
        assert_eq!(zero, twice);
    }
    let mut row = Vector::<2>::zeros([2]).zero_tangent();
    p::zip_into(&mut row, (&a,), |a| a);
    p::zip_into(&mut row, (&a,), |a| a);
    assert_eq!(row, Vector::from([8.0, 12.0]));
    let one = Pair::from([[1.0, 0.0], [0.0, 1.0]]);
    for mut zero in zeros() {
        p::matmul_nt_into(&mut zero, &a, &one);
        p::matmul_tn_into(&mut zero, &one, &a);
        assert_eq!(zero, twice);
    }
}

#[test]
fn an_empty_product_adds_zeros() {
    let none = Matrix::<DYN, 2>::zeros([0, 2]);
    let [mut never, mut used] = zeros();
    for zero in [&mut never, &mut used] {
        p::matmul_tn_into(zero, &none, &none);
        assert_eq!(zero.as_slice(), [0.0; 4]);
    }
}

#[test]
fn travels_between_threads() {
    let [never, used] = zeros();
    let sums = std::thread::scope(|scope| {
        [&never, &used].map(|zero| scope.spawn(|| zero.sum()).join().expect("a sum"))
    });
    assert_eq!(sums, [0.0; 2]);
}
