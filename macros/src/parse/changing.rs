//! Methods that change the list that they are called on: each is a loop, or a store.

use super::Lower;
use super::sequence::Sequence;
use crate::ir::{Op, Ty, Value};
use quote::{quote, quote_spanned};
use syn::{Expr, ExprMethodCall};

impl Lower<'_> {
    /// A method that changes its receiver, as a statement; `false` where it is none, or changes nothing active.
    pub(super) fn mutating_method(&mut self, call: &ExprMethodCall) -> bool {
        let name = call.method.to_string();
        let args: Vec<&Expr> = call.args.iter().collect();
        let span = call.method.span();
        match (name.as_str(), &args[..]) {
            ("swap", [a, b]) => {
                let Some(list) = self.changed_place(&call.receiver) else {
                    return true;
                };
                let [a, b] = [a, b].map(|index| self.position(index));
                let [a, b] = [a, b].map(|index| self.element(list, index, span));
                let [old_a, old_b] = [a, b].map(|place| self.read(place, span));
                self.store(a, old_b);
                self.store(b, old_a);
                true
            }
            ("push", [value]) => {
                let value = self.expression(value);
                let Some(list) = self.changed_place(&call.receiver) else {
                    return true;
                };
                self.push(list, value);
                true
            }
            ("extend" | "extend_from_slice", [items])
                if self.mentions_active(&Expr::MethodCall(call.clone())) =>
            {
                let Some(items) = self.sequence_of(items) else {
                    return true;
                };
                let Some(list) = self.changed_place(&call.receiver) else {
                    return true;
                };
                self.each(&items, span, |lower, item| {
                    let item = lower.operand(item);
                    lower.push(list, item);
                });
                true
            }
            ("reverse", []) if self.mentions_active(&call.receiver) => {
                let Some(list) = self.changed_place(&call.receiver) else {
                    return true;
                };
                let uses = vec![("list", list)];
                let int =
                    |lower: &mut Self, tokens, uses| lower.composed(tokens, uses, Ty::Int, span);
                let (start, half) = (
                    int(self, quote!(0), Vec::new()),
                    int(self, quote!(list.len() / 2), uses.clone()),
                );
                let halves = Sequence::Range {
                    start,
                    end: Some(half),
                };
                self.each(&halves, span, |lower, index| {
                    let mut uses = uses;
                    uses.push(("index", index));
                    let other = int(lower, quote!(list.len() - 1 - index), uses);
                    let places = [index, other].map(|index| lower.element(list, index, span));
                    let [a, b] = places.map(|place| lower.read(place, span));
                    lower.store(places[0], b);
                    lower.store(places[1], a);
                });
                true
            }
            ("clear", []) if self.mentions_active(&call.receiver) => {
                let empty: Expr = syn::parse_quote_spanned!(span=> ::std::vec::Vec::new());
                let empty = self.plain(&empty, Ty::List(Box::new(Ty::Other)));
                self.assign(&call.receiver, empty);
                true
            }
            ("truncate", [count]) if self.mentions_active(&call.receiver) => {
                let list = &call.receiver;
                self.rewritten_expression(quote_spanned! {span=> {
                    let __kept = #count;
                    while #list.len() > __kept {
                        #list.pop();
                    }
                }});
                true
            }
            ("insert", [at, value])
                if self.is_vec(&call.receiver)
                    && self.mentions_active(&Expr::MethodCall(call.clone())) =>
            {
                let list = &call.receiver;
                self.rewritten_expression(quote_spanned! {span=> {
                    let __at = #at;
                    ::core::assert!(
                        ::core::cmp::PartialOrd::le(&__at, &#list.len()),
                        "insertion index (is {}) should be <= len (is {})",
                        __at,
                        #list.len(),
                    );
                    #list.push(#value);
                    for __position in (__at..#list.len() - 1).rev() {
                        #list.swap(__position, __position + 1);
                    }
                }});
                true
            }
            ("fill", [value]) => {
                let value = self.expression(value);
                let Some(list) = self.changed_place(&call.receiver) else {
                    return true;
                };
                let sequence = Sequence::Elements {
                    list,
                    by_reference: true,
                };
                self.each(&sequence, span, |lower, item| {
                    let place = lower.graph.behind_refs(item);
                    lower.store(place, value);
                });
                true
            }
            ("copy_from_slice" | "clone_from_slice", [source]) => {
                let Some(source) = self.sequence_of(source) else {
                    return true;
                };
                let Some(list) = self.changed_place(&call.receiver) else {
                    return true;
                };
                let target = Sequence::Elements {
                    list,
                    by_reference: true,
                };
                let both = Sequence::Zipped(Box::new(target), Box::new(source));
                self.each(&both, span, |lower, item| {
                    if let Op::Tuple(parts) = lower.graph[item].op.clone() {
                        let place = lower.graph.behind_refs(parts[0]);
                        let value = lower.operand(parts[1]);
                        lower.store(place, value);
                    }
                });
                true
            }
            _ => self.reordering_method(call),
        }
    }

    /// `x.remove(i)` and `x.swap_remove(i)` of a list: what they take off goes to its end first.
    pub(super) fn taken_off(&mut self, call: &ExprMethodCall) -> Option<Value> {
        let (list, span) = (&call.receiver, call.method.span());
        let args: Vec<&Expr> = call.args.iter().collect();
        let (name, [at]) = (call.method.to_string(), &args[..]) else {
            return None;
        };
        if !["remove", "swap_remove"].contains(&name.as_str())
            || !self.is_vec(list)
            || !self.mentions_active(list)
        {
            return None;
        }
        let what = match name.as_str() {
            "remove" => "removal",
            name => name,
        };
        let to_the_end = match name.as_str() {
            "remove" => quote_spanned! {span=>
                for __position in __at..#list.len() - 1 {
                    #list.swap(__position, __position + 1);
                }
            },
            _ => quote_spanned! {span=>
                let __last = #list.len() - 1;
                #list.swap(__at, __last);
            },
        };
        self.rewritten_expression(quote_spanned! {span=> {
            let __at = #at;
            ::core::assert!(
                ::core::cmp::PartialOrd::lt(&__at, &#list.len()),
                "{} index (is {}) should be < len (is {})",
                #what,
                __at,
                #list.len(),
            );
            #to_the_end
            #list.pop().unwrap()
        }})
    }

    /// Whether an expression names a list that can grow. The type of a field is not known: what has methods of lists is taken for
    /// one.
    fn is_vec(&mut self, expr: &Expr) -> bool {
        if !is_named(expr) {
            return false;
        }
        let Some(place) = self.place(expr) else {
            return false;
        };
        let place = self.behind(place);
        match &self.graph[place].ty {
            Ty::List(_) => true,
            Ty::Other => matches!(expr, Expr::Field(_)) || self.graph.is_in_variant(place),
            _ => false,
        }
    }
}

/// A variable or a field of one, which can be written again.
pub(super) fn is_named(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(field) => is_named(&field.base),
        Expr::Paren(inner) => is_named(&inner.expr),
        Expr::Unary(inner) => matches!(inner.op, syn::UnOp::Deref(_)) && is_named(&inner.expr),
        _ => false,
    }
}
