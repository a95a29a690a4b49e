//! The protocol between generated code and the runtime: slots, twins, fused loops, tangents.

use chainrule::prelude::*;
use chainrule::private as p;
use chainrule::{Gradcheck, LeafReader, LeafVisitor};

mod twins {
    pub(crate) fn square<T: chainrule::Float>(x: T) -> T {
        x * x
    }
    #[allow(non_camel_case_types)]
    pub(crate) enum square {}

    pub(crate) mod other {
        pub(crate) fn square(x: f64) -> f64 {
            x * x * x
        }
    }
}

#[test]
fn a_twin_belongs_to_its_function() {
    p::assert_twin::<twins::square, _, _>(twins::square, |f| f(1.0_f32));
    assert_eq!(twins::square(3.0), 9.0);
    let wrong = std::panic::catch_unwind(|| {
        p::assert_twin::<twins::square, _, _>(twins::other::square, |f| f(1.0))
    });
    let said = *wrong.unwrap_err().downcast::<String>().unwrap();
    assert!(said.starts_with(
        "one name stands for two things here: the function `protocol::twins::other::square`, \
         and the derivatives of `protocol::twins::square`"
    ));
}

#[test]
fn slots() {
    fn pull(x_bar: impl p::Slot<f64>) -> bool {
        x_bar.into_option().map(|x_bar| *x_bar += 1.0).is_some()
    }
    let mut bar = 0.5;
    assert!(pull(&mut bar));
    assert!(pull(Some(&mut bar)));
    assert!(!pull(None::<&mut f64>) && !pull(p::Off));
    assert_eq!(bar, 2.5);
}

/// Eight operands of every kind: rows, a scalar by value and by reference, both sides of the broadcast.
#[test]
fn zip_takes_up_to_eight_operands() {
    let m = Matrix::<2, 3, f64>::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    let v = Vector::from([10.0, 20.0, 30.0]);
    let y = p::zip(
        (1.0, &v, m.clone(), &2.0, &m, &v, 3.0, &m),
        |a, b, c, d, e, f, g, h| a + b * c + d * e - f / g + h.sqrt(),
    );
    let expected = Matrix::<2, 3, f64>::from_fn([2, 3], |[r, c]| {
        let (m, v) = (m.row(r)[c], v.as_slice()[c]);
        1.0 + v * m + 2.0 * m - v / 3.0 + m.sqrt()
    });
    assert_eq!(y, expected);
    assert_eq!(p::zip((2.0, &3.0), |a: f64, b: f64| a * b), 6.0);
}

/// The methods, the operators and the fused loop round alike.
#[test]
fn methods_and_fused_loops_agree_to_the_bit() {
    let x: Tensor3<3, 5, 7> = Tensor::random(
        [3, 5, 7],
        Init::Normal {
            mean: 0.0,
            deviation: 2.0,
        },
        &mut Rng::seed(1),
    );
    let (m, v) = (
        Matrix::<5, 7>::full([5, 7], 0.3),
        Vector::<7>::full([7], -1.7),
    );
    assert_eq!(
        (&x + &v).tanh().sigmoid() * &m,
        p::zip((&x, &v, &m), |x, v, m| (x + v).tanh().sigmoid() * m)
    );
    assert_eq!(
        2.0 / (&x - &m).softplus(),
        p::zip((&x, &m), |x, m| 2.0 / (x - m).softplus())
    );
    assert_eq!(-(&v / &x), p::zip((&v, &x), |v, x| -(v / x)));
    let mut y = x.clone();
    y += &v;
    y *= 3.0;
    assert_eq!(y, (&x + &v) * 3.0);
}

/// Sums over leading axes, to every trailing shape, exact in whole numbers.
#[test]
fn sums_to_every_trailing_shape() {
    let x =
        Tensor3::<4, 3, 50, f64>::from_fn([4, 3, 50], |[a, b, c]| (a * 1000 + b * 100 + c) as f64);
    let total: f64 = x.as_slice().iter().sum();
    assert_eq!(p::zip_to(&0.0, (&x,), |x| x), total);
    let (m, v) = (
        Matrix::<3, 50, f64>::zeros([3, 50]),
        Vector::<50, f64>::zeros([50]),
    );
    assert_eq!(
        p::zip_to(&m, (&x, &m), |x, m| x + m).row(2)[7],
        (0..4).map(|a| (a * 1000 + 207) as f64).sum()
    );
    assert_eq!(p::zip_to(&v, (&m, &x), |m, x| x + m).sum(), total);
    let mut acc = p::zip_to(&v, (&x,), |x| x);
    p::zip_into(&mut acc, (&x, 2.0), |x, k| k * x);
    assert_eq!(acc.sum(), 3.0 * total);
    assert_eq!(p::expand(&v, &x).dims(), [4, 3, 50]);
    let column = Matrix::<DYN, 1, f64>::from_vec([3, 1], vec![1.0, 2.0, 3.0]);
    assert_eq!(
        &column + &Vector::from([10.0]),
        Matrix::<DYN, 1, f64>::from_vec([3, 1], vec![11.0, 12.0, 13.0])
    );
    assert_eq!(
        p::zip_to(&Vector::from([0.0]), (&column,), |x| x),
        Vector::from([6.0])
    );
}

#[test]
fn long_sums_keep_their_digits() {
    let x = Vector::<DYN, f32>::full([1 << 22], 0.1);
    assert!((f64::from(x.sum()) / f64::from(1 << 22) - f64::from(0.1_f32)).abs() < 1e-7);
}

#[derive(Default)]
struct Leaves(Vec<(String, usize)>, Vec<&'static str>);

impl LeafVisitor for Leaves {
    fn leaf<T: Float>(&mut self, values: &mut [T], tangents: &[T]) {
        assert_eq!(values.len(), tangents.len());
        self.0.push((self.1.join("."), values.len()));
    }
    fn enter(&mut self, field: &'static str) {
        self.1.push(field);
    }
    fn enter_index(&mut self, _: usize) {
        self.1.push("i");
    }
    fn leave(&mut self) {
        self.1.pop();
    }
}

#[test]
fn leaves_come_in_the_order_of_the_fields_and_floats_together() {
    let mut x = (
        1.0_f32,
        7_usize,
        vec![Vector::from([1.0, 2.0]); 2],
        ([1.0_f64; 3], "name"),
        Some(Box::new(2.0)),
    );
    let tangent = x.zero_tangent();
    let mut leaves = Leaves::default();
    x.visit(&tangent, &mut leaves);
    let expected = [("0", 1), ("2.i", 2), ("2.i", 2), ("3.0", 3), ("4", 1)];
    assert_eq!(
        leaves.0,
        expected.map(|(path, len)| (path.to_string(), len))
    );

    struct Count(usize);
    impl LeafReader for Count {
        fn leaf<T: Float>(&mut self, tangents: &[T]) {
            self.0 += tangents.len();
        }
    }
    let mut count = Count(0);
    tangent.read_leaves(&mut count);
    assert_eq!(count.0, 9);
}

#[test]
fn gradcheck_finds_what_is_wrong() {
    let f = |x: &(Vector<3, f64>, f64)| (&x.0 * x.1).sin().sum();
    let x = (Vector::from([0.3, -1.0, 2.0]), 1.5);
    let right = |x: &(Vector<3, f64>, f64)| {
        (
            p::zip((&x.0, x.1), |v, s| s * (v * s).cos()),
            p::zip((&x.0, x.1), |v, s| v * (v * s).cos()).sum(),
        )
    };
    gradcheck(f, &x, &right(&x)).unwrap();
    let mut wrong = right(&x);
    wrong.0.as_mut_slice()[2] *= 1.001;
    let error = gradcheck(f, &x, &wrong).unwrap_err();
    assert_eq!((error.leaf.as_str(), error.index), ("0", 2));
    wrong.0.as_mut_slice()[2] = f64::NAN;
    assert_eq!(gradcheck(f, &x, &wrong).unwrap_err().index, 2);
    let slack = Gradcheck::new().tolerance(1e-1).sample(2, 3);
    assert!(slack.run(f, &x, &(right(&x).0 * 1.01, right(&x).1)).is_ok());
}

#[test]
fn buffers_may_change_threads() {
    let x: Vector<DYN> = (0..1000).map(|i| i as f32).collect();
    let y = std::thread::spawn(move || &x + &x).join().unwrap();
    assert_eq!(y.as_slice()[999], 1998.0);
}
