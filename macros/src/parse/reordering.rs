//! Methods of lists whose elements get other places, or of which some go: each is a loop over a copy of the list.

use super::Lower;
use super::changing::is_named;
use super::closure::behind_parens;
use crate::ir::Ty;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, ExprMethodCall};

const REORDERING: &[&str] = &[
    "sort_by",
    "sort_unstable_by",
    "sort_by_key",
    "sort_by_cached_key",
    "rotate_left",
    "rotate_right",
    "resize",
    "retain",
    "append",
];

impl Lower<'_> {
    /// `sort_by`, `rotate_left`, `retain` and the like of a list of active values; `false` where it is none of them.
    pub(super) fn reordering_method(&mut self, call: &ExprMethodCall) -> bool {
        let (list, span) = (&call.receiver, call.method.span());
        let args: Vec<&Expr> = call.args.iter().collect();
        let name = call.method.to_string();
        let is_one = REORDERING.contains(&name.as_str());
        if !is_one || !self.mentions_active(&Expr::MethodCall(call.clone())) || !self.is_list(list)
        {
            return false;
        }
        let target = &**list;
        let (lent, list) = match is_named(target) {
            true => (None, quote!(#target)),
            false => (
                Some(quote_spanned!(span=> let __list = &mut #target;)),
                quote_spanned!(span=> (*__list)),
            ),
        };
        let copied = quote_spanned!(span=> let __before = #list.to_vec(););
        let tokens = match (name.as_str(), &args[..]) {
            ("sort_by" | "sort_unstable_by" | "sort_by_key" | "sort_by_cached_key", [by]) => {
                if name == "sort_unstable_by" && !self.is_list_of_floats(target) {
                    self.error(
                        span,
                        "an unstable sort is not supported for what is no float: which of two that are alike comes first is not known",
                        "write `sort_by`",
                    );
                    return true;
                }
                let method = &call.method;
                let by = compared(by, name.contains("key"), span);
                quote_spanned! {span=>
                    #copied
                    let __count = #list.len();
                    let mut __order: ::std::vec::Vec<usize> =
                        ::std::vec::Vec::from_iter(0..__count);
                    __order.#method(#by);
                    for __at in 0..__count {
                        #list[__at] = __before[__order[__at]].clone();
                    }
                }
            }
            ("rotate_left" | "rotate_right", [by]) => {
                let from = match name.as_str() {
                    "rotate_left" => quote_spanned!(span=> (__at + __by) % #list.len()),
                    _ => quote_spanned!(span=> (__at + #list.len() - __by) % #list.len()),
                };
                quote_spanned! {span=>
                    let __by: usize = #by;
                    ::core::assert!(
                        ::core::cmp::PartialOrd::le(&__by, &#list.len()),
                        "assertion failed: mid <= self.len()",
                    );
                    #copied
                    for __at in 0..#list.len() {
                        #list[__at] = __before[#from].clone();
                    }
                }
            }
            ("resize", [count, value]) => quote_spanned! {span=>
                let __count: usize = #count;
                let __value = #value;
                while #list.len() > __count {
                    #list.pop();
                }
                while #list.len() < __count {
                    #list.push(__value.clone());
                }
            },
            ("retain", [test]) => {
                let Expr::Closure(test) = behind_parens(test) else {
                    return false;
                };
                let (pattern, test) = (test.inputs.first(), &test.body);
                quote_spanned! {span=>
                    #copied
                    #list.clear();
                    for __item in __before.iter() {
                        let #pattern = __item;
                        if #test {
                            #list.push(__item.clone());
                        }
                    }
                }
            }
            ("append", [other]) => {
                let Expr::Reference(other) = behind_parens(other) else {
                    return false;
                };
                let other = &other.expr;
                quote_spanned! {span=>
                    for __item in #other.iter() {
                        #list.push(__item.clone());
                    }
                    #other.clear();
                }
            }
            _ => return false,
        };
        self.rewritten_expression(quote_spanned!(span=> { #lent #tokens }));
        true
    }

    /// Whether an expression names a list. The type of a field is not known: what has these methods there is taken for one.
    fn is_list(&mut self, list: &Expr) -> bool {
        let Some(place) = self.place(list) else {
            return false;
        };
        let place = self.behind(place);
        match &self.graph[place].ty {
            Ty::List(_) | Ty::Slice(_) => true,
            Ty::Other => {
                matches!(behind_parens(list), Expr::Field(_) | Expr::Index(_))
                    || self.graph.is_in_variant(place)
            }
            _ => false,
        }
    }

    fn is_list_of_floats(&self, list: &Expr) -> bool {
        let ty = self.snippet_ty(list);
        ty.peeled()
            .element()
            .is_some_and(|element| element.is_float())
    }
}

/// The same comparison of positions, or key of one.
fn compared(by: &Expr, is_key: bool, span: Span) -> TokenStream {
    let seen = [
        quote_spanned!(span=> &__before[*__a]),
        quote_spanned!(span=> &__before[*__b]),
    ];
    let seen = if is_key { &seen[..1] } else { &seen[..] };
    let value = match behind_parens(by) {
        Expr::Closure(closure) => {
            let (patterns, body) = (closure.inputs.iter(), &closure.body);
            quote!({ #(let #patterns = #seen;)* #body })
        }
        path => quote!((#path)(#(#seen),*)),
    };
    match is_key {
        true => quote_spanned!(span=> |__a| #value),
        false => quote_spanned!(span=> |__a, __b| #value),
    }
}
