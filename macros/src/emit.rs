//! From the planned derivative to Rust. The only stage that quotes.

mod accesses;
mod anew;
mod call;
mod check;
mod code;
mod direct;
mod docs;
mod fallback;
mod frame;
mod fused;
mod gradient;
mod lifetimes;
mod loops;
mod mirrored;
mod names;
mod pair;
mod passes;
mod row;
mod snippet;
mod statement;
mod traits;
mod twin;
mod value;
mod variant;
mod vjp;
mod windows;

use crate::differentiate::Derivative;
use crate::ir::{FloatTy, Ty, Value};
use crate::parse::signature::Signature;
use crate::plan::Plan;
use names::Names;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;

pub(crate) use fallback::fallback;
pub(crate) use traits::of_trait;
pub(crate) use twin::twin;

/// One sweep that is planned, and how its parameters' adjoints are reached.
pub(crate) struct Planned {
    pub(crate) derivative: Derivative,
    pub(crate) plan: Plan,
}

/// What an adjoint variable is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Target {
    /// A variable of the sweep.
    Local,
    /// A `&mut` to the gradient.
    Reference,
    /// An `Option<&mut _>`: a slot of the pull part.
    Option,
}

struct Emitter<'a> {
    signature: &'a Signature,
    derivative: &'a Derivative,
    plan: &'a Plan,
    names: &'a Names,
    rt: TokenStream,
    /// What the adjoint variables of parameters are.
    params: Target,
    /// Variables that hold a reference to their value.
    borrowed: RefCell<HashSet<Value>>,
    /// Inside the body of a fused loop: its operands' names.
    body: RefCell<Option<fused::Body>>,
    /// Inside a loop that contains its backward sweep: the statements of its body, by number. Their traces are emptied for each
    /// iteration.
    emptied: RefCell<HashSet<usize>>,
    anew: anew::Anew,
    /// Inside a loop of the backward sweep: the parts of lists that it goes through.
    windows: RefCell<Option<windows::Windows>>,
    /// Whether nothing may be moved out: in the pull part, which can be called again, and in what is written several times.
    moves_nothing: Cell<bool>,
}

impl<'a> Emitter<'a> {
    fn new(
        signature: &'a Signature,
        planned: &'a Planned,
        names: &'a Names,
        rt: TokenStream,
        params: Target,
    ) -> Self {
        let emitter = Emitter {
            signature,
            derivative: &planned.derivative,
            plan: &planned.plan,
            names,
            rt,
            params,
            borrowed: RefCell::default(),
            body: RefCell::default(),
            emptied: RefCell::default(),
            anew: anew::Anew::of(&planned.derivative, &planned.plan),
            windows: RefCell::default(),
            moves_nothing: Cell::new(false),
        };
        for &param in &planned.derivative.params {
            emitter.variable(param);
        }
        emitter
    }

    fn inside_loop(&self) -> bool {
        self.body.borrow().is_some()
    }

    fn in_loop(&self, value: Value) -> Option<Ident> {
        self.body.borrow().as_ref()?.get(&value).cloned()
    }

    fn is_borrowed(&self, value: Value) -> bool {
        self.borrowed.borrow().contains(&value)
    }

    fn is_generic(&self) -> bool {
        !self.signature.float_generics.is_empty()
    }

    /// Whether the use of a value that is being written may move it.
    fn may_move(&self, value: Value) -> bool {
        self.plan.is_used_once(value)
            && !self.is_borrowed(value)
            && !self.moves_nothing.get()
            && self.is_of_this_iteration(value)
    }

    fn without_moves<R>(&self, write: impl FnOnce() -> R) -> R {
        let before = self.moves_nothing.replace(true);
        let written = write();
        self.moves_nothing.set(before);
        written
    }

    fn output_float(&self) -> Option<&FloatTy> {
        match &self.signature.output_ty {
            Ty::Float(float) => Some(float),
            _ => None,
        }
    }

    fn target(&self, root: Value) -> Target {
        if self.derivative.graph[root].lent {
            Target::Reference
        } else if self.derivative.local.contains(&root) {
            Target::Local
        } else if self.derivative.params.contains(&root) {
            self.params
        } else {
            Target::Local
        }
    }
}

/// The path of the runtime's private half, as generated code imports it.
pub(crate) fn runtime_path(krate: Option<&syn::Path>) -> TokenStream {
    match krate {
        Some(path) => quote!(#path::private),
        None => quote!(::chainrule::private),
    }
}

fn call_site(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
