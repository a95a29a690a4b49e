//! Calls that are differentiated through the twin of what they call: their arguments, and the places that these lend.

use super::Lower;
use super::env::plain;
use super::snippet::is_stop_gradient;
use crate::ir::{Call, Callee, Lent, Op, Stmt as IrStmt, Ty, Value};
use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall, PathArguments};

impl Lower<'_> {
    /// An argument, and the place that it lends. One by reference sees what the place holds now, also when the backward
    /// sweep comes to it.
    fn argument(&mut self, arg: &Expr) -> (Value, Option<Lent>) {
        if let Some(stopped) = stopped_borrow(arg) {
            let value = self.expression(stopped);
            let lent = Lent {
                place: self.behind(value),
                is_certain: true,
                is_stopped: true,
            };
            return (value, Some(lent));
        }
        let value = self.expression(arg);
        let node = &self.graph[value];
        let is_lent =
            node.lent || matches!(node.op, Op::Ref(place) if self.graph.is_in_cell(place));
        if !is_lent {
            return (value, None);
        }
        let place = self.behind(value);
        if is_mutable_borrow(arg) {
            let lent = Lent {
                place,
                is_certain: true,
                is_stopped: false,
            };
            return (value, Some(lent));
        }
        let seen = self.seen(place);
        let ty = Ty::Ref(Box::new(self.graph[seen].ty.clone()));
        let span = self.graph[value].span;
        let value = self.add(Op::Ref(seen), ty, span);
        let lent = Lent {
            place,
            is_certain: false,
            is_stopped: false,
        };
        (value, Some(lent))
    }

    /// What a place holds before it is lent; its adjoint is that of the place.
    fn seen(&mut self, place: Value) -> Value {
        let (ty, span) = (self.graph[place].ty.clone(), self.graph[place].span);
        let seen = self.add(Op::Load(place), ty, span);
        self.graph[seen].active = false;
        seen
    }

    /// The receiver of a user's method, which may take `&mut self`; `value` is what was read of it.
    fn receiver(&mut self, value: Value, expr: &Expr) -> (Value, Option<Lent>) {
        if let Some(name) = Self::changed_name(expr)
            && let Some(variable) = self.env.lookup(&name)
            && self.env.is_mutable(variable)
        {
            self.cells.make_cell(plain(&name));
        }
        let place = match self.graph[value].op {
            Op::Load(place) => place,
            _ => self.behind(value),
        };
        match place {
            place if self.graph.is_in_cell(place) => {
                let lent = Lent {
                    place,
                    is_certain: false,
                    is_stopped: false,
                };
                (self.seen(place), Some(lent))
            }
            _ => (value, None),
        }
    }

    pub(super) fn twin_call(&mut self, call: &ExprCall, path: &syn::Path, kind: Callee) -> Value {
        self.note_called(path);
        let args = call.args.iter().map(|arg| self.argument(arg)).collect();
        let arg_spans = call.args.iter().map(ends).collect();
        self.twin(path, kind, args, arg_spans, call.span())
    }

    /// A method of a type that the macro cannot see: it has to be differentiated where it is defined.
    pub(super) fn method_call(&mut self, receiver: Value, call: &ExprMethodCall) -> Value {
        let mut args = vec![self.receiver(receiver, &call.receiver)];
        for arg in &call.args {
            args.push(self.argument(arg));
        }
        let (method, generics) = (&call.method, &call.turbofish);
        let path: syn::Path = match generics {
            Some(generics) => syn::parse_quote!(#method #generics),
            None => syn::parse_quote!(#method),
        };
        let arg_spans = std::iter::once(&*call.receiver)
            .chain(&call.args)
            .map(ends)
            .collect();
        self.twin(&path, Callee::Method, args, arg_spans, call.method.span())
    }

    /// Arguments whose adjoints are places of their own: what is passed twice gets a copy, since two `&mut` to one adjoint
    /// cannot be.
    fn apart(&mut self, args: Vec<(Value, Option<Lent>)>) -> Vec<Value> {
        let lent_places = args.iter().filter_map(|(_, lent)| *lent);
        let mut roots: Vec<Value> = lent_places
            .map(|lent| self.graph.root(lent.place))
            .collect();
        let mut apart = Vec::new();
        for (arg, lent) in args {
            if lent.is_some() {
                apart.push(arg);
                continue;
            }
            let root = self.graph.root(arg);
            let is_passed_again = self.graph[arg].active && roots.contains(&root);
            roots.push(root);
            apart.push(if is_passed_again {
                self.copied(arg)
            } else {
                arg
            });
        }
        apart
    }

    fn copied(&mut self, arg: Value) -> Value {
        let (ty, span) = (self.graph[arg].ty.clone(), self.graph[arg].span);
        match (self.graph[arg].op.clone(), ty) {
            (Op::Ref(inner), ty) => {
                let inner = self.copied(inner);
                self.add(Op::Ref(inner), ty, span)
            }
            (_, Ty::Ref(inner)) => {
                let place = self.add(Op::Deref(arg), (*inner).clone(), span);
                let copy = self.add(Op::Load(place), (*inner).clone(), span);
                self.add(Op::Ref(copy), Ty::Ref(inner), span)
            }
            (_, ty) => self.add(Op::Load(arg), ty, span),
        }
    }

    fn twin(
        &mut self,
        path: &syn::Path,
        kind: Callee,
        args: Vec<(Value, Option<Lent>)>,
        arg_spans: Vec<[Span; 2]>,
        span: Span,
    ) -> Value {
        let lent: Vec<Option<Lent>> = args.iter().map(|(_, lent)| *lent).collect();
        let args = self.apart(args);
        if lent.iter().any(Option::is_some) {
            self.loads.clear();
        }
        for lent in lent.iter().flatten().filter(|lent| !lent.is_stopped) {
            self.note_activity(lent.place, span);
        }
        let value = self.graph.add(Op::Result, Ty::Other, true, span);
        let residuals = self.graph.add(Op::Result, Ty::Other, false, span);
        let mut path = path.clone();
        let last = path.segments.last_mut().expect("checked by the caller");
        let generics = match std::mem::replace(&mut last.arguments, PathArguments::None) {
            PathArguments::AngleBracketed(generics) => Some(generics),
            _ => None,
        };
        let name = last.ident.to_string();
        self.graph[residuals].name = Some(format!("{}_pull", name.trim_start_matches("r#")));
        self.stmts.push(IrStmt::Call(Box::new(Call {
            path,
            generics,
            kind,
            args,
            lent,
            arg_spans,
            value,
            residuals,
            span,
        })));
        value
    }
}

/// The `&mut x` in `stop_gradient(&mut x)`.
fn stopped_borrow(arg: &Expr) -> Option<&Expr> {
    let Expr::Call(call) = arg else {
        return None;
    };
    let is_stop = matches!(&*call.func, Expr::Path(func) if is_stop_gradient(&func.path));
    match call.args.first() {
        Some(inner) if is_stop && is_mutable_borrow(inner) => Some(inner),
        _ => None,
    }
}

/// `&mut x`
fn is_mutable_borrow(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => is_mutable_borrow(&inner.expr),
        Expr::Reference(reference) => reference.mutability.is_some(),
        _ => false,
    }
}

/// Where an expression begins and ends.
fn ends(expr: &Expr) -> [Span; 2] {
    let mut spans = expr.to_token_stream().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    [first, spans.last().unwrap_or(first)]
}
