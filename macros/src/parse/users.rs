//! Values that are known to be of a type of the user's own: a method of theirs is the user's, also where floats and tensors have
//! one of that name. A type's name alone does not say so, since it may be that of an alias of a tensor; a field that is
//! read, a struct that is built, and the block that the function stands in do.

use super::Lower;
use super::env::spelling;
use super::signature::OwnerKind;
use crate::ir::{Op, Ty, Value};
use crate::variants::is_some;
use std::collections::HashSet;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprMethodCall, Pat, Path, Type};

/// What a function says of the types that it names.
#[derive(Default, Debug)]
pub(super) struct Users {
    /// The names of types that are the user's.
    types: HashSet<String>,
    /// Variables of which a field is read.
    with_fields: HashSet<String>,
    /// Variables that the body declares: what is read of them says nothing of a parameter of the same name.
    declared: HashSet<String>,
    values: HashSet<Value>,
}

impl Users {
    pub(super) fn of(body: &Block) -> Self {
        let mut users = Users::default();
        users.visit_block(body);
        users
    }

    fn built(&mut self, path: &Path) {
        let mut names = path.segments.iter().rev().map(|part| &part.ident);
        let is_type = |name: &&syn::Ident| name.to_string().starts_with(char::is_uppercase);
        let (last, owner) = (names.next(), names.next().filter(is_type));
        if let Some(name) = owner.or(last.filter(is_type)) {
            self.types.insert(name.to_string());
        }
    }
}

impl<'ast> Visit<'ast> for Users {
    fn visit_expr_struct(&mut self, expr: &'ast syn::ExprStruct) {
        self.built(&expr.path);
        visit::visit_expr_struct(self, expr);
    }

    fn visit_pat_struct(&mut self, pattern: &'ast syn::PatStruct) {
        self.built(&pattern.path);
        visit::visit_pat_struct(self, pattern);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        self.declared.insert(spelling(&pattern.ident));
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
        if let Expr::Path(path) = behind(&field.base)
            && let Some(name) = path.path.get_ident()
        {
            self.with_fields.insert(spelling(name));
        }
        visit::visit_expr_field(self, field);
    }
}

impl Lower<'_> {
    pub(super) fn note_params(&mut self, params: &[Value]) {
        let signature = self.signature;
        for (param, &value) in signature.params.iter().zip(params) {
            let has_fields = match (&param.pattern, named(&param.declared)) {
                (Pat::Ident(pat), Some(_)) if *param.ty.peeled() == Ty::Other => {
                    let (name, users) = (spelling(&pat.ident), &self.users);
                    users.with_fields.contains(&name) && !users.declared.contains(&name)
                }
                _ => false,
            };
            if has_fields || self.is_users_type(&param.declared) {
                self.users.values.insert(value);
            }
        }
    }

    /// A variable is declared with a type.
    pub(super) fn note_declared(&mut self, ty: &Type, value: Value) {
        if self.is_users_type(ty) {
            self.users.values.insert(value);
        }
    }

    /// `let state = State::new();`
    pub(super) fn note_maker(&mut self, init: &Expr, value: Value) {
        let Expr::Call(call) = init else { return };
        let Expr::Path(path) = &*call.func else {
            return;
        };
        let mut names = path.path.segments.iter().rev().map(|part| &part.ident);
        let (Some(name), Some(owner)) = (names.next(), names.next()) else {
            return;
        };
        let owner = owner.to_string();
        let is_type = owner.starts_with(char::is_uppercase) && owner.len() > 1;
        if is_type && is_maker(&name.to_string()) && !OTHERS.contains(&owner.as_str()) {
            self.users.values.insert(value);
        }
    }

    /// A function of the type that the block is for gives another value of it.
    pub(super) fn note_made(&mut self, function: &str, value: Value) {
        let owner = self.signature.owner.as_ref();
        if owner.is_some_and(|owner| {
            owner.kind == OwnerKind::Type && owner.makers.iter().any(|name| name == function)
        }) {
            self.users.values.insert(value);
        }
    }

    pub(super) fn is_users_type(&self, ty: &Type) -> bool {
        let Some(name) = named(ty) else { return false };
        self.users.types.contains(&name)
            || self.signature.owner.as_ref().is_some_and(|owner| {
                owner.kind == OwnerKind::Type
                    && (name == "Self" || named(&owner.ty).is_some_and(|owner| owner == name))
            })
    }

    /// Whether a value is a parameter of a type without arguments, which those of tensors have.
    pub(super) fn is_of_plain_type(&self, value: Value) -> bool {
        let Op::Param(index) = self.graph[self.graph.root(value)].op else {
            return false;
        };
        let is_whole = self.graph.behind_refs(value) == self.graph.root(value);
        let (signature, mut ty) = (self.signature, &self.signature.params[index].declared);
        while let Type::Reference(reference) = ty {
            ty = &reference.elem;
        }
        let Type::Path(path) = ty else { return false };
        let is_generic = signature
            .generics
            .type_params()
            .any(|param| path.path.is_ident(&param.ident));
        is_whole
            && !is_generic
            && *signature.params[index].ty.peeled() == Ty::Other
            && path.qself.is_none()
            && path
                .path
                .segments
                .iter()
                .all(|part| part.arguments.is_none())
    }

    pub(super) fn is_users(&self, value: Value) -> bool {
        self.users.values.contains(&value)
            || match &self.graph[value].op {
                Op::Ref(inner) | Op::Deref(inner) | Op::Load(inner) | Op::Cell(inner) => {
                    self.is_users(*inner)
                }
                Op::Struct(built) => !is_some(&built.path),
                _ => false,
            }
    }

    /// Whether a method is called on a variable of a type of the user's.
    pub(super) fn is_of_users(&self, call: &ExprMethodCall) -> bool {
        match behind(&call.receiver) {
            Expr::Path(path) => path
                .path
                .get_ident()
                .and_then(|name| self.env.value_of(&spelling(name)))
                .is_some_and(|value| self.is_users(value)),
            _ => false,
        }
    }
}

/// Types that are not the user's, and whose methods the macro knows.
const OTHERS: &[&str] = &[
    "Box", "String", "Vec", "VecDeque", "Tensor", "Vector", "Matrix", "Tensor3", "Tensor4",
    "Float", "Default",
];

/// Whether a function of a type makes a value of it, by its name; tensors, whose type may have any name, have others.
fn is_maker(name: &str) -> bool {
    let of_tensors = ["from_vec", "from_fn"];
    let is_made = ["from_", "with_"]
        .iter()
        .any(|first| name.starts_with(first));
    name == "new" || name == "default" || is_made && !of_tensors.contains(&name)
}

/// The name of a type behind references.
fn named(ty: &Type) -> Option<String> {
    match ty {
        Type::Reference(reference) => named(&reference.elem),
        Type::Paren(inner) => named(&inner.elem),
        Type::Path(path) if path.qself.is_none() => {
            path.path.segments.last().map(|last| last.ident.to_string())
        }
        _ => None,
    }
}

fn behind(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => behind(&inner.expr),
        Expr::Reference(inner) => behind(&inner.expr),
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => behind(&inner.expr),
        expr => expr,
    }
}
