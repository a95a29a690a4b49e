//! The derivation of a function's derivative as text, the way textbooks write backpropagation: what each value is, then
//! the adjoint of each, from the result back to the parameters.
//!
//! ```text
//! y = w·x + b
//! L = (y − t)²
//!
//! ∂L/∂y = 2·(y − t)
//! ∂L/∂w = ∂L/∂y · x = 2·(y − t)·x
//! ∂L/∂b = ∂L/∂y = 2·(y − t)
//! ```
//!
//! It is printed from the same IR that the generated code is emitted from, in the user's own names: `w1` is w₁, a value
//! that the user gave no name is z. Everything stands for exact arithmetic; the order of operations is that of a reader.
//! A gradient is written twice where that is short: in terms of the adjoints above it, and with these written out.
//!
//! - The result of a scalar function is L, or what the user calls it; f, where the function is called `f`.
//! - Where the result is not a scalar, L is any scalar that depends on it, and the adjoints of the results y are given:
//!   ∂L/∂y is the cotangent that `vjp` takes. (The other notation of the field, ȳ for ∂L/∂y, cannot be set in plain text
//!   over names of more than one letter.)
//! - `·` is the product, of matrices too; ⊙ is the product element by element, where factors may be tensors. Σ_batch sums
//!   over the axes along which an operand was broadcast. Types the macro cannot see (fields of structs) are taken for
//!   tensors only where there are tensors in sight.
//! - `[x > 0]` is 1 where the condition holds and 0 elsewhere, even if what it is multiplied with is not defined there. What
//!   is the derivative exactly at the kink of `max` and the like is not said.
//! - ∂g/∂a is the partial derivative of a nested call g(a, b) with respect to its argument a; ∂z/∂a, where g is called
//!   more than once and this call is z; ∂₁g, where both arguments are a.
//! - In a loop, s⁺ is what s holds after it was assigned, and Σᵢ sums over the iterations. Elements of lists are assigned
//!   by ←.

mod algebra;
mod backward;
mod cells;
mod changes;
mod choose;
mod contributions;
mod expand;
mod expr;
mod facts;
mod forward;
mod letters;
mod lines;
mod names;
mod notation;
mod numbers;
mod print;
mod rank;
mod sheet;
mod snippet;
mod spelling;
mod write;

use crate::differentiate::Derivative;
use crate::parse::signature::Signature;
use lines::Line;

/// The forward definitions, a blank line, and the adjoints.
pub(crate) fn formulas(signature: &Signature, derivative: &Derivative) -> String {
    let facts = facts::Facts::of(signature, derivative);
    let names = names::Names::choose(&facts);
    let cells = cells::Cells::of(&facts);
    let sheet = sheet::Sheet::new(&facts, &names, &cells);
    let mut lines = sheet.forward(&derivative.forward, 0);
    for output in names.outputs.iter().filter(|output| output.is_alias) {
        lines.push(sheet.define(&output.text, &sheet.written.refer(output.value)));
    }
    lines.push(Line::Text(String::new()));
    lines.extend(backward::Backward::new(&sheet).lines());
    lines::layout(&lines)
}
