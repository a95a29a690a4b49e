//! Fields whose types the macro cannot see: integers among them, and floats of any kind.

use chainrule::gradcheck;
use chainrule::prelude::*;
use chainrule_tests::assert_near;

#[derive(Clone, Debug, Differentiable)]
struct Grid {
    cells: Vec<f64>,
    rows: usize,
    cols: usize,
    power: u32,
    dx: f64,
}

#[differentiate]
impl Grid {
    fn at(&self, r: usize, c: usize) -> f64 {
        self.cells[r * self.cols + c]
    }

    fn roughness(&self) -> f64 {
        let mut sum = 0.0;
        for r in 1..self.rows - 1 {
            for c in 1..self.cols - 1 {
                let i = r * self.cols + c;
                let across = self.cells[i - 1] + self.cells[i + 1];
                let laplacian =
                    self.at(r - 1, c) + self.at(r + 1, c) + across - 4.0 * self.cells[i];
                sum += laplacian.powi(self.power as i32) / self.dx;
            }
        }
        let n: usize = self.rows * self.cols;
        sum / n as f64 / self.rows as f64
    }
}

#[test]
fn integers_among_them() {
    let grid = |cells: &[f64], dx| Grid {
        cells: cells.to_vec(),
        rows: 3,
        cols: 4,
        power: 2,
        dx,
    };
    let cells: Vec<f64> = (0..12).map(|i| (f64::from(i) * 1.3).sin()).collect();
    let d = grid(&cells, 0.5).roughness_grad();
    let step = 1e-5;
    for k in 0..12 {
        let moved = |step| {
            let mut cells = cells.clone();
            cells[k] += step;
            grid(&cells, 0.5).roughness()
        };
        let expected = (moved(step) - moved(-step)) / (2.0 * step);
        assert_near(&d.cells[k], &expected, 1e-8);
    }
    let moved = |step| grid(&cells, 0.5 + step).roughness();
    assert_near(&d.dx, &((moved(step) - moved(-step)) / (2.0 * step)), 1e-8);
}

#[derive(Clone, Debug, Differentiable)]
enum Activation {
    Tanh,
    Leaky(f32),
}

#[derive(Clone, Debug, Differentiable)]
struct Cell {
    w: Matrix<3, 3>,
    u: Matrix<3, 3>,
    activation: Activation,
}

#[differentiate]
impl Cell {
    fn next(&self, h: &Vector<3>, x: &Vector<3>) -> Vector<3> {
        let z = (self.w.matvec(x) + self.u.matvec(h)).sigmoid();
        let candidate = match &self.activation {
            Activation::Tanh => (x + h).tanh(),
            Activation::Leaky(slope) => (x + h).relu() - (-(x + h)).relu() * *slope,
        };
        &z * h + (1.0 - &z) * candidate
    }

    fn total(&self, start: &Vector<3>, xs: &[Vector<3>]) -> f32 {
        let mut h = start.clone();
        let mut outputs = Vec::new();
        for x in xs {
            h = self.next(&h, x);
            outputs.push(h.clone());
        }
        let mut sum = 0.0;
        for output in &outputs {
            sum += output.sum();
        }
        sum
    }
}

#[test]
fn a_sum_of_tensors_without_a_type() {
    let mut rng = Rng::seed(3);
    let normal = Init::Normal {
        mean: 0.0,
        deviation: 0.7,
    };
    let mut vector = || Vector::<3>::random([3], normal, &mut rng);
    let (start, xs) = (vector(), vec![vector(), vector(), vector()]);
    for activation in [Activation::Tanh, Activation::Leaky(0.3)] {
        let [w, u] = [0, 1].map(|_| Matrix::random([3, 3], Init::Xavier, &mut rng));
        let cell = Cell { w, u, activation };
        let (d_cell, d_start, d_xs) = cell.total_grad(&start, &xs);
        gradcheck(|cell: &Cell| cell.total(&start, &xs), &cell, &d_cell).unwrap();
        gradcheck(|start| cell.total(start, &xs), &start, &d_start).unwrap();
        gradcheck(|xs: &Vec<Vector<3>>| cell.total(&start, xs), &xs, &d_xs).unwrap();
    }
}
