//! The gradient of a Gaussian mixture, written by hand: one pass over the points, which keeps what one point needs.

use chainrule::Rng;

pub struct Problem {
    pub d: usize,
    pub alpha: Vec<f64>,
    pub mu: Vec<f64>,
    pub icf: Vec<f64>,
    pub x: Vec<f64>,
    pub gamma: f64,
    pub extra_freedom: i32,
}

impl Problem {
    pub fn random(d: usize, components: usize, points: usize) -> Self {
        let mut rng = Rng::seed(31);
        let mut numbers = |count| (0..count).map(|_| 2.0 * rng.uniform() - 1.0).collect();
        Problem {
            d,
            alpha: numbers(components),
            mu: numbers(components * d),
            icf: numbers(components * d * (d + 1) / 2),
            x: numbers(points * d),
            gamma: 1.0,
            extra_freedom: 0,
        }
    }
}

/// The gradient, and room for what one point needs.
pub struct ByHand {
    pub alpha: Vec<f64>,
    pub mu: Vec<f64>,
    pub icf: Vec<f64>,
    diagonal: Vec<f64>,
    log_determinant: Vec<f64>,
    terms: Vec<f64>,
    centered: Vec<f64>,
    scaled: Vec<f64>,
}

impl ByHand {
    pub fn new(problem: &Problem) -> Self {
        let (components, size) = (problem.alpha.len(), problem.mu.len());
        ByHand {
            alpha: vec![0.0; components],
            mu: vec![0.0; size],
            icf: vec![0.0; problem.icf.len()],
            diagonal: vec![0.0; size],
            log_determinant: vec![0.0; components],
            terms: vec![0.0; components],
            centered: vec![0.0; size],
            scaled: vec![0.0; size],
        }
    }

    /// The value less the constant of the prior.
    pub fn value_and_grad(&mut self, problem: &Problem) -> f64 {
        let Problem {
            d,
            alpha,
            mu,
            icf,
            x,
            gamma,
            extra_freedom,
        } = problem;
        let (d, gamma2, freedom) = (*d, gamma * gamma, f64::from(*extra_freedom));
        let row = d * (d + 1) / 2;
        let points = x.len() / d;
        for (k, icf) in icf.chunks_exact(row).enumerate() {
            self.log_determinant[k] = icf[..d].iter().sum();
            for (diagonal, q) in self.diagonal[k * d..].iter_mut().zip(&icf[..d]) {
                *diagonal = q.exp();
            }
        }
        for gradient in [&mut self.alpha, &mut self.mu, &mut self.icf] {
            gradient.fill(0.0);
        }

        let mut total = 0.0;
        for x in x.chunks_exact(d) {
            let blocks = self
                .centered
                .chunks_exact_mut(d)
                .zip(self.scaled.chunks_exact_mut(d));
            for (k, (z, y)) in blocks.enumerate() {
                let (mu, diagonal) = (&mu[k * d..][..d], &self.diagonal[k * d..][..d]);
                for i in 0..d {
                    z[i] = x[i] - mu[i];
                    y[i] = diagonal[i] * z[i];
                }
                let mut below = &icf[k * row + d..(k + 1) * row];
                for i in 0..d {
                    let (column, rest) = below.split_at(d - 1 - i);
                    below = rest;
                    let z = z[i];
                    for (y, l) in y[i + 1..].iter_mut().zip(column) {
                        *y += l * z;
                    }
                }
                let squares: f64 = y.iter().map(|y| y * y).sum();
                self.terms[k] = alpha[k] + self.log_determinant[k] - 0.5 * squares;
            }
            total += softmax_and_log_sum(&mut self.terms);
            for (k, &r) in self.terms.iter().enumerate() {
                let (z, y) = (&self.centered[k * d..][..d], &self.scaled[k * d..][..d]);
                let diagonal = &self.diagonal[k * d..][..d];
                let mu_bar = &mut self.mu[k * d..][..d];
                let (q_bar, mut below_bar) = self.icf[k * row..(k + 1) * row].split_at_mut(d);
                let mut below = &icf[k * row + d..(k + 1) * row];
                self.alpha[k] += r;
                for i in 0..d {
                    let (column, rest) = below.split_at(d - 1 - i);
                    let (column_bar, rest_bar) = below_bar.split_at_mut(d - 1 - i);
                    (below, below_bar) = (rest, rest_bar);
                    let weighted = r * z[i];
                    let mut back = diagonal[i] * y[i];
                    for ((y, l), l_bar) in y[i + 1..].iter().zip(column).zip(column_bar) {
                        back += l * y;
                        *l_bar -= weighted * y;
                    }
                    mu_bar[i] += r * back;
                    q_bar[i] += r - diagonal[i] * weighted * y[i];
                }
            }
        }

        self.terms.copy_from_slice(alpha);
        let mut value = total - points as f64 * softmax_and_log_sum(&mut self.terms);
        value -= 0.5 * (points * d) as f64 * (2.0 * std::f64::consts::PI).ln();
        for (bar, r) in self.alpha.iter_mut().zip(&self.terms) {
            *bar -= points as f64 * r;
        }
        for (k, (icf, bar)) in icf
            .chunks_exact(row)
            .zip(self.icf.chunks_exact_mut(row))
            .enumerate()
        {
            let mut squares = 0.0;
            for (bar, diagonal) in bar[..d].iter_mut().zip(&self.diagonal[k * d..]) {
                squares += diagonal * diagonal;
                *bar += gamma2 * diagonal * diagonal - freedom;
            }
            for (bar, l) in bar[d..].iter_mut().zip(&icf[d..]) {
                squares += l * l;
                *bar += gamma2 * l;
            }
            value += 0.5 * gamma2 * squares - freedom * self.log_determinant[k];
        }
        value
    }
}

/// The logarithm of the sum of the exponentials; leaves their shares of it.
fn softmax_and_log_sum(terms: &mut [f64]) -> f64 {
    let largest = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for term in terms.iter_mut() {
        *term = (*term - largest).exp();
        sum += *term;
    }
    terms.iter_mut().for_each(|term| *term /= sum);
    largest + sum.ln()
}
