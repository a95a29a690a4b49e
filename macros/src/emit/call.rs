//! Nested calls: the forward part, and the pull part with a slot for each argument.

use super::code::Binding;
use super::names::ident;
use super::{Emitter, Target};
use crate::ir::{Call, Callee, Op, Projection, Ty, Value};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

impl Emitter<'_> {
    /// Expands to: `let (z, g_pull) = g::forward(x, &y);`
    pub(super) fn call(&self, call: &Call) -> TokenStream {
        let path = &call.path;
        let value = self.variable(call.value);
        let mut args = call.args.iter().zip(&call.lent);
        let receiver = if call.kind == Callee::Method {
            let (&arg, lent) = args.next().expect("a method has a receiver");
            Some(match lent {
                Some(lent) => self.changed_base(lent.place),
                None => self.base(arg),
            })
        } else {
            None
        };
        let is_pulled = self.plan.is_needed(call.residuals);
        let args = || -> Vec<TokenStream> {
            args.map(|(arg, lent)| match lent {
                Some(lent) => self.lent(lent.place),
                None => self.owned(*arg),
            })
            .collect()
        };
        // What a list in the arguments holds is written again for the pull part.
        let (args, check) = match is_pulled {
            true => self.without_moves(|| (args(), self.twin_check(call))),
            false => (args(), None),
        };
        let generics: Vec<_> = call.generics.iter().map(with_colons).collect();
        if !is_pulled {
            return match receiver {
                Some(receiver) => quote!(let #value = #receiver.#path #(#generics)* (#(#args),*);),
                None => quote!(let #value = #path #(#generics)* (#(#args),*);),
            };
        }
        let residuals = self.variable(call.residuals);
        let forward = match call.kind {
            Callee::Associated => self.callee(call, "forward_by_path"),
            _ => self.callee(call, "forward"),
        };
        let callee = match receiver {
            Some(receiver) => quote!(#receiver.#forward),
            None => forward,
        };
        let args = quote_spanned!(call.span=> (#(#args),*));
        quote!(#check let (#value, #residuals) = #callee #(#generics)* #args;)
    }

    /// `g::pull`, `energy_pull`, `Self::energy_pull`
    fn callee(&self, call: &Call, function: &str) -> TokenStream {
        let path = &call.path;
        if call.kind == Callee::Function {
            let function = proc_macro2::Ident::new(function, call.span);
            return quote_spanned!(call.span=> <#path>::#function);
        }
        let mut path = path.clone();
        if let Some(last) = path.segments.last_mut() {
            last.ident = super::frame::derived_name(&last.ident, function);
        }
        quote!(#path)
    }

    /// Expands to: `rt::assert_twin::<g, _, _>(g, |function| function(x, &y));`
    fn twin_check(&self, call: &Call) -> Option<TokenStream> {
        if call.kind != Callee::Function {
            return None;
        }
        let (path, rt) = (&call.path, &self.rt);
        let generics = call.generics.iter().map(with_colons);
        let args = call
            .args
            .iter()
            .zip(&call.lent)
            .map(|(&arg, lent)| match lent {
                Some(lent) => self.lent(lent.place),
                None => self.copied(arg),
            });
        let args = quote_spanned!(call.span=> (#(#args),*));
        let function = ident(&self.names.fresh("function"));
        let mut called = function.clone();
        called.set_span(call.span.resolved_at(Span::call_site()));
        Some(quote! {
            #rt::assert_twin::<(#path), _, _>(#path #(#generics)*, |#function| #called #args);
        })
    }

    /// Expands to: `g::pull(&g_pull, &x, &&y, &z_bar, &mut x_bar, rt::Off);`
    pub(super) fn pull(&self, call: &Call, cotangent: Value) -> TokenStream {
        self.without_moves(|| self.pull_part(call, cotangent))
    }

    fn pull_part(&self, call: &Call, cotangent: Value) -> TokenStream {
        let (rt, graph) = (&self.rt, &self.derivative.graph);
        let residuals = self.reference(call.residuals);
        let receiver = (call.kind == Callee::Method).then(|| self.base(call.args[0]));
        let first = usize::from(receiver.is_some());
        let given = call.args[first..].iter().zip(&call.lent[first..]);
        let args: Vec<TokenStream> = given
            .map(|(&arg, lent)| {
                if lent.is_some_and(|lent| lent.is_certain) {
                    quote!(&())
                } else if matches!(graph[arg].ty, Ty::Ref(_)) {
                    let reference = self.reference(arg);
                    match self.may_be_boxed(arg) {
                        // In a block, a reference to a box becomes the one to what it holds, as in the call.
                        true => quote!(&{ #reference }),
                        false => quote!(&#reference),
                    }
                } else if graph.is_literal(arg) {
                    // The callee says which float it is.
                    let literal = self.value(arg).tokens();
                    quote!(&#literal)
                } else {
                    self.reference(arg)
                }
            })
            .collect();
        let mut places: Vec<Value> = Vec::new();
        let (mut begin, mut end) = (TokenStream::new(), TokenStream::new());
        let args_and_places = call.args.iter().zip(&call.lent).zip(&call.arg_spans);
        let slots: Vec<TokenStream> = args_and_places
            .map(|((&arg, lent), &ends)| {
                let is_stopped = lent.is_some_and(|lent| lent.is_stopped);
                let arg = lent.map_or(arg, |lent| lent.place);
                if is_stopped || !graph[arg].active {
                    return quote!(#rt::Off);
                }
                let place = graph.behind_refs(arg);
                let is_lent = places.iter().any(|&other| self.overlap(other, place));
                places.push(place);
                if !is_lent {
                    return between(ends, self.slot(place));
                }
                // One place cannot be lent twice: this part is added up beside it.
                let [part, whole] = ["part_bar", "whole_bar"].map(|wish| ident(&self.names.fresh(wish)));
                let (zero, slot) = (self.zero_like(place), self.slot(place));
                let (ty, add) = match graph[place].ty.peeled() {
                    Ty::Slice(_) => (quote!([_]), quote!(add_slice_into)),
                    _ => (quote!(_), quote!(add_into)),
                };
                begin.extend(quote!(let mut #part = #zero;));
                end.extend(quote! {
                    if let #rt::Some(#whole) = #rt::Slot::<#ty>::into_option(#slot) { #rt::#add(#whole, &#part); }
                });
                between(ends, quote!(&mut #part))
            })
            .collect();
        let cotangent = self.reference(cotangent);
        let generics = call.generics.iter().map(with_colons);
        let pull = match call.kind {
            Callee::Associated => self.callee(call, "pull_by_path"),
            _ => self.callee(call, "pull"),
        };
        let callee = match receiver {
            Some(receiver) => quote!(#receiver.#pull),
            None => pull,
        };
        let given = quote_spanned!(call.span=> (#residuals, #(#args,)* #cotangent, #(#slots),*));
        quote! {
            #begin
            #callee #(#generics)* #given;
            #end
        }
    }

    /// Expands to: `&mut v[i]`, or `x` where that is a `&mut` already.
    fn lent(&self, place: Value) -> TokenStream {
        let graph = &self.derivative.graph;
        let whole = graph.behind_refs(place);
        if graph[whole].lent {
            return self.value(whole).tokens();
        }
        let place = match graph.is_in_variant(place) {
            true => self.changed(place),
            false => self.value(place),
        };
        let place = place.at(Binding::Prefix);
        quote!(&mut #place)
    }

    /// Whether a reference is to a part of a variant, whose type is not known.
    fn may_be_boxed(&self, value: Value) -> bool {
        let graph = &self.derivative.graph;
        let seen = graph.behind_refs(value);
        let place = match graph[seen].op {
            Op::Load(place) => place,
            _ => seen,
        };
        matches!(graph[seen].ty, Ty::Other | Ty::Boxed(_)) && graph.is_in_variant(place)
    }

    /// Whether the adjoints of two places cannot be lent at once: different fields can, of a variable that is no option.
    fn overlap(&self, a: Value, b: Value) -> bool {
        let graph = &self.derivative.graph;
        let root = graph.root(a);
        if root != graph.root(b) {
            return false;
        }
        let fields = |mut place: Value| {
            let mut fields = Vec::new();
            loop {
                match &graph[place].op {
                    Op::Project(base, Projection::Field(member)) => {
                        fields.push(Some(member));
                        place = *base;
                    }
                    Op::Project(
                        base,
                        Projection::Index(_) | Projection::Variant(_) | Projection::Unboxed,
                    ) => {
                        fields.push(None);
                        place = *base;
                    }
                    Op::Ref(inner) | Op::Deref(inner) => place = *inner,
                    _ => break fields.into_iter().rev(),
                }
            }
        };
        let differ = fields(a)
            .zip(fields(b))
            .find(|(a, b)| a.is_none() || b.is_none() || a != b);
        self.target(root) == Target::Option || !matches!(differ, Some((Some(_), Some(_))))
    }

    /// The adjoint place of an argument, for a pull part to add to.
    fn slot(&self, place: Value) -> TokenStream {
        let root = self.derivative.graph.root(place);
        let name = self.adjoint(root);
        let path = self.path_in(place, &name);
        let is_whole = root == self.derivative.graph.behind_refs(place);
        match self.target(root) {
            Target::Local => quote!(&mut #path),
            Target::Reference if is_whole => quote!(&mut *#name),
            Target::Reference => quote!(&mut #path),
            Target::Option if is_whole => quote!(#name.as_deref_mut()),
            Target::Option => quote!(#name.as_deref_mut().map(|#name| &mut #path)),
        }
    }
}

/// Generated tokens that rustc is to report where the user wrote what they stand for, from a first to a last token. Names
/// keep their own resolution, in parentheses of the user's.
fn between([first, last]: [Span; 2], tokens: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let count = tokens.len();
    let mut after_dot = false;
    for (index, token) in tokens.iter_mut().enumerate() {
        let span = if index + 1 == count { last } else { first };
        let is_field = std::mem::replace(
            &mut after_dot,
            matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.'),
        );
        match token {
            TokenTree::Ident(name) if name != "mut" && !is_field => {
                let mut parenthesized = Group::new(Delimiter::Parenthesis, quote!(#name));
                parenthesized.set_span(span);
                if index == 0 || index + 1 == count {
                    *token = TokenTree::Group(parenthesized);
                }
            }
            token => token.set_span(span),
        }
    }
    tokens.into_iter().collect()
}

fn with_colons(generics: &syn::AngleBracketedGenericArguments) -> TokenStream {
    let mut generics = generics.clone();
    generics.colon2_token = Some(Default::default());
    quote!(#generics)
}
