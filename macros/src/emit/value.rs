//! Expressions: how a value is written where it is used.

use super::Emitter;
use super::code::{Binding, Code};
use super::names::{Role, ident};
use crate::ir::{Construction, FloatTy, Op, Projection, Ty, Value};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::str::FromStr;

impl Emitter<'_> {
    /// The variable that holds a value.
    pub(super) fn variable(&self, value: Value) -> Ident {
        let graph = &self.derivative.graph;
        let node = &graph[value];
        let wish = match (&node.name, &node.op, &node.ty) {
            (Some(name), ..) => name.clone(),
            // It has a name of its own since the variable is about to change.
            (None, Op::Load(place), _) => match &graph[graph.root(*place)].name {
                Some(name) => format!("{name}_old"),
                None => "t".into(),
            },
            (None, _, Ty::Bool) => "cond".into(),
            (None, ..) => "t".into(),
        };
        self.names.ident(&self.names.of(value, Role::Itself, &wish))
    }

    /// The variable that a value's adjoint is added up in.
    pub(super) fn adjoint(&self, value: Value) -> Ident {
        let name = self.variable(value).to_string();
        let name = name.trim_start_matches("r#");
        ident(&self.names.of(value, Role::Adjoint, &format!("{name}_bar")))
    }

    /// A value as an expression: for floats and the like the value, for anything else the place it is in.
    pub(super) fn value(&self, value: Value) -> Code {
        self.value_as(value, None)
    }

    /// The same, where a literal takes the type `float`.
    pub(super) fn value_as(&self, value: Value, float: Option<&FloatTy>) -> Code {
        if let Some(name) = self.in_loop(value) {
            return Code::tight(name);
        }
        if self.is_variable(value) {
            return self.bound(value);
        }
        self.definition(value, float)
    }

    /// The expression that computes a value.
    pub(super) fn definition(&self, value: Value, float: Option<&FloatTy>) -> Code {
        let node = &self.derivative.graph[value];
        let rt = &self.rt;
        match &node.op {
            Op::Param(_) | Op::Result | Op::Error => self.bound(value),
            Op::Literal(text) => self.literal(text, &node.ty, float),
            Op::Row(row, args) => self.row(value, row, args),
            Op::Project(_, Projection::Variant(_)) => {
                let part = self.reference(value);
                Code::new(quote!(*#part), Binding::Prefix)
            }
            Op::Project(base, Projection::Unboxed) => {
                let base = self.value(*base).at(Binding::Prefix);
                Code::new(quote!(*#base), Binding::Prefix)
            }
            Op::Project(..) if let Some([list, step]) = self.window_of_place(value) => {
                Code::tight(quote!(#list[#step]))
            }
            Op::Project(base, projection) => {
                let base = self.base(*base);
                match projection {
                    Projection::Variant(_) | Projection::Unboxed => unreachable!("handled above"),
                    Projection::Field(member) => Code::tight(quote!(#base.#member)),
                    Projection::Index(index) => {
                        let index = self.value(*index).tokens();
                        Code::tight(quote!(#base[#index]))
                    }
                }
            }
            Op::Deref(inner) => {
                let inner = self.value(*inner).at(Binding::Prefix);
                Code::new(quote!(*#inner), Binding::Prefix)
            }
            Op::Ref(inner) if matches!(self.derivative.graph[*inner].ty, Ty::Ref(_)) => {
                let inner = self.value(*inner).at(Binding::Prefix);
                Code::new(quote!(&#inner), Binding::Prefix)
            }
            Op::Ref(inner) => Code::new(self.reference(*inner), Binding::Prefix),
            Op::Tuple(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.owned(*part)).collect();
                Code::tight(match &parts[..] {
                    [one] => quote!((#one,)),
                    _ => quote!((#(#parts),*)),
                })
            }
            Op::Array(parts) => {
                let parts = parts.iter().map(|part| self.owned(*part));
                Code::tight(quote!([#(#parts),*]))
            }
            Op::Boxed(inner) => {
                let inner = self.owned(*inner);
                Code::tight(quote!(#rt::Box::new(#inner)))
            }
            Op::Vec(parts) => {
                let parts = parts.iter().map(|part| self.owned(*part));
                Code::tight(quote!(#rt::vec![#(#parts),*]))
            }
            Op::Repeat {
                element,
                count,
                in_vec,
            } => {
                let (element, count) = (self.owned(*element), self.value(*count).tokens());
                Code::tight(match in_vec {
                    true => quote!(#rt::vec![#element; #count]),
                    false => quote!([#element; #count]),
                })
            }
            Op::Total(list, _) if node.ty.is_float() => {
                let list = self.reference(*list);
                Code::tight(quote!(#rt::total(#list)))
            }
            Op::Total(list, like) => {
                let (list, like) = (self.reference(*list), self.reference(*like));
                Code::tight(quote!(#rt::total_like(#list, #like)))
            }
            Op::Length(None) => Code::tight(quote!(#rt::Length)),
            Op::Length(Some(array)) => {
                let array = self.reference(*array);
                Code::tight(quote!(#rt::Length::of(#array)))
            }
            Op::Fixed(list, length) => {
                let (list, length) = (self.reference(*list), self.reference(*length));
                Code::tight(quote!(#rt::fixed(#list, #length)))
            }
            Op::Struct(construction) => Code::tight(self.construction(construction)),
            Op::PopAdjoint(place) => {
                let place = self.adjoint_place(*place);
                Code::tight(quote!(#rt::unwrap(#place.pop())))
            }
            Op::Cell(init) => match &node.ty {
                // What is added up says nothing of the type of the zero that it begins with.
                Ty::Float(float @ FloatTy::Generic(_))
                    if self.derivative.graph.is_literal(*init) =>
                {
                    self.definition(*init, Some(float))
                }
                _ => Code::new(self.owned(*init), Binding::Loose),
            },
            Op::Load(place) if self.is_variable(value) => {
                Code::new(self.copied(*place), Binding::Tight)
            }
            Op::Load(place) => self.value(*place),
            // What is kept of a place that is about to change is a copy of it.
            Op::ReadAdjoint(place) if self.is_variable(value) && !node.ty.is_float() => {
                let place = self.adjoint_place(*place);
                Code::tight(match node.ty {
                    Ty::Slice(_) => quote!(#rt::to_vec(&#place)),
                    _ => quote!(#rt::clone(&#place)),
                })
            }
            Op::ReadAdjoint(place) => Code::tight(self.adjoint_place(*place)),
            Op::TakeAdjoint(place) => {
                let target = self.adjoint_place(*place);
                let windows = self.windows.borrow();
                if windows
                    .as_ref()
                    .is_some_and(|windows| windows.takes_nothing)
                {
                    return Code::tight(target);
                }
                let taken = quote!(#rt::take(&mut #target));
                Code::tight(match self.derivative.graph.is_optional(*place) {
                    true => quote!(#rt::unwrap(#taken)),
                    false => taken,
                })
            }
            Op::Cast(inner) => {
                let is_known = self.derivative.graph[*inner].ty != Ty::Other;
                let inner = self.value(*inner).at(Binding::Cast);
                let inner = match is_known {
                    true => inner,
                    false => {
                        let inner = located(inner, node.span);
                        quote_spanned!(node.span=> #rt::integer(#inner))
                    }
                };
                let ty = match &node.ty {
                    Ty::Int if !self.derivative.types.contains_key(&value) => {
                        return Code::tight(inner);
                    }
                    _ if let Some(ty) = self.derivative.types.get(&value) => ty.clone(),
                    Ty::Float(FloatTy::F32) => quote!(f32),
                    Ty::Float(FloatTy::Generic(name)) => quote!(#name),
                    _ => quote!(f64),
                };
                Code::new(quote!(#inner as #ty), Binding::Cast)
            }
            Op::Rust(snippet) => self.snippet(snippet),
            Op::SumTo(summed, like) => {
                let function = match self.derivative.graph[*like].op {
                    Op::ShapeOf(_) => quote!(zip_to_shape),
                    _ => quote!(zip_to),
                };
                let like = self.reference(*like);
                let (operands, closure) = self.fused(*summed, self.plan.is_inline(*summed));
                Code::tight(quote!(#rt::#function(#like, #operands, #closure)))
            }
            Op::ShapeOf(like) => {
                let like = self.reference(*like);
                Code::tight(quote!(#rt::shape_of(#like)))
            }
            Op::Without(tangent, members) => {
                let (tangent, rest) = (self.owned(*tangent), ident(&self.names.fresh("rest")));
                Code::tight(quote! {{
                    let mut #rest = #tangent;
                    #(#rt::set_zero(&mut #rest.#members);)*
                    #rest
                }})
            }
            Op::ZeroLike(like) => {
                let like = self.reference(*like);
                Code::tight(quote!(#rt::zero_tangent(#like)))
            }
            Op::AdjointOf(root) => Code::tight(self.adjoint(*root)),
            Op::Some(inner) => {
                let inner = self.owned(*inner);
                Code::tight(quote!(#rt::Some(#inner)))
            }
            Op::None => Code::tight(quote!(#rt::None)),
            Op::IsNone(option) => {
                let option = self.value(*option).at(Binding::Tight);
                Code::tight(quote!(#option.is_none()))
            }
            Op::Unwrap(option) if node.ty.is_float() => {
                let option = self.owned(*option);
                Code::tight(quote!(#rt::unwrap(#option)))
            }
            Op::Unwrap(option) => {
                let option = self.reference(*option);
                Code::new(quote!(*#rt::held(#option)), Binding::Prefix)
            }
        }
    }

    /// Whether a value has a name of its own in the generated code.
    pub(super) fn is_variable(&self, value: Value) -> bool {
        !self.plan.is_inline(value) && !crate::plan::is_atom(&self.derivative.graph, value)
    }

    /// A variable, or what it refers to where it holds a reference.
    fn bound(&self, value: Value) -> Code {
        let name = self.variable(value);
        if self.is_borrowed(value) {
            Code::new(quote!(*#name), Binding::Prefix)
        } else {
            Code::tight(name)
        }
    }

    /// What a field or index is taken of: references are followed by rustc.
    pub(super) fn base(&self, value: Value) -> TokenStream {
        let graph = &self.derivative.graph;
        match &graph[value].op {
            Op::Deref(inner) | Op::Project(inner, Projection::Unboxed) => self.base(*inner),
            Op::Param(_) => {
                let name = self.variable(value);
                quote!(#name)
            }
            _ if self.is_variable(value) => {
                let name = self.variable(value);
                quote!(#name)
            }
            Op::Load(place) => self.base(*place),
            _ => self.value(value).at(Binding::Tight),
        }
    }

    /// A reference to a value.
    pub(super) fn reference(&self, value: Value) -> TokenStream {
        let graph = &self.derivative.graph;
        let node = &graph[value];
        if node.lent {
            // The user's `&mut` stays where it is.
            let name = self.variable(value);
            return quote!(&*#name);
        }
        if let Op::Project(base, Projection::Variant(field)) = &node.op {
            return self.variant_part(*base, field, node.span);
        }
        if let Op::Unwrap(option) = node.op {
            let (rt, option) = (&self.rt, self.reference(option));
            return quote!(#rt::held(#option));
        }
        if let Op::Deref(inner) = node.op {
            return if graph[inner].lent {
                self.reference(inner)
            } else {
                self.value(inner).at(Binding::Prefix)
            };
        }
        if let (Op::Load(place), false) = (&node.op, self.is_variable(value)) {
            return self.reference(*place);
        }
        if matches!(node.ty, Ty::Ref(_)) {
            return self.value(value).at(Binding::Prefix);
        }
        if self.is_variable(value) || matches!(node.op, Op::Param(_)) {
            let name = self.variable(value);
            return if self.is_borrowed(value) {
                quote!(#name)
            } else {
                quote!(&#name)
            };
        }
        let code = self
            .value_as(value, self.output_float())
            .at(Binding::Prefix);
        quote!(&#code)
    }

    /// Expands to: `Point { x: a, y: b }` or `Pair(a, b)`
    fn construction(&self, construction: &Construction) -> TokenStream {
        let path = &construction.path;
        let is_tuple =
            |(member, _): &(syn::Member, Value)| matches!(member, syn::Member::Unnamed(_));
        let is_whole = construction.rest.is_none();
        if construction.fields.iter().all(is_tuple) && !construction.fields.is_empty() && is_whole {
            let values = construction
                .fields
                .iter()
                .map(|(_, value)| self.held(*value, path));
            return quote!(#path(#(#values),*));
        }
        let fields = construction.fields.iter().map(|(member, value)| {
            let value = self.owned(*value);
            quote!(#member: #value)
        });
        let rest = construction.rest.map(|rest| {
            let rest = self.owned(rest);
            quote!(..#rest)
        });
        let fields = fields.chain(rest);
        quote!(#path { #(#fields),* })
    }

    /// What a variant is built of; which float an option holds, only the literal in it may say.
    fn held(&self, value: Value, path: &syn::Path) -> TokenStream {
        let node = &self.derivative.graph[value];
        match (&node.op, &node.ty) {
            (Op::Literal(_), Ty::Float(float @ (FloatTy::F32 | FloatTy::F64)))
                if crate::variants::is_some(path) =>
            {
                self.value_as(value, Some(float)).tokens()
            }
            _ => self.owned(value),
        }
    }

    /// What a place holds, as a value of its own.
    pub(super) fn copied(&self, place: Value) -> TokenStream {
        match self.derivative.graph[place].ty {
            Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Ref(_) => self.value(place).tokens(),
            _ => self.cloned(place),
        }
    }

    /// What a reference to a value is to: a place that is read where it is used is not copied first.
    pub(super) fn seen(&self, value: Value) -> Value {
        match self.derivative.graph[value].op {
            Op::Load(place) if !self.is_variable(value) => place,
            _ => value,
        }
    }

    fn cloned(&self, place: Value) -> TokenStream {
        let (rt, reference) = (&self.rt, self.reference(place));
        match self.derivative.graph[self.seen(place)].ty {
            Ty::Slice(_) => quote!(#rt::to_vec(#reference)),
            _ => quote!(#rt::clone(#reference)),
        }
    }

    /// A value to be given away: moved at its only use, else cloned.
    pub(super) fn owned(&self, value: Value) -> TokenStream {
        let graph = &self.derivative.graph;
        let node = &graph[value];
        let is_copy = match node.ty {
            Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Range | Ty::Ref(_) => true,
            // Of what is nothing in one arm, the type is that of the other.
            Ty::Never => !matches!(node.op, Op::Unwrap(_)),
            _ => false,
        };
        let is_trace = self.plan.kept.traces.values().any(|trace| *trace == value);
        if is_copy || is_trace && !self.is_borrowed(value) {
            return self.value(value).tokens();
        }
        let is_place = match node.op {
            _ if self.is_borrowed(value) => true,
            Op::Deref(_) | Op::Project(..) | Op::Unwrap(_) => true,
            Op::Load(_) => self.plan.is_inline(value) || !self.may_move(value),
            Op::Param(_) | Op::AdjointOf(_) => !self.may_move(value),
            Op::Tuple(_) | Op::Some(_) | Op::None | Op::Literal(_) => false,
            _ if self.plan.is_inline(value) => false,
            _ => !self.may_move(value),
        };
        if let (Op::Unwrap(option), true) = (&node.op, self.may_move(value)) {
            let (rt, option) = (&self.rt, self.owned(*option));
            quote!(#rt::unwrap(#option))
        } else if is_place {
            self.cloned(value)
        } else {
            self.value(value).tokens()
        }
    }

    fn literal(&self, text: &str, ty: &Ty, wanted: Option<&FloatTy>) -> Code {
        let (magnitude, negative) = match text.strip_prefix('-') {
            Some(magnitude) => (magnitude, true),
            None => (text, false),
        };
        let special = match magnitude {
            "inf" => Some(quote!(INFINITY)),
            "NaN" => Some(quote!(NAN)),
            _ => None,
        };
        let float = match (ty, wanted) {
            (Ty::Float(FloatTy::Inferred) | Ty::Other, Some(wanted)) => wanted.clone(),
            (Ty::Float(float), _) => float.clone(),
            _ => FloatTy::Inferred,
        };
        let rt = &self.rt;
        let number = Literal::from_str(magnitude)
            .unwrap_or_else(|_| Literal::f64_unsuffixed(magnitude.parse().unwrap_or(f64::NAN)));
        let tokens = match (&float, special) {
            (FloatTy::Generic(name), None) => quote!(#name::lit(#number)),
            (FloatTy::Generic(name), Some(special)) => quote!(#name::#special),
            (FloatTy::F32, Some(special)) => quote!(f32::#special),
            (_, Some(special)) => quote!(f64::#special),
            // Of the negative of something unknown, nothing says the type.
            _ if self.inside_loop() && self.is_generic() => {
                let sign = negative.then(|| quote!(-));
                return Code::tight(quote!(#rt::lit(#sign #number)));
            }
            (FloatTy::F32, None) if wanted.is_some() => suffixed(magnitude, "f32"),
            (FloatTy::F64, None) if wanted.is_some() => suffixed(magnitude, "f64"),
            _ => quote!(#number),
        };
        if negative {
            Code::new(quote!(-#tokens), Binding::Prefix)
        } else {
            Code::tight(tokens)
        }
    }
}

fn suffixed(number: &str, suffix: &str) -> TokenStream {
    Literal::from_str(&format!("{number}_{suffix}"))
        .map_or_else(|_| quote!(), |literal| quote!(#literal))
}

/// Tokens that rustc is to report at a place of the user's; names keep their own resolution.
pub(super) fn located(tokens: TokenStream, span: Span) -> TokenStream {
    let located = tokens.into_iter().map(|mut token| {
        token.set_span(span.resolved_at(token.span()));
        token
    });
    located.collect()
}
