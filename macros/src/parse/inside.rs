//! What a function declares beside variables: it stands in the generated functions, too. A function inside has derivatives of
//! its own there, if one of those calls it with something active.

use super::Lower;
use super::snippet::collect_names;
use super::types::known;
use crate::ir::Declared;
use crate::methods::has_no_derivative;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Block, Item, ItemFn, Path, Stmt, Type};

/// Items are known wherever they stand: in front of everything else.
pub(super) fn in_front(block: &mut Block) {
    let is_item = |stmt: &Stmt| matches!(stmt, Stmt::Item(_));
    let (mut items, others): (Vec<_>, Vec<_>) = block.stmts.drain(..).partition(is_item);
    items.extend(others);
    block.stmts = items;
}

impl Lower<'_> {
    pub(super) fn inner_item(&mut self, item: &Item) {
        let is_carried = match item {
            Item::Const(_) | Item::Use(_) | Item::Type(_) => true,
            Item::Fn(_) | Item::Struct(_) | Item::Enum(_) => true,
            Item::Impl(block) => self.declares(&block.self_ty),
            _ => false,
        };
        if !is_carried {
            self.error(
                item.span(),
                "this item inside a differentiated function is not supported",
                "move the item in front of the function",
            );
            return;
        }
        if !self.env.is_outermost() {
            self.error(
                item.span(),
                "an item inside a block of a differentiated function is not supported",
                "move it to the beginning of the function",
            );
            return;
        }
        match item {
            Item::Const(constant) => {
                let ty = known(&constant.ty, &self.signature.float_generics);
                self.constants.insert(constant.ident.to_string(), ty);
            }
            Item::Fn(function) if function.sig.ident == self.signature.ident => {
                self.error(
                    function.sig.ident.span(),
                    "a function inside a differentiated function has the name of that",
                    "give one of them another name",
                );
                return;
            }
            _ => {}
        }
        self.items.push(Declared {
            item: item.clone(),
            is_differentiated: false,
        });
    }

    /// Whether a type is declared inside: of a type from outside, a second `impl` would meet the first.
    fn declares(&self, ty: &Type) -> bool {
        let name = match ty {
            Type::Path(path) => path.path.segments.first().map(|segment| &segment.ident),
            _ => None,
        };
        self.items.iter().any(|declared| match &declared.item {
            Item::Struct(item) => Some(&item.ident) == name,
            Item::Enum(item) => Some(&item.ident) == name,
            _ => false,
        })
    }

    /// A function is called through its twin.
    pub(super) fn note_called(&mut self, path: &Path) {
        if let Some(name) = path.get_ident() {
            self.called.insert(name.to_string());
        }
    }

    /// What the function declares: what is called through a twin has one, and what stands in that may need one, too.
    pub(super) fn declared(mut self) -> Vec<Declared> {
        loop {
            let mut names = Vec::new();
            for declared in &mut self.items {
                let Item::Fn(function) = &declared.item else {
                    continue;
                };
                let is_called = self.called.contains(&function.sig.ident.to_string());
                if declared.is_differentiated || !is_called || !needs_twin(function) {
                    continue;
                }
                declared.is_differentiated = true;
                collect_names(function.block.to_token_stream(), &mut names);
            }
            if names.is_empty() {
                return self.items;
            }
            self.called.extend(names);
        }
    }
}

/// Whether a function has no twin by an attribute that the user wrote, and may have one.
fn needs_twin(function: &ItemFn) -> bool {
    let is_differentiated = function.attrs.iter().any(|attribute| {
        let name = attribute.path().segments.last();
        name.is_some_and(|last| last.ident == "differentiate")
    });
    !is_differentiated && !has_no_derivative(function)
}
