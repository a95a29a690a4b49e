//! Layers and networks: matrix products, broadcasting, losses.

use chainrule::prelude::*;

#[derive(Clone, Differentiable)]
struct Mlp {
    w1: Matrix<3, 4>,
    b1: Vector<4>,
    w2: Matrix<4, 2>,
    b2: Vector<2>,
}

#[differentiate(wrt(net))]
fn loss(net: &Mlp, x: &Matrix<DYN, 3>, labels: &[usize]) -> f32 {
    let h = (x.matmul(&net.w1) + &net.b1).relu();
    let logits = h.matmul(&net.w2) + &net.b2;
    softmax_cross_entropy(&logits, labels)
}

#[test]
fn two_layers_with_softmax_cross_entropy() {
    assert_eq!(
        loss::FORMULAS,
        "\
z = x·net.w₁ + net.b₁
h = relu(z)
logits = h·net.w₂ + net.b₂
L = softmax_cross_entropy(logits, labels)

∂L/∂logits = ∂softmax_cross_entropy/∂logits
∂L/∂h = ∂L/∂logits · net.w₂ᵀ
∂L/∂z = ∂L/∂h ⊙ [h > 0]
∂L/∂net.w₁ = xᵀ·∂L/∂z
∂L/∂net.b₁ = Σ_batch ∂L/∂z
∂L/∂net.w₂ = hᵀ·∂L/∂logits = hᵀ·∂softmax_cross_entropy/∂logits
∂L/∂net.b₂ = Σ_batch ∂L/∂logits = Σ_batch(∂softmax_cross_entropy/∂logits)"
    );
}

#[differentiate(wrt(w1, b1, w2, b2))]
fn regression(
    w1: &Matrix<2, 4>,
    b1: &Vector<4>,
    w2: &Matrix<4, 1>,
    b2: &Vector<1>,
    x: &Matrix<DYN, 2>,
    t: &Matrix<DYN, 1>,
) -> f32 {
    let h = (x.matmul(w1) + b1).tanh();
    let e = h.matmul(w2) + b2 - t;
    (&e * &e).mean()
}

#[test]
fn two_layers_with_a_squared_error() {
    assert_eq!(
        regression::FORMULAS,
        "\
z = x·w₁ + b₁
h = tanh z
e = h·w₂ + b₂ − t
L = mean(e²)

∂L/∂e = 2·e/size(e)
∂L/∂h = ∂L/∂e · w₂ᵀ
∂L/∂z = ∂L/∂h ⊙ (1 − h²)
∂L/∂w₁ = xᵀ·∂L/∂z
∂L/∂b₁ = Σ_batch ∂L/∂z
∂L/∂w₂ = hᵀ·∂L/∂e = hᵀ·(2·e/size(e))
∂L/∂b₂ = Σ_batch ∂L/∂e = Σ_batch(2·e/size(e))"
    );
}

#[differentiate]
fn layer(x: &Matrix<DYN, 3>, w: &Matrix<3, 4>, b: &Vector<4>) -> Matrix<DYN, 4> {
    (x.matmul(w) + b).tanh()
}

#[test]
fn a_layer_starts_from_the_adjoint_of_its_output() {
    assert_eq!(
        layer::FORMULAS,
        "\
z = x·w + b
y = tanh z

given ∂L/∂y
∂L/∂z = ∂L/∂y ⊙ (1 − y²)
∂L/∂x = ∂L/∂z · wᵀ = (∂L/∂y ⊙ (1 − y²))·wᵀ
∂L/∂w = xᵀ·∂L/∂z = xᵀ·(∂L/∂y ⊙ (1 − y²))
∂L/∂b = Σ_batch ∂L/∂z = Σ_batch(∂L/∂y ⊙ (1 − y²))"
    );
}

#[derive(Clone, Differentiable)]
struct Dense {
    w: Matrix<3, 2>,
    b: Vector<2>,
}

#[differentiate]
impl Dense {
    fn forward(&self, x: &Matrix<DYN, 3>) -> Matrix<DYN, 2> {
        x.matmul(&self.w) + &self.b
    }
}

#[test]
fn a_method_speaks_of_self() {
    assert_eq!(
        Dense::FORWARD_FORMULAS,
        "\
y = x·self.w + self.b

given ∂L/∂y
∂L/∂self.w = xᵀ·∂L/∂y
∂L/∂self.b = Σ_batch ∂L/∂y
∂L/∂x = ∂L/∂y · self.wᵀ"
    );
}

#[differentiate]
fn attention(q: &Matrix<DYN, 4>, k: &Matrix<DYN, 4>, v: &Matrix<DYN, 4>) -> Matrix<DYN, 4> {
    let scores = q.matmul(&k.transpose()) / 2.0;
    let weights = scores.softmax();
    weights.matmul(v)
}

#[test]
fn attention_of_one_head() {
    assert_eq!(
        attention::FORMULAS,
        "\
z = q·kᵀ
scores = z/2
weights = softmax(scores)
y = weights·v

given ∂L/∂y
∂L/∂weights = ∂L/∂y · vᵀ
∂L/∂scores = weights ⊙ (∂L/∂weights − Σ_cols(∂L/∂weights ⊙ weights))
∂L/∂z = ∂L/∂scores / 2
∂L/∂q = ∂L/∂z · k
∂L/∂k = (∂L/∂z)ᵀ·q
∂L/∂v = weightsᵀ·∂L/∂y"
    );
}

#[differentiate(wrt(x, gain))]
fn normalised(x: &Vector<8>, gain: &Vector<8>) -> Vector<8> {
    let centred = x - x.mean();
    let std = ((&centred * &centred).mean() + 1e-5).sqrt();
    centred / std * gain
}

#[test]
fn scalars_that_meet_every_element() {
    assert_eq!(
        normalised::FORMULAS,
        "\
centred = x − mean x
std = √(mean(centred²) + 1e-5)
z = centred/std
y = z ⊙ gain

given ∂L/∂y
∂L/∂z = ∂L/∂y ⊙ gain
∂L/∂std = −Σ(∂L/∂z ⊙ z/std)
∂L/∂centred = ∂L/∂std · centred/(std·size(centred)) + ∂L/∂z / std
∂L/∂x = ∂L/∂centred − Σ(∂L/∂centred)/size(x)
∂L/∂gain = ∂L/∂y ⊙ z"
    );
}
