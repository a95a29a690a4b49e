use chainrule::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;

#[differentiate]
fn counted(x: f64) -> f64 {
    let seen = RefCell::new(x);
    let shared = Rc::new(x * 2.0);
    let cell = std::cell::Cell::new(x);
    cell.set(3.0);
    *seen.borrow() + *shared + cell.get()
}

fn main() {
    counted::grad(1.0);
}
