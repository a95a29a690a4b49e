//! Lists that are made of their elements: `[a, b]`, `[x; n]`, `vec![a, b]`, `vec![x; n]`.

use super::Lower;
use super::closure::behind_parens;
use super::macros::macro_name;
use super::sequence::is_adaptor;
use crate::ir::{Op, Ty, Value};
use proc_macro2::{Literal, Span};
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprMethodCall, ExprRepeat, Macro, Pat, Stmt, Token};

/// What stands between the brackets of `vec![..]`.
pub(crate) enum Elements {
    Each(Vec<Expr>),
    Repeated {
        element: Box<Expr>,
        count: Box<Expr>,
    },
}

impl Parse for Elements {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.is_empty() {
            return Ok(Elements::Each(Vec::new()));
        }
        let element: Expr = input.parse()?;
        if input.parse::<Option<Token![;]>>()?.is_some() {
            let (element, count) = (Box::new(element), input.parse()?);
            return Ok(Elements::Repeated { element, count });
        }
        let mut elements = vec![element];
        if input.parse::<Option<Token![,]>>()?.is_some() {
            elements.extend(Punctuated::<Expr, Token![,]>::parse_terminated(input)?);
        }
        Ok(Elements::Each(elements))
    }
}

/// The expressions that a macro is given.
pub(crate) fn operands(mac: &Macro) -> Vec<Expr> {
    match mac.parse_body() {
        Ok(Elements::Each(operands)) => operands,
        Ok(Elements::Repeated { element, count }) => vec![*element, *count],
        Err(_) => Vec::new(),
    }
}

/// The elements of the list that `vec![..]` makes.
pub(crate) fn vec_elements(mac: &Macro) -> Option<Elements> {
    if macro_name(mac) != "vec" {
        return None;
    }
    mac.parse_body().ok()
}

/// Looks at the elements of `vec![..]`, which to syn are tokens.
pub(super) fn each_element(mac: &Macro, mut look: impl FnMut(&Expr)) {
    match vec_elements(mac) {
        Some(Elements::Each(elements)) => elements.iter().for_each(look),
        Some(Elements::Repeated { element, count }) => {
            look(&element);
            look(&count);
        }
        None => {}
    }
}

/// The same to change them.
pub(super) fn visit_vec(visitor: &mut impl VisitMut, mac: &mut Macro) {
    match vec_elements(mac) {
        Some(Elements::Each(mut elements)) => {
            for element in &mut elements {
                visitor.visit_expr_mut(element);
            }
            mac.tokens = quote!(#(#elements),*);
        }
        Some(Elements::Repeated {
            mut element,
            mut count,
        }) => {
            visitor.visit_expr_mut(&mut element);
            visitor.visit_expr_mut(&mut count);
            mac.tokens = quote!(#element; #count);
        }
        None => {}
    }
}

impl Lower<'_> {
    pub(super) fn array<'a>(
        &mut self,
        elements: impl IntoIterator<Item = &'a Expr>,
        make: fn(Vec<Value>) -> Op,
        span: Span,
    ) -> Value {
        let parts: Vec<Value> = elements
            .into_iter()
            .map(|element| self.expression(element))
            .collect();
        let element = parts
            .iter()
            .map(|value| self.graph[*value].ty.clone())
            .reduce(|a, b| a.join(&b))
            .unwrap_or(Ty::Other);
        self.add(make(parts), Ty::List(Box::new(element)), span)
    }

    /// `a.map(f)` of an array, as the loop that it is.
    pub(super) fn mapped_array(&mut self, array: Value, call: &ExprMethodCall) -> Option<Value> {
        let Ty::List(item) = self.graph[array].ty.peeled() else {
            return None;
        };
        let is_of_floats = item.is_float();
        let function = call.args.first().filter(|_| call.method == "map")?;
        let span = call.method.span();
        if !is_of_floats || makes_parts(function) {
            // What it is of then is something else.
            let (like, list) = (self.graph.behind_refs(array), self.behind(array));
            return Some(self.array_of(Some(like), span, None, |lower, index| {
                let element = lower.element(list, index, span);
                let element = lower.read(element, span);
                lower.applied(function, vec![element], span)
            }));
        }
        self.env.enter();
        let array = self.name_for(array);
        let mapped = self.rewritten_expression(quote_spanned! {span=> {
            let mut __mapped = #array.clone();
            for __at in 0..__mapped.len() {
                __mapped[__at] = (#function)(__mapped[__at]);
            }
            __mapped
        }});
        self.env.leave();
        mapped
    }

    /// `let [a, b] = indices.map(|i| x[i]);`: the pattern says that this is an array, and how long it is.
    pub(super) fn mapped_to(&mut self, pattern: &Pat, init: &Expr) -> Option<Value> {
        let (Pat::Slice(pattern), Expr::MethodCall(call)) = (pattern, init) else {
            return None;
        };
        let is_rest = |part: &Pat| {
            matches!(part, Pat::Rest(_))
                || matches!(part, Pat::Ident(part) if part.subpat.is_some())
        };
        let is_chain = matches!(&*call.receiver, Expr::MethodCall(inner) if is_adaptor(&inner.method.to_string()));
        let function = call
            .args
            .first()
            .filter(|_| call.method == "map" && !is_chain)?;
        if pattern.elems.iter().any(is_rest) || !self.mentions_active(init) {
            return None;
        }
        let (array, span) = (&call.receiver, call.method.span());
        let parts = (0..pattern.elems.len()).map(|at| {
            let at = Literal::usize_unsuffixed(at);
            quote_spanned!(span=> (#function)(__array[#at].clone()))
        });
        self.rewritten_expression(quote_spanned!(span=> { let __array = #array; [#(#parts),*] }))
    }

    /// `x.split_at(k)`
    pub(super) fn split(&mut self, list: &Expr, position: &Expr, span: Span) -> Value {
        let list = match self.place(list) {
            Some(place) => place,
            None => self.expression(list),
        };
        self.check_index(position);
        let position = self.position(position);
        let parts = [("end", quote!(..end)), ("start", quote!(start..))].map(|(name, tokens)| {
            let range = self.composed(tokens, vec![(name, position)], Ty::Range, span);
            let part = self.slice_by(list, range, span);
            self.reference_to(part, span)
        });
        self.pair(parts[0], parts[1], span)
    }

    pub(super) fn repeated(&mut self, repeat: &ExprRepeat) -> Value {
        self.repeat_of(&repeat.expr, &repeat.len, false, repeat.span())
    }

    fn repeat_of(&mut self, element: &Expr, count: &Expr, in_vec: bool, span: Span) -> Value {
        let element = self.expression(element);
        self.check_index(count);
        let count = self.position(count);
        let ty = Ty::List(Box::new(self.graph[element].ty.clone()));
        let op = Op::Repeat {
            element,
            count,
            in_vec,
        };
        self.add(op, ty, span)
    }

    /// `vec![..]` of active values.
    pub(super) fn vec(&mut self, elements: &Elements, span: Span) -> Value {
        match elements {
            Elements::Each(elements) => self.array(elements, Op::Vec, span),
            Elements::Repeated { element, count } => self.repeat_of(element, count, true, span),
        }
    }
}

/// Whether a closure makes something of several parts, by how it is written.
fn makes_parts(function: &Expr) -> bool {
    let Expr::Closure(closure) = behind_parens(function) else {
        return false;
    };
    let mut made = behind_parens(&closure.body);
    while let Expr::Block(block) = made
        && let Some(Stmt::Expr(last, None)) = block.block.stmts.last()
    {
        made = behind_parens(last);
    }
    matches!(made, Expr::Tuple(_) | Expr::Array(_) | Expr::Struct(_))
}
