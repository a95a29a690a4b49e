//! `insert`, `remove` and `swap_remove` of lists.

use chainrule::prelude::*;
use chainrule_tests::check_grad;

#[differentiate]
fn queue(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    let first = v.remove(0);
    v.insert(1, first * k);
    v.insert(0, k);
    v.insert(v.len(), k * k);
    let at = v.len() / 2;
    let mid = v.swap_remove(at);
    v.remove(1);
    let mut s = mid;
    while v.len() > 1 {
        s = s * 0.7 + v.remove(v.len() % 2) * v[0];
    }
    s * v[0]
}

#[differentiate]
fn of_lists(x: &Vec<Vec<f64>>, k: f64) -> f64 {
    let mut v = x.clone();
    v.insert(1, vec![k, 2.0, k * k]);
    let r = v.remove(0);
    let mut s = 0.0;
    for (i, row) in v.iter().enumerate() {
        for a in row {
            s += a * i as f64;
        }
    }
    s + r[0] * v[0][2]
}

#[derive(Clone, Debug, Differentiable)]
struct Shelf {
    items: Vec<f64>,
}

#[differentiate]
fn of_a_field(shelf: &Shelf, k: f64) -> f64 {
    let mut shelf = shelf.clone();
    shelf.items.insert(0, k);
    let a = shelf.items.remove(1);
    a * shelf.items[0] * shelf.items[1]
}

#[differentiate]
fn first_of(list: &mut Vec<f64>, k: f64) -> f64 {
    list.insert(1, k);
    list.remove(0) * list[0]
}

#[differentiate]
fn lent(x: &[f64], k: f64) -> f64 {
    let mut list = x.to_vec();
    let mut sum = 0.0;
    for _ in 0..3 {
        sum += first_of(&mut list, k * sum + k);
    }
    sum * list[list.len() - 1]
}

#[test]
fn elements_in_between() {
    let x = vec![0.7, 1.3, 0.4, 5.0];
    let k = 0.9;
    check_grad!([x, k] queue(x, *k));
    check_grad!([x, k] lent(x, *k));
    let rows = vec![vec![0.7, 1.3], vec![0.4]];
    check_grad!([rows, k] of_lists(rows, *k));
    let shelf = Shelf { items: x.clone() };
    check_grad!([shelf, k] of_a_field(shelf, *k));
}

#[test]
#[should_panic(expected = "insertion index (is 1) should be <= len (is 0)")]
fn no_place_to_insert_at() {
    first_of::grad(&mut Vec::new(), 1.0);
}

#[test]
#[should_panic(expected = "removal index (is 0) should be < len (is 0)")]
fn nothing_to_remove() {
    queue::grad(&[], 1.0);
}
