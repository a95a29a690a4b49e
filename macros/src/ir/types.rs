//! What the macro knows of types.

use proc_macro2::Ident;

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum FloatTy {
    F32,
    F64,
    /// A type parameter bounded by `chainrule::Float`.
    Generic(Ident),
    /// A literal whose type rustc will infer.
    Inferred,
}

/// What the macro knows of a type. `Other` is anything it cannot see through: tensors, structs, results of calls.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Ty {
    Float(FloatTy),
    Bool,
    Int,
    Tuple(Vec<Ty>),
    /// An array or a `Vec`, by its element.
    List(Box<Ty>),
    /// A part of a list, of a length that its type does not say: it is there by reference only.
    Slice(Box<Ty>),
    /// `1..n` as an index: written where it is used.
    Range,
    Ref(Box<Ty>),
    /// A `Box`, by what it holds.
    Boxed(Box<Ty>),
    /// An `Option`, by what it may hold.
    Option(Box<Ty>),
    /// Of an expression that does not return, and of an option that holds nothing.
    Never,
    Other,
}

impl Ty {
    /// Whether a value of this type may hold a float.
    pub(crate) fn may_carry(&self) -> bool {
        match self {
            Ty::Int | Ty::Bool | Ty::Range => false,
            Ty::List(inner)
            | Ty::Slice(inner)
            | Ty::Ref(inner)
            | Ty::Boxed(inner)
            | Ty::Option(inner) => inner.may_carry(),
            Ty::Tuple(parts) => parts.iter().any(Ty::may_carry),
            Ty::Float(_) | Ty::Never | Ty::Other => true,
        }
    }

    pub(crate) fn is_float(&self) -> bool {
        matches!(self, Ty::Float(_))
    }

    /// The type behind any number of references.
    pub(crate) fn peeled(&self) -> &Ty {
        match self {
            Ty::Ref(inner) => inner.peeled(),
            other => other,
        }
    }

    /// The type of the elements of a list.
    pub(crate) fn element(&self) -> Option<&Ty> {
        match self {
            Ty::List(element) | Ty::Slice(element) => Some(element),
            _ => None,
        }
    }

    /// The type of a value of its own that holds the same.
    pub(crate) fn owned(&self) -> Ty {
        match self {
            Ty::Slice(element) => Ty::List(element.clone()),
            other => other.clone(),
        }
    }

    /// The type of a value that comes from either of two places.
    pub(crate) fn join(&self, other: &Ty) -> Ty {
        match (self, other) {
            (a, b) if a == b => a.clone(),
            (Ty::Never, other) | (other, Ty::Never) => other.clone(),
            (Ty::Float(FloatTy::Inferred), Ty::Float(known))
            | (Ty::Float(known), Ty::Float(FloatTy::Inferred)) => Ty::Float(known.clone()),
            // rustc refuses to mix the two.
            (Ty::Float(FloatTy::F32 | FloatTy::F64), Ty::Float(FloatTy::F32 | FloatTy::F64)) => {
                self.clone()
            }
            (Ty::Option(a), Ty::Option(b)) => Ty::Option(Box::new(a.join(b))),
            (Ty::Tuple(a), Ty::Tuple(b)) if a.len() == b.len() => {
                Ty::Tuple(a.iter().zip(b).map(|(a, b)| a.join(b)).collect())
            }
            _ => Ty::Other,
        }
    }
}
