//! From syn's syntax to the IR. The only stage that knows syn's expressions, and the only one that can fail.

mod borrowed;
mod branch;
mod call;
mod captured;
mod cells;
mod changing;
mod closure;
mod consume;
mod content;
mod control;
mod depth;
mod each;
mod effects;
mod ends;
mod env;
mod exchange;
mod exit;
mod expression;
mod hiding;
mod inlined;
mod inside;
mod items;
mod iterators;
pub(crate) mod lifetimes;
mod list;
mod loops;
mod lowered;
mod macros;
mod made;
mod matching;
mod pattern;
mod place;
mod question;
mod reordering;
mod sequence;
pub(crate) mod signature;
mod snippet;
mod statement;
mod twin;
pub(crate) mod types;
mod unit;
mod users;
mod variant;
mod wildcards;

use crate::diagnostics::Errors;
use crate::ir::{Declared, Graph, Op, Primal, Region, Stmt, Ty, Value};
use cells::Cells;
use control::ElseBlocks;
use env::Env;
pub(crate) use env::{plain, spelling};
pub(crate) use list::{Elements, operands, vec_elements};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use signature::Signature;
pub(crate) use statement::compound;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Block, ItemFn, Pat};

/// Lowers a function; what is wrong with it goes to `errors`.
pub(crate) fn parse(item: &ItemFn, signature: &Signature, errors: &mut Errors) -> Primal {
    let mut cfgs = Cfgs(errors);
    cfgs.visit_signature(&item.sig);
    cfgs.visit_block(&item.block);
    let mut block = (*item.block).clone();
    inside::in_front(&mut block);
    inlined::write_out(item, &mut block, errors);
    if question::is_option(&signature.output) {
        question::Questions::default().visit_block_mut(&mut block);
    }
    borrowed::Borrowed.visit_block_mut(&mut block);
    matching::Matches::default().visit_block_mut(&mut block);
    ElseBlocks.visit_block_mut(&mut block);
    if matches!(&signature.output_ty, Ty::Tuple(parts) if parts.is_empty()) {
        unit::gives_nothing(&mut block);
    }
    unit::UnitBlocks.visit_block_mut(&mut block);
    let mut written = Vec::new();
    snippet::collect_names(quote!(#item), &mut written);
    let mut cells = Cells::of(written.iter().map(|name| plain(name).to_owned()).collect());
    loop {
        let mut found = Errors::default();
        let primal = pass(&block, signature, &mut cells, &mut found);
        if !cells.learned() {
            errors.append(found);
            return primal;
        }
    }
}

/// Lowers the function once, with what earlier passes learned of its cells.
fn pass(block: &Block, signature: &Signature, cells: &mut Cells, errors: &mut Errors) -> Primal {
    let mut lower = Lower {
        signature,
        errors,
        cells,
        graph: Graph::default(),
        env: Env::default(),
        stmts: Vec::new(),
        regions: 0,
        frames: Vec::new(),
        return_cell: None,
        output: signature.output_ty.clone(),
        matched: HashMap::new(),
        types: HashMap::new(),
        callables: HashMap::new(),
        functions: HashMap::new(),
        inlined: 0,
        depth: depth::Depth::here(),
        constants: HashMap::new(),
        items: Vec::new(),
        called: HashSet::new(),
        rewritten: Vec::new(),
        integers: 0,
        loads: HashMap::new(),
        cell_numbers: HashMap::new(),
        scratches: HashMap::new(),
        exclusive: HashSet::new(),
        users: users::Users::of(block),
    };
    lower.env.enter();
    let mut params = Vec::new();
    let body = lower.region(|lower| {
        params = lower.params();
        lower.note_params(&params);
        vec![lower.body(&block.stmts, "returned")]
    });
    for (cell, name) in std::mem::take(&mut lower.scratches) {
        if name.is_some() {
            lower.graph[cell].name = name;
        }
    }
    Primal {
        params,
        body,
        types: std::mem::take(&mut lower.types),
        graph: std::mem::take(&mut lower.graph),
        items: lower.declared(),
    }
}

/// Refuses `#[cfg]` inside the function: the macro cannot know which of the code will be there.
struct Cfgs<'a>(&'a mut Errors);

impl<'ast> Visit<'ast> for Cfgs<'_> {
    fn visit_attribute(&mut self, attr: &'ast Attribute) {
        if attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr") {
            self.0.on(
                attr,
                "`#[cfg]` inside the function reaches `#[differentiate]` unexpanded",
                "put `#[cfg]` on two versions of the function, or use `if cfg!(..)`",
            );
        }
    }
}

struct Lower<'a> {
    signature: &'a Signature,
    errors: &'a mut Errors,
    graph: Graph,
    env: Env,
    stmts: Vec<Stmt>,
    cells: &'a mut Cells,
    /// The loops that are open, innermost last.
    frames: Vec<exit::Frame>,
    return_cell: Option<Value>,
    /// What is known of the type that `return` is given.
    output: Ty,
    /// What the patterns of conditions look at, by the place of the pattern.
    matched: HashMap<*const syn::ExprLet, matching::Matched>,
    /// How many branches and loops there are.
    regions: usize,
    types: HashMap<Value, TokenStream>,
    /// Variables that hold closures and functions.
    callables: HashMap<env::Variable, closure::Callable>,
    /// Values that closures and functions are.
    functions: HashMap<Value, closure::Callable>,
    /// How many calls of closures were written out.
    inlined: usize,
    depth: depth::Depth,
    /// The types of the constants that the function declares.
    constants: HashMap<String, Ty>,
    items: Vec<Declared>,
    /// The names of what is called through its twin.
    called: HashSet<String>,
    /// Expressions written for the user's, which are known by where they are.
    rewritten: Vec<Rc<syn::Expr>>,
    /// How many values of unknown type have to be integers.
    integers: usize,
    /// What was read last of variables that have not changed since, in the statements at hand.
    loads: HashMap<Value, Value>,
    /// The number of each cell among those of its name.
    cell_numbers: HashMap<Value, usize>,
    /// Cells that no variable stands for, and the name that the user gives to what they hold in the end.
    scratches: HashMap<Value, Option<String>>,
    /// References by which what they refer to may be changed, and lists whose elements may.
    exclusive: HashSet<Value>,
    users: users::Users,
}

impl Lower<'_> {
    fn params(&mut self) -> Vec<Value> {
        let signature = self.signature;
        let mut values = Vec::new();
        for (index, param) in signature.params.iter().enumerate() {
            let span = param.pattern.span();
            let value = self.graph.add(
                Op::Param(index),
                param.ty.clone(),
                param.wrt.is_some(),
                span,
            );
            self.graph[value].name = Some(param.ident.to_string());
            self.graph[value].lent = param.lent;
            values.push(value);
        }
        for (param, &value) in signature.params.iter().zip(&values) {
            match &param.pattern {
                Pat::Ident(pat)
                    if pat.by_ref.is_none()
                        && pat.subpat.is_none()
                        && !self.cells.is_cell(&pat.ident.to_string()) =>
                {
                    let variable = self.env.declare(spelling(&pat.ident), None, Some(value));
                    if pat.mutability.is_some() {
                        self.env.set_mutable(variable);
                    }
                }
                pattern => self.bind(pattern, value),
            }
        }
        values
    }

    /// A number for a branch or a loop.
    fn next_region(&mut self) -> usize {
        self.regions += 1;
        self.regions
    }

    /// The statements that `build` makes, apart from those around them.
    fn region(&mut self, build: impl FnOnce(&mut Self) -> Vec<Value>) -> Region {
        let outer = std::mem::take(&mut self.stmts);
        self.loads.clear();
        let yields = build(self);
        self.loads.clear();
        let stmts = std::mem::replace(&mut self.stmts, outer);
        Region { stmts, yields }
    }

    fn add(&mut self, op: Op, ty: Ty, span: Span) -> Value {
        let active = match op {
            Op::Rust(_) | Op::Error => false,
            _ if matches!(ty.peeled(), Ty::Int | Ty::Bool) => false,
            Op::Repeat { element, .. } => self.graph[element].active,
            _ => op.operands().iter().any(|value| self.graph[*value].active),
        };
        let value = self.graph.add(op, ty, active, span);
        if self.graph.may_change_cells(value) {
            self.loads.clear();
        }
        self.stmts.push(Stmt::Let(value));
        value
    }

    fn unit(&mut self, span: Span) -> Value {
        self.add(Op::Tuple(Vec::new()), Ty::Tuple(Vec::new()), span)
    }

    /// A value that stands where an error was reported, so that lowering can go on.
    fn error(&mut self, span: Span, message: impl AsRef<str>, help: impl AsRef<str>) -> Value {
        self.errors.at(span, message, help);
        self.add(Op::Error, Ty::Other, span)
    }

    /// The same, from the first to the last of `tokens`.
    fn error_on(
        &mut self,
        tokens: impl ToTokens,
        message: impl AsRef<str>,
        help: impl AsRef<str>,
    ) -> Value {
        let span = tokens.span();
        self.errors.on(tokens, message, help);
        self.add(Op::Error, Ty::Other, span)
    }

    /// The value behind references: what arithmetic works on.
    fn operand(&mut self, value: Value) -> Value {
        let span = self.graph[value].span;
        let place = self.behind(value);
        self.read(place, span)
    }

    /// The place behind references.
    fn behind(&mut self, value: Value) -> Value {
        let node = &self.graph[value];
        match (&node.op, &node.ty) {
            (Op::Ref(inner), _) => {
                let inner = *inner;
                self.behind(inner)
            }
            (Op::Boxed(inner), _) => {
                let inner = *inner;
                self.behind(inner)
            }
            (_, Ty::Boxed(_)) => {
                let span = node.span;
                let value = self.unboxed(value, span);
                self.behind(value)
            }
            (_, Ty::Ref(inner)) => {
                let (ty, span) = ((**inner).clone(), node.span);
                let value = self.add(Op::Deref(value), ty, span);
                self.behind(value)
            }
            _ => value,
        }
    }

    /// What the function returns, once its declared type is known to apply to it.
    fn returned(&mut self, value: Value) -> Value {
        let declared = &self.output;
        if declared.is_float() && self.graph[value].ty == Ty::Other {
            return value;
        }
        if let (Ty::Float(_), Ty::Float(_)) = (declared, &self.graph[value].ty)
            && !self.graph.is_literal(value)
        {
            self.graph[value].ty = declared.clone();
        }
        value
    }
}

/// The elements of a `vec![..]`, and how often where it repeats one.
#[cfg(test)]
pub(crate) fn listed(mac: &syn::Macro) -> Option<(Vec<syn::Expr>, Option<syn::Expr>)> {
    match list::vec_elements(mac)? {
        list::Elements::Each(elements) => Some((elements, None)),
        list::Elements::Repeated { element, count } => Some((vec![*element], Some(*count))),
    }
}
