//! What may not be there: `first`, `last`, `get` and `pop` of lists, `reduce`, `max_by` and `min_by` of iterators.

use super::Lower;
use super::closure::behind_parens;
use super::control::{Arm, ElseBlocks};
use super::matching::Matches;
use super::sequence::is_adaptor;
use crate::ir::{FloatTy, Op, Stmt as IrStmt, Ty, Value};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use std::rc::Rc;
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprMethodCall, Member, Pat};

/// A value that may not be there.
struct End {
    /// Whether it is.
    exists: Value,
    source: Source,
}

enum Source {
    /// The element at a position, or the last.
    Element {
        list: Value,
        position: Option<Value>,
    },
    /// The last element, which is taken off the list.
    Popped(Value),
    Value(Value),
}

impl Lower<'_> {
    /// A method that gives what may not be there, or what is in its result; `None` where it is none.
    pub(super) fn end_of_list(&mut self, call: &ExprMethodCall) -> Option<Value> {
        let span = call.method.span();
        let name = call.method.to_string();
        if let ("unwrap" | "expect", Expr::MethodCall(inner)) =
            (name.as_str(), behind_parens(&call.receiver))
        {
            let end = self.end(inner)?;
            let Source::Value(value) = end.source else {
                // That it is there is tested where the element is read.
                return Some(self.value_at(&end, span));
            };
            let arms: [Arm<'_, '_>; 2] = [
                Box::new(move |_| value),
                Box::new(move |lower| {
                    let panic =
                        syn::parse_quote_spanned!(span=> ::core::panic!("unwrap of nothing"));
                    lower.plain(&panic, Ty::Never)
                }),
            ];
            return Some(self.merged(end.exists, span, arms));
        }
        let end = self.end(call)?;
        let some: syn::Path = syn::parse_quote!(::core::option::Option::Some);
        let arms: [Arm<'_, '_>; 2] = [
            Box::new(|lower| {
                let value = lower.value_at(&end, span);
                let value = lower.operand(value);
                let member = Member::Unnamed(syn::Index::from(0));
                lower.constructed(&some, vec![(member, value)], None, span)
            }),
            Box::new(|lower| {
                let none: Expr = syn::parse_quote_spanned!(span=> ::core::option::Option::None);
                lower.plain(&none, Ty::Option(Box::new(Ty::Never)))
            }),
        ];
        let option = self.merged(end.exists, span, arms);
        Some(match end.source {
            // What is seen in it is a reference.
            Source::Element { .. } => self.reference_to(option, span),
            _ => option,
        })
    }

    fn end(&mut self, call: &ExprMethodCall) -> Option<End> {
        let span = call.method.span();
        let name = call.method.to_string();
        let args: Vec<&Expr> = call.args.iter().collect();
        match (name.as_str(), &args[..]) {
            ("first" | "last" | "pop", []) | ("get", [_]) => {}
            ("reduce" | "max_by" | "min_by", [function]) => return self.reduced(call, function),
            _ => return None,
        }
        let place = self.place(&call.receiver)?;
        let mut list = self.behind(place);
        // The type of a field is not known: what has these methods there is taken for a list.
        let is_field = matches!(&*call.receiver, Expr::Field(_)) || self.graph.is_in_variant(list);
        let is_list = match &self.graph[list].ty {
            Ty::Other => is_field && name != "get",
            ty => ty.element().is_some(),
        };
        if !is_list || !self.graph[list].active {
            return None;
        }
        if name == "pop" {
            list = self.changed_place(&call.receiver).unwrap_or(list);
        }
        let mut exists = quote!(!list.is_empty());
        let mut uses = vec![("list", list)];
        let position = match (name.as_str(), &args[..]) {
            ("first", _) => Some(self.composed(quote!(0), Vec::new(), Ty::Int, span)),
            ("get", [Expr::Range(_)]) => return None,
            ("get", [index]) => {
                self.check_index(index);
                let position = self.position(index);
                exists = quote!(index < list.len());
                uses.push(("index", position));
                Some(position)
            }
            _ => None,
        };
        let source = match name.as_str() {
            "pop" => Source::Popped(list),
            _ => Source::Element { list, position },
        };
        let exists = self.composed(exists, uses, Ty::Bool, span);
        Some(End { exists, source })
    }

    fn value_at(&mut self, end: &End, span: Span) -> Value {
        let (list, position) = match end.source {
            Source::Value(value) => return value,
            Source::Element { list, position } => (list, position),
            Source::Popped(list) => (list, None),
        };
        let position = match position {
            Some(position) => position,
            None => self.composed(quote!(list.len() - 1), vec![("list", list)], Ty::Int, span),
        };
        let element = self.element(list, position, span);
        if let Source::Element { .. } = end.source {
            return self.reference_to(element, span);
        }
        let ty = self.graph[element].ty.owned();
        let value = self.add(Op::Load(element), ty, span);
        self.name(value, "last");
        self.stmts.push(IrStmt::Pop { place: list, value });
        value
    }

    /// The items of a chain brought down to one: where it has any, the first is where it starts.
    fn reduced(&mut self, call: &ExprMethodCall, function: &Expr) -> Option<End> {
        let (span, name) = (call.method.span(), call.method.to_string());
        let Expr::MethodCall(receiver) = behind_parens(&call.receiver) else {
            return None;
        };
        if !is_adaptor(&receiver.method.to_string()) {
            return None;
        }
        let sequence = self.sequence_of(&call.receiver)?;
        let id = self.next_region();
        let zero = self.add(
            Op::Literal("0.0".into()),
            Ty::Float(FloatTy::Inferred),
            span,
        );
        let best = self.scratch(&format!("best{id}"), zero, span);
        let found = self.flag(&format!("found{id}"), span);
        self.each(&sequence, span, |lower, item| {
            let item = lower.operand(item);
            let cond = lower.read(found, span);
            let arms: [Arm<'_, '_>; 2] = [
                Box::new(|lower| {
                    let so_far = lower.read(best, span);
                    let next = match name.as_str() {
                        "reduce" => lower.applied(function, vec![so_far, item], span),
                        "max_by" => lower.larger(function, [so_far, item], [so_far, item], span),
                        _ => lower.larger(function, [so_far, item], [item, so_far], span),
                    };
                    lower.store(best, next);
                    lower.unit(span)
                }),
                Box::new(|lower| {
                    lower.store(best, item);
                    lower.set(Some(found), span);
                    lower.unit(span)
                }),
            ];
            lower.merged(cond, span, arms);
        });
        let exists = self.read(found, span);
        let source = Source::Value(self.read(best, span));
        Some(End { exists, source })
    }

    /// The first of `choice` where `function` says that the first of `compared` is greater, else the second.
    fn larger(
        &mut self,
        function: &Expr,
        compared: [Value; 2],
        choice: [Value; 2],
        span: Span,
    ) -> Value {
        let greater = quote!(::core::cmp::Ordering::Greater);
        let tokens = match behind_parens(function) {
            Expr::Closure(closure) => {
                let (names, body) = (closure.inputs.iter().map(untyped), &closure.body);
                quote! {
                    ::core::option::Option::Some((&so_far, &item))
                        .is_some_and(|(#(#names),*)| (#body) == #greater)
                }
            }
            path => quote!((#path)(&so_far, &item) == #greater),
        };
        let [so_far, item] = compared;
        let uses = vec![("so_far", so_far), ("item", item)];
        let cond = self.composed(tokens, uses, Ty::Bool, span);
        if let Op::Rust(snippet) = &mut self.graph[cond].op {
            snippet.repeatable = false;
        }
        let [first, second] = choice;
        let arms: [Arm<'_, '_>; 2] = [Box::new(move |_| first), Box::new(move |_| second)];
        self.merged(cond, span, arms)
    }

    /// The value of an expression that another stands for.
    pub(super) fn rewritten_expression(&mut self, tokens: TokenStream) -> Option<Value> {
        let mut rewritten: Expr = syn::parse2(tokens).ok()?;
        Matches::again(self.rewritten.len() + 1).visit_expr_mut(&mut rewritten);
        ElseBlocks.visit_expr_mut(&mut rewritten);
        let rewritten = Rc::new(rewritten);
        self.rewritten.push(Rc::clone(&rewritten));
        Some(self.expression(&rewritten))
    }
}

fn untyped(pattern: &Pat) -> &Pat {
    match pattern {
        Pat::Type(pattern) => &pattern.pat,
        pattern => pattern,
    }
}
