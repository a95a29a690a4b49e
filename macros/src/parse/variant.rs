//! Enums that carry floats, and options among them: how variants are built and what is read of them.

use super::Lower;
use super::env::spelling;
use super::matching::{bound_names, is_constant};
use crate::ir::{Construction, Op, Projection, Ty, Value, VariantField};
use crate::variants::is_some;
use proc_macro2::Span;
use quote::ToTokens;
use std::borrow::Cow;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall, Index, Member, Pat, PatIdent, Path};

/// Whether a path is to a variant of an enum, by its spelling: `Shape::Circle`, but not `geometry::Circle`.
pub(super) fn is_variant(path: &Path) -> bool {
    let segments = &path.segments;
    match segments.len() {
        0 => false,
        1 => ["Some", "Ok", "Err"].iter().any(|name| path.is_ident(name)),
        count => segments[count - 2]
            .ident
            .to_string()
            .starts_with(char::is_uppercase),
    }
}

/// The type of what an option holds; of one that was nothing so far, it is not known.
pub(super) fn held(inner: &Ty) -> Ty {
    match inner {
        Ty::Never => Ty::Other,
        known => known.clone(),
    }
}

/// How the names of a pattern refer to what they name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Borrow {
    /// By value.
    None,
    /// By `&`.
    Shared,
    /// By `&mut`.
    Exclusive,
}

/// Methods that give an option of a reference.
fn is_of_references(method: &str) -> bool {
    method.starts_with("as_") || ["first", "last", "get"].contains(&method)
}

/// Methods of options that hand on what they hold.
const OPTION_METHODS: &[&str] = &[
    "unwrap",
    "expect",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "map",
    "and_then",
    "map_or",
];

impl Lower<'_> {
    /// A struct or a variant made of its fields.
    pub(super) fn constructed(
        &mut self,
        path: &Path,
        fields: Vec<(Member, Value)>,
        rest: Option<Value>,
        span: Span,
    ) -> Value {
        let ty = match &fields[..] {
            [(_, value)] if is_some(path) => Ty::Option(Box::new(self.graph[*value].ty.clone())),
            _ => Ty::Other,
        };
        let construction = Construction {
            is_variant: is_variant(path),
            path: path.clone(),
            fields,
            rest,
        };
        self.add(Op::Struct(construction), ty, span)
    }

    /// Binds the names of a pattern that an active value is known to match.
    pub(super) fn bind_parts(&mut self, pattern: &Pat, value: Value) {
        let borrow = match &self.graph[value] {
            _ if self.is_exclusive(value) => Borrow::Exclusive,
            node if matches!(node.ty, Ty::Ref(_)) => Borrow::Shared,
            _ => Borrow::None,
        };
        let place = self.behind(value);
        self.bind_part(pattern, place, borrow);
    }

    /// Whether the names of a pattern are references by which the parts of a value may be changed.
    pub(super) fn is_exclusive(&self, value: Value) -> bool {
        let node = &self.graph[value];
        node.lent
            || self.exclusive.contains(&value)
            || match node.op {
                Op::Ref(place) => self.is_of_exclusive(place),
                _ => false,
            }
    }

    fn is_of_exclusive(&self, place: Value) -> bool {
        match self.graph[place].op {
            Op::Project(base, _) => self.exclusive.contains(&base) || self.is_of_exclusive(base),
            _ => false,
        }
    }

    fn bind_part(&mut self, pattern: &Pat, place: Value, borrow: Borrow) {
        match pattern {
            Pat::Wild(_) | Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) | Pat::Rest(_) => {}
            Pat::Ident(pat) if is_constant(pat) => {}
            Pat::Ident(PatIdent {
                subpat: Some((_, inner)),
                ..
            }) => {
                let Pat::Ident(whole) = pattern else { return };
                let whole = Pat::Ident(PatIdent {
                    subpat: None,
                    ..whole.clone()
                });
                self.bind_part(&whole, place, borrow);
                self.bind_part(inner, place, borrow);
            }
            Pat::Paren(inner) => self.bind_part(&inner.pat, place, borrow),
            Pat::Reference(inner) => self.bind_part(&inner.pat, place, Borrow::None),
            Pat::TupleStruct(tuple) => {
                for (index, element) in tuple.elems.iter().enumerate() {
                    if matches!(element, Pat::Rest(_)) && index + 1 < tuple.elems.len() {
                        self.error(
                            element.span(),
                            "`..` in front of other fields is not supported",
                            "write `_` for each field that is left out",
                        );
                    }
                    let member = Member::Unnamed(Index::from(index));
                    self.bind_field(&tuple.path, member, element, place, borrow);
                }
            }
            Pat::Struct(fields) => {
                for field in &fields.fields {
                    let member = field.member.clone();
                    self.bind_field(&fields.path, member, &field.pat, place, borrow);
                }
            }
            Pat::Tuple(tuple) => {
                for (index, element) in tuple.elems.iter().enumerate() {
                    let member = Member::Unnamed(Index::from(index));
                    let part = self.part(place, member, element.span());
                    self.bind_part(element, part, borrow);
                }
            }
            Pat::Or(_) if bound_names(pattern).is_empty() => {}
            Pat::Or(cases) => {
                self.error(
                    cases.span(),
                    "alternatives that bind parts of an active value are not supported here",
                    "write an arm for each",
                );
                self.declare_all(pattern);
            }
            Pat::Ident(pat) if self.is_changed(pat, borrow) => {
                if let (Some(_), Some(owner)) =
                    (&pat.by_ref, &self.graph[self.graph.root(place)].name)
                {
                    self.cells.make_cell(&owner.clone());
                }
                let lent = self.reference_to(place, pattern.span());
                self.exclusive.insert(lent);
                self.env.declare(spelling(&pat.ident), None, Some(lent));
            }
            Pat::Ident(_) => {
                let value = self.loaded(place, pattern.span());
                if borrow == Borrow::Shared {
                    let ty = Ty::Ref(Box::new(self.graph[value].ty.clone()));
                    if let Pat::Ident(pat) = pattern {
                        self.name(value, &pat.ident.to_string());
                    }
                    let value = self.add(Op::Ref(value), ty, pattern.span());
                    self.bind(pattern, value);
                } else {
                    self.bind(pattern, value);
                }
            }
            other if borrow != Borrow::None => {
                let seen = self.reference_to(place, other.span());
                self.bind(other, seen);
            }
            other => self.bind(other, place),
        }
    }

    /// Whether a name is bound to the place itself, which may be changed by it, and not to what the place holds.
    fn is_changed(&self, pat: &PatIdent, borrow: Borrow) -> bool {
        match (&pat.by_ref, pat.mutability) {
            (Some(_), mutability) => mutability.is_some(),
            (None, Some(_)) => false,
            (None, None) => match borrow {
                Borrow::Exclusive => true,
                // On the first pass it does not show that the reference is one by which something changes.
                Borrow::Shared => self.cells.is_cell(&pat.ident.to_string()),
                Borrow::None => false,
            },
        }
    }

    fn bind_field(
        &mut self,
        path: &Path,
        member: Member,
        pattern: &Pat,
        place: Value,
        borrow: Borrow,
    ) {
        if matches!(pattern, Pat::Wild(_) | Pat::Rest(_)) {
            return;
        }
        let span = pattern.span();
        let part = if is_variant(path) {
            self.variant_part(place, path, member, span)
        } else {
            self.part(place, member, span)
        };
        self.bind_part(pattern, part, borrow);
    }

    pub(super) fn variant_part(
        &mut self,
        place: Value,
        path: &Path,
        member: Member,
        span: Span,
    ) -> Value {
        if let Op::Struct(construction) = &self.graph[place].op
            && let Some((_, part)) = construction.fields.iter().find(|(name, _)| *name == member)
        {
            return *part;
        }
        let ty = match &self.graph[place].ty {
            Ty::Option(inner) if is_some(path) => held(inner),
            _ => Ty::Other,
        };
        let field = VariantField {
            path: path.clone(),
            member,
        };
        self.add(
            Op::Project(place, Projection::Variant(Box::new(field))),
            ty,
            span,
        )
    }

    /// What an option holds that is known to be some.
    pub(super) fn held_by(&mut self, option: Value, some: &Path, span: Span) -> Value {
        let place = self.behind(option);
        let part = self.variant_part(place, some, Member::Unnamed(Index::from(0)), span);
        self.loaded(part, span)
    }

    /// What a place holds, under a name of its own.
    pub(super) fn loaded(&mut self, place: Value, span: Span) -> Value {
        if !self.graph.is_in_variant(place) {
            return self.read(place, span);
        }
        let ty = self.graph[place].ty.owned();
        self.add(Op::Load(place), ty, span)
    }

    /// `Shape::Circle(r)`, `Shape::Circle(1.0)`, `Shape::Point`
    fn is_built_variant(&self, value: Value) -> bool {
        match &self.graph[value].op {
            Op::Struct(construction) => construction.is_variant,
            Op::Rust(snippet) => match syn::parse2::<Expr>(snippet.tokens.clone()) {
                Ok(Expr::Path(path)) => is_variant(&path.path),
                Ok(Expr::Struct(built)) => is_variant(&built.path),
                Ok(Expr::Call(call)) => match &*call.func {
                    Expr::Path(path) => {
                        let last = path.path.segments.last();
                        let name = last.map(|last| last.ident.to_string()).unwrap_or_default();
                        is_variant(&path.path) && name.starts_with(char::is_uppercase)
                    }
                    _ => false,
                },
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether what a place held may have had another shape than what is stored in it.
    pub(super) fn changes_shape(&mut self, place: Value, value: Value) -> bool {
        let root = self.graph.root(place);
        if !self.graph[root].active {
            return false;
        }
        let is_fixed = |value: Value| matches!(self.graph[value].op, Op::Array(_));
        if self.is_built_variant(value) {
            return true;
        }
        match self.graph[place].ty.peeled() {
            Ty::Option(_) => true,
            Ty::List(_) => match self.graph[root].op {
                Op::Cell(init) if place == root => !(is_fixed(init) && is_fixed(value)),
                _ => !is_fixed(value),
            },
            // What waits for the value of a `break` or a `return` holds nothing before.
            Ty::Other if self.graph.is_optional(root) => false,
            // What is no number may have parts of any length.
            Ty::Other => !matches!(
                &self.graph[value].op,
                Op::Literal(_) | Op::Cast(_) | Op::Row(..)
            ),
            _ => false,
        }
    }

    /// Methods of options that hand on what they hold, as the `match` that they are.
    pub(super) fn option_method(
        &mut self,
        receiver: Value,
        call: &ExprMethodCall,
    ) -> Option<Value> {
        if !OPTION_METHODS.contains(&call.method.to_string().as_str()) {
            return None;
        }
        let is_option = matches!(self.graph[receiver].ty.peeled(), Ty::Option(_));
        let is_unknown = matches!(self.graph[receiver].ty.peeled(), Ty::Other);
        if !is_option && !is_unknown {
            return None;
        }
        let span = call.method.span();
        let args = call.args.iter().collect::<Vec<_>>();
        self.env.enter();
        let option = self.name_for(receiver);
        let option = match (&*call.receiver, &self.graph[receiver].ty) {
            // An option of a reference stays one.
            (Expr::MethodCall(inner), _) if is_of_references(&inner.method.to_string()) => {
                option.to_token_stream()
            }
            (_, Ty::Ref(_)) => quote::quote!((*#option)),
            _ => option.to_token_stream(),
        };
        // An argument is computed whether it is asked for or not; where that shows, it is done first.
        let args: Vec<Cow<'_, Expr>> = args
            .into_iter()
            .map(|arg| match self.changes_something(arg) {
                true => {
                    let value = self.expression(arg);
                    Cow::Owned(self.name_for(value))
                }
                false => Cow::Borrowed(arg),
            })
            .collect();
        let args: Vec<&Expr> = args.iter().map(AsRef::as_ref).collect();
        let nothing = |otherwise: proc_macro2::TokenStream| {
            quote::quote_spanned! {span=>
                match #option {
                    ::core::option::Option::Some(__held) => __held,
                    ::core::option::Option::None => #otherwise,
                }
            }
        };
        let tokens = match (call.method.to_string().as_str(), &args[..]) {
            ("unwrap", []) => nothing(quote::quote!(::core::panic!(
                "called `Option::unwrap()` on a `None` value"
            ))),
            ("expect", [message]) => nothing(quote::quote!(::core::panic!("{}", #message))),
            ("unwrap_or", [otherwise]) => nothing(quote::quote!(#otherwise)),
            ("unwrap_or_default", []) if is_option => {
                nothing(quote::quote!(::core::default::Default::default()))
            }
            ("unwrap_or_else", [otherwise]) if is_option => nothing(quote::quote!((#otherwise)())),
            ("map", [f]) if is_option || matches!(f, Expr::Closure(_)) => {
                quote::quote_spanned! {span=>
                    match #option {
                        ::core::option::Option::Some(__held) => ::core::option::Option::Some((#f)(__held)),
                        ::core::option::Option::None => ::core::option::Option::None,
                    }
                }
            }
            ("and_then", [f]) if is_option || matches!(f, Expr::Closure(_)) => {
                quote::quote_spanned! {span=>
                    match #option {
                        ::core::option::Option::Some(__held) => (#f)(__held),
                        ::core::option::Option::None => ::core::option::Option::None,
                    }
                }
            }
            ("map_or", [otherwise, f]) => quote::quote_spanned! {span=>
                match #option {
                    ::core::option::Option::Some(__held) => (#f)(__held),
                    ::core::option::Option::None => #otherwise,
                }
            },
            _ => {
                self.env.leave();
                return None;
            }
        };
        let value = self.rewritten_expression(tokens);
        self.env.leave();
        value
    }
}
