//! Rust that carries no derivative is kept as the user wrote it; this reads off it what later stages need.

use super::Lower;
use super::closure::bound_by_closures;
use super::effects::Repeatable;
use super::env::{spelled, spelling};
use super::list::{Elements, vec_elements};
use super::types::known;
use crate::ir::{FloatTy, Op, Snippet, Ty, Value};
use crate::rules::PREDICATES;
use crate::variants::is_none;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Expr, Lit, UnOp};

impl Lower<'_> {
    /// The variables that stand in the tokens of an expression, macros and format strings included.
    pub(super) fn mentioned(&self, expr: &Expr) -> Vec<(String, Value)> {
        let mut names = Vec::new();
        collect_names(expr.to_token_stream(), &mut names);
        let own = bound_by_closures(expr);
        names.retain(|name| !own.contains(name));
        let mut uses: Vec<(String, Value)> = Vec::new();
        for name in names {
            if let Some(value) = self.env.value_of(&name)
                && !uses.iter().any(|(known, _)| *known == name)
            {
                uses.push((name, value));
            }
        }
        uses
    }

    /// Whether a derivative could flow into an expression; what `stop_gradient(..)` holds does not count.
    pub(super) fn mentions_active(&self, expr: &Expr) -> bool {
        let mut names = Vec::new();
        collect_names(without_stopped(expr.to_token_stream()), &mut names);
        let own = bound_by_closures(expr);
        names.retain(|name| !own.contains(name));
        let values = names.iter().filter_map(|name| self.env.value_of(name));
        values.into_iter().any(|value| self.graph[value].active)
    }

    /// Whether a value computed by this expression would lose a derivative: it reads an active value other than by a
    /// method that returns none.
    pub(super) fn loses_derivative(&self, expr: &Expr) -> bool {
        match expr {
            Expr::MethodCall(call) if PREDICATES.contains(&call.method.to_string().as_str()) => {
                false
            }
            Expr::Path(_) | Expr::Field(_) | Expr::Index(_)
                if matches!(self.snippet_ty(expr).peeled(), Ty::Int | Ty::Bool) =>
            {
                false
            }
            // What compares is a `bool`, which carries none.
            Expr::Binary(binary) if is_comparison(&binary.op) => false,
            Expr::Binary(binary) => {
                self.loses_derivative(&binary.left) || self.loses_derivative(&binary.right)
            }
            // Of a function that is given none, nothing is lost.
            Expr::Call(call) if !call.args.is_empty() && !self.mentions_active(&call.func) => {
                self.mentions_active(expr) && call.args.iter().any(|arg| self.loses_derivative(arg))
            }
            Expr::Paren(inner) => self.loses_derivative(&inner.expr),
            Expr::Reference(inner) => self.loses_derivative(&inner.expr),
            Expr::Cast(inner) => self.loses_derivative(&inner.expr),
            Expr::Index(index) => {
                self.loses_derivative(&index.expr) || self.loses_derivative(&index.index)
            }
            Expr::Array(array) => array
                .elems
                .iter()
                .any(|element| self.loses_derivative(element)),
            _ => self.mentions_active(expr),
        }
    }

    /// Whether an integer computed by this expression would lose a derivative. What is read without a cast and without a
    /// call is an integer itself.
    pub(super) fn loses_derivative_to_integer(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Path(_) | Expr::Field(_) => false,
            Expr::Paren(inner) => self.loses_derivative_to_integer(&inner.expr),
            Expr::Unary(inner) => self.loses_derivative_to_integer(&inner.expr),
            Expr::Binary(binary) if is_comparison(&binary.op) => false,
            Expr::Binary(binary) => [&binary.left, &binary.right]
                .iter()
                .any(|operand| self.loses_derivative_to_integer(operand)),
            Expr::Index(index) => self.loses_derivative_to_integer(&index.index),
            _ => self.loses_derivative(expr),
        }
    }

    pub(super) fn snippet(&mut self, expr: &Expr) -> Snippet {
        self.note_changes(expr);
        self.refuse_changes(expr);
        let mut scan = Repeatable(true);
        scan.visit_expr(expr);
        Snippet {
            tokens: spelled_out(expr),
            uses: self.mentioned(expr),
            repeatable: scan.0,
        }
    }

    /// Rust made of values: in `tokens`, the names of `uses` stand for them.
    pub(super) fn composed(
        &mut self,
        tokens: TokenStream,
        uses: Vec<(&str, Value)>,
        ty: Ty,
        span: Span,
    ) -> Value {
        let uses = uses
            .into_iter()
            .map(|(name, value)| (spelled(name, Span::call_site()), value))
            .collect();
        let snippet = Snippet {
            tokens,
            uses,
            repeatable: true,
        };
        self.add(Op::Rust(snippet), ty, span)
    }

    /// The type of an expression without derivative, where it can be read off.
    pub(super) fn snippet_ty(&self, expr: &Expr) -> Ty {
        match expr {
            Expr::Lit(lit) => match &lit.lit {
                Lit::Int(_) => Ty::Int,
                Lit::Float(lit) => Ty::Float(float_suffix(lit.suffix())),
                Lit::Bool(_) => Ty::Bool,
                _ => Ty::Other,
            },
            Expr::Paren(inner) => self.snippet_ty(&inner.expr),
            Expr::Group(inner) => self.snippet_ty(&inner.expr),
            Expr::Cast(cast) => known(&cast.ty, &self.signature.float_generics),
            Expr::Reference(inner) => Ty::Ref(Box::new(self.snippet_ty(&inner.expr))),
            Expr::Unary(unary) => match unary.op {
                UnOp::Deref(_) => match self.snippet_ty(&unary.expr) {
                    Ty::Ref(inner) => *inner,
                    _ => Ty::Other,
                },
                _ => self.snippet_ty(&unary.expr),
            },
            Expr::Binary(binary) if is_comparison(&binary.op) => Ty::Bool,
            Expr::Binary(binary) => {
                let left = self.snippet_ty(&binary.left);
                let right = self.snippet_ty(&binary.right);
                if left == Ty::Int || right == Ty::Int {
                    Ty::Int
                } else {
                    left.peeled().join(right.peeled())
                }
            }
            Expr::Path(path) => match path.path.get_ident() {
                Some(ident) => match self.env.value_of(&spelling(ident)) {
                    Some(value) => self.graph[value].ty.clone(),
                    None => self.constant_ty(&path.path),
                },
                None => self.constant_ty(&path.path),
            },
            Expr::Index(index) => match self.snippet_ty(&index.expr).peeled() {
                Ty::List(element) | Ty::Slice(element) => match *index.index {
                    Expr::Range(_) => Ty::Slice(element.clone()),
                    _ => (**element).clone(),
                },
                _ => Ty::Other,
            },
            Expr::Field(field) => match (self.snippet_ty(&field.base).peeled(), &field.member) {
                (Ty::Tuple(parts), syn::Member::Unnamed(index)) => parts
                    .get(index.index as usize)
                    .cloned()
                    .unwrap_or(Ty::Other),
                _ => Ty::Other,
            },
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                match name.as_str() {
                    "len" | "rows" | "cols" => Ty::Int,
                    name if name.starts_with("is_") => Ty::Bool,
                    "to_vec" | "clone" | "to_owned" => {
                        self.snippet_ty(&call.receiver).peeled().owned()
                    }
                    "sum" | "product" => self.turbofish(call).unwrap_or(Ty::Other),
                    "fold" if call.args.len() == 2 => self.snippet_ty(&call.args[0]),
                    _ => match self.snippet_ty(&call.receiver).peeled() {
                        Ty::Float(float)
                            if crate::rules::method(&name, 1 + call.args.len()).is_some() =>
                        {
                            Ty::Float(float.clone())
                        }
                        _ => Ty::Other,
                    },
                }
            }
            Expr::Array(array) => {
                let elements = array.elems.iter().map(|element| self.snippet_ty(element));
                Ty::List(Box::new(
                    elements.reduce(|a, b| a.join(&b)).unwrap_or(Ty::Other),
                ))
            }
            Expr::Tuple(tuple) => {
                let parts = tuple.elems.iter().map(|part| self.snippet_ty(part));
                Ty::Tuple(parts.collect())
            }
            Expr::Repeat(repeat) => Ty::List(Box::new(self.snippet_ty(&repeat.expr))),
            Expr::Macro(mac) => match vec_elements(&mac.mac) {
                Some(Elements::Each(elements)) => {
                    let elements = elements.iter().map(|element| self.snippet_ty(element));
                    let element = elements.reduce(|a, b| a.join(&b));
                    Ty::List(Box::new(element.unwrap_or(Ty::Other)))
                }
                Some(Elements::Repeated { element, .. }) => {
                    Ty::List(Box::new(self.snippet_ty(&element)))
                }
                None => Ty::Other,
            },
            Expr::Call(call) if is_new_vec(&call.func) => Ty::List(Box::new(Ty::Other)),
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) if is_stop_gradient(&path.path) && call.args.len() == 1 => {
                    self.snippet_ty(&call.args[0])
                }
                Expr::Path(path) => self
                    .float_type_path(&path.path)
                    .map_or(Ty::Other, Ty::Float),
                _ => Ty::Other,
            },
            _ => Ty::Other,
        }
    }

    /// A constant in the style of constants is taken for a float among floats.
    fn constant_ty(&self, path: &syn::Path) -> Ty {
        if let Some(float) = self.float_type_path(path) {
            return Ty::Float(float);
        }
        if is_none(path) {
            return Ty::Option(Box::new(Ty::Never));
        }
        let Some(last) = path.segments.last() else {
            return Ty::Other;
        };
        let name = last.ident.to_string();
        if let (Some(ty), true) = (self.constants.get(&name), path.segments.len() == 1) {
            return ty.clone();
        }
        let screaming = name.chars().any(|c| c.is_ascii_uppercase())
            && !name.chars().any(|c| c.is_ascii_lowercase());
        let is_const_generic = self
            .signature
            .generics
            .const_params()
            .any(|param| path.is_ident(&param.ident));
        match (screaming, is_const_generic) {
            (_, true) => Ty::Int,
            (true, false) => Ty::Float(FloatTy::Inferred),
            (false, false) => Ty::Other,
        }
    }

    /// A value that the path of a function says the type of: rustc may have no other sign of it.
    pub(super) fn float(&mut self, value: Value, ty: FloatTy) -> Value {
        let node = &self.graph[value];
        if !matches!(node.ty, Ty::Other | Ty::Float(FloatTy::Inferred)) {
            return value;
        }
        if node.active || self.graph.is_literal(value) {
            self.graph[value].ty = Ty::Float(ty);
            return value;
        }
        let span = node.span;
        let name = match &ty {
            FloatTy::F32 => quote!(f32),
            FloatTy::Generic(name) => quote!(#name),
            _ => quote!(f64),
        };
        let tokens = quote!(::core::convert::identity::<#name>(value));
        self.composed(tokens, vec![("value", value)], Ty::Float(ty), span)
    }

    /// `f64::X`, `T::X`, `std::f64::consts::X`: the float type in a path, where the path is to a float.
    pub(super) fn float_type_path(&self, path: &syn::Path) -> Option<FloatTy> {
        let segments = &path.segments;
        if segments.len() < 2 {
            return None;
        }
        let owner = &segments[segments.len() - 2].ident;
        let owner = if owner == "consts" && segments.len() > 2 {
            &segments[segments.len() - 3].ident
        } else {
            owner
        };
        let integer_consts = ["MANTISSA_DIGITS", "DIGITS", "RADIX", "MIN_EXP", "MAX_EXP"];
        if integer_consts
            .iter()
            .any(|name| segments.last().is_some_and(|s| s.ident == name))
        {
            return None;
        }
        match owner.to_string().as_str() {
            "f32" => Some(FloatTy::F32),
            "f64" => Some(FloatTy::F64),
            _ => self
                .signature
                .float_generics
                .iter()
                .find(|ident| *ident == owner)
                .map(|ident| FloatTy::Generic(ident.clone())),
        }
    }
}

/// The tokens of an expression, with `Point { x: x }` for `Point { x }`: a variable may get another name.
fn spelled_out(expr: &Expr) -> TokenStream {
    struct Fields;
    impl VisitMut for Fields {
        fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
            field.colon_token.get_or_insert_default();
            visit_mut::visit_field_value_mut(self, field);
        }
    }
    let mut expr = expr.clone();
    Fields.visit_expr_mut(&mut expr);
    expr.to_token_stream()
}

/// `Vec::new` or `Vec::with_capacity`
fn is_new_vec(func: &Expr) -> bool {
    let Expr::Path(path) = func else {
        return false;
    };
    let mut names = path
        .path
        .segments
        .iter()
        .rev()
        .map(|segment| segment.ident.to_string());
    let last = names.next();
    matches!(last.as_deref(), Some("new" | "with_capacity"))
        && names.next().as_deref() == Some("Vec")
}

pub(super) fn float_suffix(suffix: &str) -> FloatTy {
    match suffix {
        "f32" => FloatTy::F32,
        "f64" => FloatTy::F64,
        _ => FloatTy::Inferred,
    }
}

pub(super) fn is_comparison(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::Eq(_)
            | BinOp::Ne(_)
            | BinOp::Lt(_)
            | BinOp::Le(_)
            | BinOp::Gt(_)
            | BinOp::Ge(_)
            | BinOp::And(_)
            | BinOp::Or(_)
    )
}

/// Identifiers that may be variables: all but those after a dot, and those that a format string captures.
pub(super) fn collect_names(tokens: TokenStream, names: &mut Vec<String>) {
    // One dot is a field or a method, two are a range.
    let mut dots = 0;
    for token in tokens {
        let follows_dot = dots == 1;
        dots = if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.') {
            dots + 1
        } else {
            0
        };
        match token {
            TokenTree::Ident(ident) if !follows_dot => names.push(spelling(&ident)),
            TokenTree::Group(group) => collect_names(group.stream(), names),
            TokenTree::Literal(literal) => collect_captured(&literal, names),
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

pub(super) fn is_stop_gradient(path: &syn::Path) -> bool {
    path.segments
        .last()
        .is_some_and(|last| last.ident == "stop_gradient")
}

/// Less the parentheses behind every `stop_gradient`.
fn without_stopped(tokens: TokenStream) -> TokenStream {
    let mut stopped = false;
    let keep = |token| {
        let was_stopped = std::mem::take(&mut stopped);
        match token {
            TokenTree::Group(_) if was_stopped => None,
            TokenTree::Group(group) => Some(TokenTree::Group(proc_macro2::Group::new(
                group.delimiter(),
                without_stopped(group.stream()),
            ))),
            TokenTree::Ident(ident) => {
                stopped = ident == "stop_gradient";
                Some(TokenTree::Ident(ident))
            }
            other => Some(other),
        }
    };
    tokens.into_iter().filter_map(keep).collect()
}

/// `{name}` and `{name:..}` in a string literal.
fn collect_captured(literal: &proc_macro2::Literal, names: &mut Vec<String>) {
    let text = literal.to_string();
    if !text.starts_with('"') {
        return;
    }
    for part in text.split('{').skip(1) {
        let name: String = part
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if !name.is_empty() {
            names.push(spelled(&name, literal.span()));
        }
    }
}
