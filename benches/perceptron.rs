//! A training step of a perceptron with two hidden layers, derived and written by hand: every buffer is made once, bias and
//! rectifier run in place in one pass, products write straight into the gradient.

use crate::kernel::{Kernel, View};

/// Weights and biases of three layers, or their gradient.
pub struct Layers(pub [(Vec<f32>, Vec<f32>); 3]);

impl Layers {
    #[must_use]
    pub fn zeros(sizes: [usize; 4]) -> Self {
        Layers(std::array::from_fn(|layer| {
            let (inputs, outputs) = (sizes[layer], sizes[layer + 1]);
            (vec![0.0; inputs * outputs], vec![0.0; outputs])
        }))
    }

    fn leaves(&self) -> impl Iterator<Item = &Vec<f32>> {
        self.0.iter().flat_map(|(w, b)| [w, b])
    }

    fn leaves_mut(&mut self) -> impl Iterator<Item = &mut Vec<f32>> {
        self.0.iter_mut().flat_map(|(w, b)| [w, b])
    }
}

/// The buffers of a forward and a backward sweep.
pub struct Sweeps {
    sizes: [usize; 4],
    kernel: Kernel,
    h1: Vec<f32>,
    h2: Vec<f32>,
    z3: Vec<f32>,
    d2: Vec<f32>,
    d1: Vec<f32>,
}

impl Sweeps {
    #[must_use]
    pub fn new(sizes: [usize; 4], batch: usize, kernel: Kernel) -> Self {
        let [_, h1, h2, out] = sizes.map(|size| vec![0.0; batch * size]);
        Sweeps {
            sizes,
            kernel,
            d1: h1.clone(),
            d2: h2.clone(),
            h1,
            h2,
            z3: out,
        }
    }

    /// The mean softmax cross entropy; overwrites the gradient.
    pub fn value_and_grad(
        &mut self,
        net: &Layers,
        x: &[f32],
        labels: &[usize],
        g: &mut Layers,
    ) -> f32 {
        let ([inputs, n1, n2, classes], multiply) = (self.sizes, self.kernel);
        let [(w1, b1), (w2, b2), (w3, b3)] = &net.0;
        let [(dw1, db1), (dw2, db2), (dw3, db3)] = &mut g.0;
        let (h1, h2, z3, d2, d1) = (
            &mut self.h1,
            &mut self.h2,
            &mut self.z3,
            &mut self.d2,
            &mut self.d1,
        );

        multiply(h1, View::new(x, inputs), View::new(w1, n1));
        add_bias(h1, b1, |z| z.max(0.0));
        multiply(h2, View::new(h1, n1), View::new(w2, n2));
        add_bias(h2, b2, |z| z.max(0.0));
        multiply(z3, View::new(h2, n2), View::new(w3, classes));
        add_bias(z3, b3, |z| z);

        let scale = 1.0 / labels.len() as f32;
        let mut value = 0.0;
        for (z, &label) in z3.chunks_exact_mut(classes).zip(labels) {
            let largest = z.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let at_label = z[label] - largest;
            let mut sum = 0.0;
            for z in z.iter_mut() {
                *z = (*z - largest).exp();
                sum += *z;
            }
            value += sum.ln() - at_label;
            z.iter_mut().for_each(|z| *z *= scale / sum);
            z[label] -= scale;
        }

        let d3 = &z3[..];
        multiply(dw3, View::new(h2, n2).t(), View::new(d3, classes));
        sum_rows(db3, d3);
        multiply(d2, View::new(d3, classes), View::new(w3, classes).t());
        mask(d2, h2, db2);
        multiply(dw2, View::new(h1, n1).t(), View::new(d2, n2));
        multiply(d1, View::new(d2, n2), View::new(w2, n2).t());
        mask(d1, h1, db1);
        multiply(dw1, View::new(x, inputs).t(), View::new(d1, n1));
        value * scale
    }
}

fn add_bias(z: &mut [f32], bias: &[f32], f: impl Fn(f32) -> f32) {
    for row in z.chunks_exact_mut(bias.len()) {
        row.iter_mut().zip(bias).for_each(|(z, b)| *z = f(*z + b));
    }
}

fn sum_rows(sum: &mut [f32], rows: &[f32]) {
    sum.fill(0.0);
    for row in rows.chunks_exact(sum.len()) {
        sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
}

/// Where the rectifier is off the cotangent is 0; the gradient of the bias in the same pass.
fn mask(d: &mut [f32], h: &[f32], bias: &mut [f32]) {
    bias.fill(0.0);
    let n = bias.len();
    for (d, h) in d.chunks_exact_mut(n).zip(h.chunks_exact(n)) {
        for ((d, &h), bias) in d.iter_mut().zip(h).zip(bias.iter_mut()) {
            *d = if h > 0.0 { *d } else { 0.0 };
            *bias += *d;
        }
    }
}

/// Adam over slices.
pub struct Adam {
    rate: f32,
    steps: i32,
    m: Layers,
    v: Layers,
}

impl Adam {
    #[must_use]
    pub fn new(rate: f32, sizes: [usize; 4]) -> Self {
        Adam {
            rate,
            steps: 0,
            m: Layers::zeros(sizes),
            v: Layers::zeros(sizes),
        }
    }

    pub fn step(&mut self, net: &mut Layers, g: &Layers) {
        const BETAS: [f32; 2] = [0.9, 0.999];
        self.steps += 1;
        let [one, two] = BETAS.map(|beta| 1.0 - beta.powi(self.steps));
        let (rate, root) = (self.rate / one, two.sqrt().recip());
        let moments = self.m.leaves_mut().zip(self.v.leaves_mut());
        for ((p, g), (m, v)) in net.leaves_mut().zip(g.leaves()).zip(moments) {
            for ((p, &g), (m, v)) in p.iter_mut().zip(g).zip(m.iter_mut().zip(v)) {
                *m = BETAS[0] * *m + (1.0 - BETAS[0]) * g;
                *v = BETAS[1] * *v + (1.0 - BETAS[1]) * g * g;
                *p -= rate * *m / (v.sqrt() * root + 1e-8);
            }
        }
    }
}
