use chainrule::prelude::*;

/// The twin has its functions, with their types, whatever is wrong with the body.
#[differentiate(wrt(x, w))]
fn f(w: f64, x: &Vector<3>, n: usize) -> f32 {
    let scale = w as usize;
    x.sum() * (scale + n) as f32
}

#[differentiate]
fn changes(x: &mut f64, k: &f64) {
    *x *= *k as usize as f64;
}

#[differentiate]
fn calls(x: &Vector<3>) -> f32 {
    f(2.0, x, 1)
}

fn main() {
    let x = Vector::from([1.0, 2.0, 3.0]);
    let _: f32 = f(2.0, &x, 1);
    let (_, _): (Vector<3>, f64) = f::grad(2.0, &x, 1);
    let (_, mut gradient): (f32, (Vector<3>, f64)) = f::value_and_grad(2.0, &x, 1);
    let _: f32 = f::value_and_grad_into(2.0, &x, 1, &mut gradient);
    let (_, pullback) = f::vjp(2.0, &x, 1);
    let (_, _): (Vector<3>, f64) = pullback(1.0);
    let mut place = 2.0;
    let ((), pullback) = changes::vjp(&mut place, &3.0);
    let mut place_bar = 2.0 * place;
    let _: f64 = pullback((), &mut place_bar);
    let _: Vector<3> = calls::grad(&x);
    let _ = f::FORMULAS;
}
