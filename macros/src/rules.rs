//! The rule table: one row a primitive. Everything that knows a primitive by name reads it here: the parser's
//! vocabulary, differentiation, the emitter, the formula printer, and the test that walks every row.
//!
//! `g` is the cotangent of the result and `y` the result; a row gives what each operand receives. Values at kinks are
//! the mean of the one-sided derivatives. Formulas: Abramowitz and Stegun, chapters 4 and 6; for structural rows,
//! Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation" (2008).

mod engine;
mod walk;

pub(crate) use engine::{Form, Kind, Row, Rule, Sym};
use std::f64::consts::{LN_2, LN_10, PI};
pub(crate) use walk::walk;

/// `[active] x` and so on: the kinds of operands in a row.
macro_rules! kind {
    (plain) => {
        Kind::Plain
    };
    (passive) => {
        Kind::Passive
    };
    () => {
        Kind::Active
    };
}

macro_rules! rule {
    (elementwise |$g:ident, $y:ident| ($($x:ident)*) [$($adjoint:expr),*]) => {
        Rule::Elementwise(rule!(@closure |$g, $y| ($($x)*) [$($adjoint),*]))
    };
    (structural |$g:ident, $y:ident| ($($x:ident)*) [$($adjoint:expr),*]) => {
        Rule::Structural(rule!(@closure |$g, $y| ($($x)*) [$($adjoint),*]))
    };
    (@closure |$g:ident, $y:ident| ($($x:ident)*) [$($adjoint:expr),*]) => {
        |$g, operands, $y| {
            #[allow(unused_variables)]
            let [$($x),*] = operands else { unreachable!("the parser checks the number of operands") };
            $(#[allow(unused_variables)] let $x = || $x.clone();)*
            #[allow(unused_variables)]
            let $g = || $g.clone();
            #[allow(unused_variables)]
            let $y = || $y.clone();
            vec![$(Sym::from($adjoint)),*]
        }
    };
}

macro_rules! rows {
    ($class:ident $form:ident |$g:ident, $y:ident| {
        $($name:literal ($($x:ident $(: $kind:ident)?),*) $([$notation:literal])?
            => [$($adjoint:expr),* $(,)?] $(, on $(($from:expr, $to:expr)),*)?;)*
    }) => {
        &[$(Row {
            name: $name,
            form: Form::$form,
            operands: &[$(kind!($($kind)?)),*],
            rule: rule!($class |$g, $y| ($($x)*) [$($adjoint),*]),
            domain: &[$($(($from, $to)),*)?],
            notation: concat!($($notation)?),
        }),*]
    };
}

macro_rules! flat {
    ($($name:literal ($($x:ident),*) because $reason:literal, on $(($from:expr, $to:expr)),*;)*) => {
        &[$(Row {
            name: $name,
            form: Form::Method,
            operands: &[$({ stringify!($x); Kind::Active }),*],
            rule: Rule::Flat($reason),
            domain: &[$(($from, $to)),*],
            notation: "",
        }),*]
    };
}

/// Functions of the runtime that only adjoints use.
macro_rules! adjoint_rows {
    ($elementwise:literal { $($name:literal ($($x:ident $(: $kind:ident)?),*) $([$notation:literal])?;)* }) => {
        &[$(Row {
            name: $name,
            form: Form::Function,
            operands: &[$({ stringify!($x); kind!($($kind)?) }),*],
            rule: Rule::Adjoint { elementwise: $elementwise },
            domain: &[],
            notation: concat!($($notation)?),
        }),*]
    };
}

/// `f(a, b)` for every function that an adjoint is written with.
macro_rules! calls {
    ($($method:ident)*) => {$(
        fn $method<const N: usize>(operands: [Sym; N]) -> Sym {
            Sym::apply(stringify!($method), operands)
        }
    )*};
}

calls! {
    sign gate max_share min_share clamp_share clamp_low_share clamp_high_share powi_slope powf_slope powf_log
    hypot_share copysign_slope trunc_div
    sin cos sinh cosh exp ln sqrt sigmoid div_euclid
    matmul_nt matmul_tn expand mean_pull max_pull min_pull norm_pull expand_cols softmax_pull
    log_softmax_pull reshape_like concat_pull_lhs concat_pull_rhs conv2d_pull_input conv2d_pull_kernel
    max_pool2d_pull avg_pool2d_pull gather_pull transpose
    matvec_pull_lhs matvec_pull_rhs dot_pull_lhs dot_pull_rhs
}

fn square(x: Sym) -> Sym {
    x.clone() * x
}

const INFIX: &[Row] = rows!(elementwise Infix |g, y| {
    "+"(a, b) => [g(), g()], on (-3.0, 3.0), (-3.0, 3.0);
    "-"(a, b) => [g(), -g()], on (-3.0, 3.0), (-3.0, 3.0);
    "*"(a, b) => [g() * b(), g() * a()], on (-3.0, 3.0), (-3.0, 3.0);
    "/"(a, b) => [g() / b(), -(g() / b() * y())], on (-3.0, 3.0), (0.5, 3.0);
    "%"(a, b) => [g(), -(g() * trunc_div([a(), b()]))], on (3.1, 3.9), (0.8, 0.95);
});

const PREFIX: &[Row] = rows!(elementwise Prefix |g, y| {
    "neg"(x) => [-g()], on (-3.0, 3.0);
});

const METHODS: &[Row] = rows!(elementwise Method |g, y| {
    "add"(a, b) ["{0} + {1}"] => [g(), g()], on (-3.0, 3.0), (-3.0, 3.0);
    "sub"(a, b) ["{0} − {1}"] => [g(), -g()], on (-3.0, 3.0), (-3.0, 3.0);
    "mul"(a, b) ["{0}·{1}"] => [g() * b(), g() * a()], on (-3.0, 3.0), (-3.0, 3.0);
    "div"(a, b) ["{0}/{1}"] => [g() / b(), -(g() / b() * y())], on (-3.0, 3.0), (0.5, 3.0);

    "powi"(x, n: plain) ["{0}^{1}"] => [g() * powi_slope([x(), n()]), Sym::Nothing], on (-2.0, 2.0);
    "powf"(a, b) ["{0}^{1}"] => [g() * powf_slope([a(), b()]), g() * powf_log([a(), b(), y()])],
        on (0.2, 3.0), (-2.0, 2.0);
    "sqrt"(x) ["√{0}"] => [g() * 0.5 / y()], on (0.2, 4.0);
    "cbrt"(x) ["∛{0}"] => [g() / (3.0 * square(y()))], on (0.2, 4.0);
    "recip"(x) ["1/{0}"] => [-(g() * y() * y())], on (0.3, 3.0);
    "hypot"(a, b) ["√({0}² + {1}²)"] => [g() * hypot_share([a(), y()]), g() * hypot_share([b(), y()])], on (-3.0, 3.0), (0.5, 3.0);

    "exp"(x) ["e^{0}"] => [g() * y()], on (-3.0, 3.0);
    "exp2"(x) ["2^{0}"] => [g() * y() * LN_2], on (-3.0, 3.0);
    "exp_m1"(x) ["e^{0} − 1"] => [g() * exp([x()])], on (-3.0, 3.0);
    "ln"(x) ["ln {0}"] => [g() / x()], on (0.2, 4.0);
    "log2"(x) ["log₂ {0}"] => [g() / (x() * LN_2)], on (0.2, 4.0);
    "log10"(x) ["log₁₀ {0}"] => [g() / (x() * LN_10)], on (0.2, 4.0);
    "ln_1p"(x) ["ln(1 + {0})"] => [g() / (1.0 + x())], on (-0.7, 4.0);
    "log"(x, base) ["ln {0}/ln {1}"] => [g() / (x() * ln([base()])), -(g() * y() / (base() * ln([base()])))],
        on (0.2, 4.0), (1.5, 4.0);

    "sin"(x) ["sin {0}"] => [g() * cos([x()])], on (-3.0, 3.0);
    "cos"(x) ["cos {0}"] => [-(g() * sin([x()]))], on (-3.0, 3.0);
    "tan"(x) ["tan {0}"] => [g() * (1.0 + square(y()))], on (-1.2, 1.2);
    "asin"(x) ["arcsin {0}"] => [g() / sqrt([(1.0 - x()) * (1.0 + x())])], on (-0.9, 0.9);
    "acos"(x) ["arccos {0}"] => [-(g() / sqrt([(1.0 - x()) * (1.0 + x())]))], on (-0.9, 0.9);
    "atan"(x) ["arctan {0}"] => [g() / (1.0 + square(x()))], on (-3.0, 3.0);
    "atan2"(a, b) => [g() * b() / (square(a()) + square(b())), -(g() * a() / (square(a()) + square(b())))],
        on (0.3, 3.0), (-3.0, 3.0);
    "sinh"(x) ["sinh {0}"] => [g() * cosh([x()])], on (-3.0, 3.0);
    "cosh"(x) ["cosh {0}"] => [g() * sinh([x()])], on (-3.0, 3.0);
    "tanh"(x) ["tanh {0}"] => [g() * (1.0 - square(y()))], on (-3.0, 3.0);
    "asinh"(x) ["arsinh {0}"] => [g() / sqrt([square(x()) + 1.0])], on (-3.0, 3.0);
    "acosh"(x) ["arcosh {0}"] => [g() / sqrt([(x() - 1.0) * (x() + 1.0)])], on (1.2, 4.0);
    "atanh"(x) ["artanh {0}"] => [g() / ((1.0 - x()) * (1.0 + x()))], on (-0.9, 0.9);

    "abs"(x) ["|{0}|"] => [g() * sign([x()])], on (0.1, 3.0);
    "copysign"(a, s) => [g() * copysign_slope([a(), s()]), Sym::Nothing], on (0.1, 3.0), (0.1, 3.0);
    "fract"(x) => [g()], on (0.1, 0.9);
    "rem_euclid"(a, b) ["{0} mod {1}"] => [g(), -(g() * div_euclid([a(), b()]))], on (3.1, 3.9), (0.8, 0.95);
    "mul_add"(x, a, b) ["{0}·{1} + {2}"] => [g() * a(), g() * x(), g()], on (-3.0, 3.0), (-3.0, 3.0), (-3.0, 3.0);
    "to_radians"(x) ["{0}·π/180"] => [g() * (PI / 180.0)], on (-90.0, 90.0);
    "to_degrees"(x) ["{0}·180/π"] => [g() * (180.0 / PI)], on (-3.0, 3.0);
    "max"(a, b) => [g() * max_share([a(), b()]), g() * max_share([b(), a()])], on (-1.0, 3.0), (-3.0, 0.5);
    "min"(a, b) => [g() * min_share([a(), b()]), g() * min_share([b(), a()])], on (-1.0, 3.0), (-3.0, 0.5);
    "clamp"(x, low, high) => [
        g() * clamp_share([x(), low(), high()]),
        g() * clamp_low_share([x(), low(), high()]),
        g() * clamp_high_share([x(), low(), high()]),
    ], on (-2.0, 2.0), (-1.0, -0.5), (0.5, 1.0);
});

/// Methods that `chainrule::Float` and tensors bring; generated code calls them as functions of the runtime.
const ACTIVATIONS: &[Row] = rows!(elementwise Function |g, y| {
    "relu"(x) => [gate([y(), g()])], on (-3.0, 3.0);
    "sigmoid"(x) ["σ({0})"] => [g() * y() * (1.0 - y())], on (-3.0, 3.0);
    "softplus"(x) => [g() * sigmoid([x()])], on (-3.0, 3.0);
});

const FLAT: &[Row] = flat! {
    "signum"(x) because "piecewise constant", on (0.1, 3.0);
    "floor"(x) because "piecewise constant", on (0.1, 0.9);
    "ceil"(x) because "piecewise constant", on (0.1, 0.9);
    "round"(x) because "piecewise constant", on (0.6, 1.4);
    "round_ties_even"(x) because "piecewise constant", on (0.6, 1.4);
    "trunc"(x) because "piecewise constant", on (0.1, 0.9);
    "div_euclid"(a, b) because "piecewise constant", on (3.1, 3.9), (0.8, 0.95);
};

const STRUCTURAL: &[Row] = rows!(structural Method |g, y| {
    "matmul"(a, b) ["{0}·{1}"] => [matmul_nt([g(), b()]), matmul_tn([a(), g()])];
    "matvec"(a, b) ["{0}·{1}"] => [matvec_pull_lhs([b(), g()]), matvec_pull_rhs([a(), g()])];
    "dot"(a, b) ["⟨{0}, {1}⟩"] => [dot_pull_lhs([b(), g()]), dot_pull_rhs([a(), g()])];
    "transpose"(x) ["{0}ᵀ"] => [transpose([g()])];
    "sum"(x) ["Σ {0}"] => [expand([g(), x()])];
    "mean"(x) ["mean {0}"] => [mean_pull([x(), g()])];
    "maximum"(x) ["max {0}"] => [max_pull([x(), y(), g()])];
    "minimum"(x) ["min {0}"] => [min_pull([x(), y(), g()])];
    "norm"(x) ["‖{0}‖"] => [norm_pull([x(), y(), g()])];
    "sum_rows"(x) ["Σ_rows {0}"] => [expand([g(), x()])];
    "sum_cols"(x) ["Σ_cols {0}"] => [expand_cols([x(), g()])];
    "softmax"(x) => [softmax_pull([y(), g()])];
    "log_softmax"(x) => [log_softmax_pull([y(), g()])];
    "reshape"(x, dims: plain) ["reshape({0})"] => [reshape_like([g(), x()]), Sym::Nothing];
    "into_dyn"(x) ["{0}"] => [reshape_like([g(), x()])];
    "fixed"(x) ["{0}"] => [reshape_like([g(), x()])];
    "concat"(a, b, axis: plain) => [concat_pull_lhs([a(), g(), axis()]), concat_pull_rhs([b(), g(), axis()]), Sym::Nothing];
    "conv2d"(x, k, stride: plain, padding: plain) ["{0} ∗ {1}"] => [
        conv2d_pull_input([x(), k(), g(), stride(), padding()]),
        conv2d_pull_kernel([x(), k(), g(), stride(), padding()]),
        Sym::Nothing,
        Sym::Nothing,
    ];
    "max_pool2d"(x, size: plain, stride: plain) => [max_pool2d_pull([x(), y(), g(), size(), stride()]), Sym::Nothing, Sym::Nothing];
    "avg_pool2d"(x, size: plain, stride: plain) => [avg_pool2d_pull([x(), g(), size(), stride()]), Sym::Nothing, Sym::Nothing];
    "gather"(x, indices: plain) => [gather_pull([x(), g(), indices()]), Sym::Nothing];
});

const ELEMENTWISE_ADJOINTS: &[Row] = adjoint_rows!(true {
    "sign"(x) ["sign {0}"];
    "gate"(y, g) ["[{0} > 0]·{1}"];
    "max_share"(a, b) ["[{0} > {1}]"];
    "min_share"(a, b) ["[{0} < {1}]"];
    "clamp_share"(x, low, high) ["[{1} < {0} < {2}]"];
    "clamp_low_share"(x, low, high) ["[{0} < {1}]"];
    "clamp_high_share"(x, low, high) ["[{0} > {2}]"];
    "powi_slope"(x, n: plain) ["{1}·{0}^({1} − 1)"];
    "powf_slope"(a, b) ["{1}·{0}^({1} − 1)"];
    "powf_log"(a, b, y) ["{2}·ln {0}"];
    "hypot_share"(a, y) ["{0}/{1}"];
    "copysign_slope"(a, s) ["sign {0}·sign {1}"];
    "trunc_div"(a, b) ["trunc({0}/{1})"];
});

const STRUCTURAL_ADJOINTS: &[Row] = adjoint_rows!(false {
    "matmul_nt"(g, b) ["{0}·{1}ᵀ"];
    "matmul_tn"(a, g) ["{0}ᵀ·{1}"];
    "matvec_pull_lhs"(b, g) ["{1}·{0}ᵀ"];
    "matvec_pull_rhs"(a, g) ["{0}ᵀ·{1}"];
    "dot_pull_lhs"(b, g) ["{1} ⊙ {0}"];
    "dot_pull_rhs"(a, g) ["{1} ⊙ {0}"];
    "expand"(g, x: passive) ["{0}"];
    "expand_cols"(x: passive, g) ["{1}·1ᵀ"];
    "mean_pull"(x: passive, g) ["{1}/size({0})"];
    "max_pull"(x, y, g) ["[{0} = {1}] ⊙ {2}"];
    "min_pull"(x, y, g) ["[{0} = {1}] ⊙ {2}"];
    "norm_pull"(x, y, g) ["{2} ⊙ {0}/{1}"];
    "softmax_pull"(y, g) ["{0} ⊙ ({1} − Σ_cols({1} ⊙ {0}))"];
    "log_softmax_pull"(y, g) ["{1} − e^{0} ⊙ Σ_cols {1}"];
    "reshape_like"(g, x: passive) ["{0}"];
    "concat_pull_lhs"(a: passive, g, axis: plain) ["part({1}, {0})"];
    "concat_pull_rhs"(b: passive, g, axis: plain) ["part({1}, {0})"];
    "conv2d_pull_input"(x: passive, k, g, stride: plain, padding: plain) ["conv_transpose({2}, {1})"];
    "conv2d_pull_kernel"(x, k: passive, g, stride: plain, padding: plain) ["{0} ∗ {2}"];
    "max_pool2d_pull"(x, y, g, size: plain, stride: plain) ["max_unpool({2})"];
    "avg_pool2d_pull"(x: passive, g, size: plain, stride: plain) ["avg_unpool({1})"];
    "gather_pull"(x: passive, g, indices: plain) ["scatter({1}, {2})"];
});

const TABLE: [&[Row]; 8] = [
    INFIX,
    PREFIX,
    METHODS,
    ACTIVATIONS,
    FLAT,
    STRUCTURAL,
    ELEMENTWISE_ADJOINTS,
    STRUCTURAL_ADJOINTS,
];

pub(crate) fn all() -> impl Iterator<Item = &'static Row> {
    TABLE.into_iter().flatten()
}

/// The row of a name that stands in an adjoint, or of an operator.
pub(crate) fn row(name: &str) -> &'static Row {
    all()
        .find(|row| row.name == name)
        .unwrap_or_else(|| panic!("no row is called `{name}`"))
}

/// The row of a method that a user writes with so many operands, the receiver counted.
pub(crate) fn method(name: &str, operands: usize) -> Option<&'static Row> {
    let name = match (name, operands) {
        ("max", 1) => "maximum",
        ("min", 1) => "minimum",
        _ => name,
    };
    vocabulary().find(|row| row.name == name && row.operands.len() == operands)
}

/// Every row that users reach by a method or path.
pub(crate) fn vocabulary() -> impl Iterator<Item = &'static Row> {
    [METHODS, ACTIVATIONS, FLAT, STRUCTURAL, PREFIX]
        .into_iter()
        .flatten()
}

/// Methods of floats and tensors that return no float, and so carry no derivative.
pub(crate) const PREDICATES: &[&str] = &[
    "is_nan",
    "is_finite",
    "is_infinite",
    "is_normal",
    "is_subnormal",
    "is_sign_positive",
    "is_sign_negative",
    "is_some",
    "is_none",
    "is_empty",
    "len",
    "dims",
    "rows",
    "cols",
    "total_cmp",
    "partial_cmp",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
];
