use chainrule::prelude::*;

#[differentiate]
fn f(x: f64) -> f64 {
    let a = |y: f64| y * x;
    let b = |y: f64| a(y) + a(-y);
    let c = |y: f64| b(y) + b(-y);
    let d = |y: f64| c(y) + c(-y);
    let e = |y: f64| d(y) + d(-y);
    let f = |y: f64| e(y) + e(-y);
    let g = |y: f64| f(y) + f(-y);
    let h = |y: f64| g(y) + g(-y);
    let i = |y: f64| h(y) + h(-y);
    let j = |y: f64| i(y) + i(-y);
    j(x)
}

fn main() {
    f::grad(1.0);
}
