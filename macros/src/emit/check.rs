//! A mistake in the types of a function is told once, where the user wrote it. The function stands a second time as a
//! closure in a constant, with the user's own spans, so that rustc takes what it says of the copy for repetitions. What the
//! twin's code works on has a type that depends on the constant: where the copy has an error, rustc takes that type for
//! erroneous too, and says nothing of the code that was derived.

use super::frame::Frame;
use crate::ir::{FloatTy, Ty};
use crate::parse::signature::Signature;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{FnArg, ItemFn, Lifetime, ReturnType, TypeImplTrait, TypeReference};

/// Functions of tensors and structs are checked, and of floats where both kinds meet: of others the generated code stays
/// short. A constant cannot name what is generic around the function, and a closure cannot return what its parameters lend.
pub(super) fn is_checked(item: &ItemFn, signature: &Signature) -> bool {
    let mut scan = Scan::default();
    item.sig
        .inputs
        .iter()
        .for_each(|input| scan.visit_fn_arg(input));
    let lends = {
        let mut output = Scan::default();
        output.visit_return_type(&item.sig.output);
        output.opaque || output.borrows
    };
    let types = || {
        signature
            .params
            .iter()
            .map(|param| &param.ty)
            .chain([&signature.output_ty])
    };
    let has = |wanted: fn(&Ty) -> bool| types().any(|ty| wanted(ty.peeled()));
    let has_unknown = has(|ty| matches!(ty, Ty::Other));
    let is_mixed =
        has(|ty| *ty == Ty::Float(FloatTy::F32)) && has(|ty| *ty == Ty::Float(FloatTy::F64));
    (has_unknown || is_mixed)
        && signature
            .owner
            .as_ref()
            .is_none_or(|owner| owner.generics.params.is_empty())
        && signature.generics.params.is_empty()
        && item.sig.generics.where_clause.is_none()
        && !scan.opaque
        && !lends
}

#[derive(Default)]
struct Scan {
    opaque: bool,
    borrows: bool,
}

impl<'ast> Visit<'ast> for Scan {
    fn visit_type_impl_trait(&mut self, _: &'ast TypeImplTrait) {
        self.opaque = true;
    }

    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        self.borrows = true;
        visit::visit_type_reference(self, reference);
    }

    fn visit_lifetime(&mut self, _: &'ast Lifetime) {
        self.borrows = true;
    }
}

impl Frame<'_> {
    /// Expands to: `const CHECK: usize = { let _ = |x: f64| -> f64 { x * x }; let _: rt::Option<(f64, f64)> = rt::None; 0 };`
    pub(super) fn check(&self) -> Option<TokenStream> {
        let (check, rt, signature) = (self.check.as_ref()?, &self.rt, &self.item.sig);
        let inputs = signature
            .inputs
            .iter()
            .zip(&self.signature.params)
            .map(|(input, param)| {
                let (this, ty) = (&param.ident, &param.written);
                match input {
                    FnArg::Receiver(receiver) => {
                        let mutability = &receiver.mutability;
                        quote!(#mutability #this: #ty)
                    }
                    FnArg::Typed(input) => quote!(#input),
                }
            });
        let output = match &signature.output {
            ReturnType::Default => quote!(-> ()),
            output => output.to_token_stream(),
        };
        let body = &self.item.block;
        let closure = self.outside(quote!(|#(#inputs),*| #output #body));
        let tangents = (0..self.signature.params.len())
            .filter(|&index| self.signature.params[index].wrt.is_some())
            .map(|index| self.tangent(index))
            .chain([self.output_tangent()])
            .map(|tangent| self.outside(tangent));
        Some(quote! {
            const #check: usize = {
                let _ = #closure;
                let _: #rt::Option<(#(#tangents,)*)> = #rt::None;
                0
            };
        })
    }

    /// Tokens of a method as they stand outside the `impl` block, each where it was.
    fn outside(&self, tokens: TokenStream) -> TokenStream {
        let Some(owner) = &self.signature.owner else {
            return tokens;
        };
        let this = self
            .signature
            .params
            .first()
            .filter(|param| param.is_receiver());
        let mut out = TokenStream::new();
        for token in tokens {
            match (&token, this) {
                (TokenTree::Ident(name), Some(this)) if name == "self" => {
                    out.extend([TokenTree::Ident(Ident::new(
                        &this.ident.to_string(),
                        name.span(),
                    ))]);
                }
                (TokenTree::Ident(name), _) if name == "Self" => {
                    let ty = owner.ty.to_token_stream().into_iter();
                    out.extend(ty.map(|mut part| {
                        part.set_span(name.span());
                        part
                    }));
                }
                (TokenTree::Group(group), _) => {
                    let mut inner = Group::new(group.delimiter(), self.outside(group.stream()));
                    inner.set_span(group.span());
                    out.extend([TokenTree::Group(inner)]);
                }
                _ => out.extend([token]),
            }
        }
        out
    }

    /// Expands to: `let (w, x, mut x_bar) = rt::checked::<CHECK, _>((w, x, x_bar));`
    pub(super) fn checked<'i>(
        &self,
        names: impl IntoIterator<Item = &'i Ident>,
        slots: &[Ident],
    ) -> Option<TokenStream> {
        let (check, rt) = (self.check.as_ref()?, &self.rt);
        let names: Vec<&Ident> = names.into_iter().collect();
        Some(quote! {
            let (#(#names,)* #(mut #slots,)*) = #rt::checked::<#check, _>((#(#names,)* #(#slots,)*));
        })
    }

    /// Expands to: `rt::checked::<CHECK, _>((value, x_bar))`
    pub(super) fn passed(&self, value: TokenStream) -> TokenStream {
        let rt = &self.rt;
        match &self.check {
            Some(check) => quote!(#rt::checked::<#check, _>(#value)),
            None => value,
        }
    }
}
