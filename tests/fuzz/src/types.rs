//! The types of programs.

/// The type of a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ty {
    /// `f64`
    Float,
    /// `usize`
    Int,
    /// `bool`
    Bool,
    /// `[T; N]`
    Array(Box<Ty>, usize),
    /// `Vec<T>`; `[T]` behind a reference
    Vec(Box<Ty>),
    /// `[T]`, a part of a list, or what a `&mut` parameter refers to
    Slice(Box<Ty>),
    /// `[T; N]`, where `N` is a parameter of the function
    Sized(Box<Ty>),
    /// `(A, B)`, or `()`
    Tuple(Vec<Ty>),
    /// One of [`STRUCTS`].
    Struct(usize),
    /// `Form`, the enum with [`VARIANTS`]
    Enum,
    /// `Option<usize>`
    MaybeInt,
    /// `Option<f64>`
    MaybeFloat,
    /// `&T`, or the variable that holds a `&mut T`
    Ref(Box<Ty>),
    /// `&mut T`, of a parameter
    RefMut(Box<Ty>),
}

impl Ty {
    /// Whether values are copied where they are used.
    #[must_use]
    pub fn is_copy(&self) -> bool {
        match self {
            Ty::Vec(_) | Ty::Slice(_) | Ty::Enum | Ty::RefMut(_) => false,
            Ty::Array(inner, _) => inner.is_copy(),
            Ty::Tuple(parts) => parts.iter().all(Ty::is_copy),
            Ty::Struct(index) => STRUCTS[*index].is_copy,
            _ => true,
        }
    }

    /// The type behind references.
    #[must_use]
    pub fn peeled(&self) -> &Ty {
        match self {
            Ty::Ref(inner) | Ty::RefMut(inner) => inner.peeled(),
            other => other,
        }
    }

    /// The element of a list.
    #[must_use]
    pub fn element(&self) -> Option<&Ty> {
        match self {
            Ty::Array(inner, _) | Ty::Vec(inner) | Ty::Slice(inner) | Ty::Sized(inner) => {
                Some(inner)
            }
            _ => None,
        }
    }

    /// The parts of a tuple or struct.
    #[must_use]
    pub fn parts(&self) -> Vec<Ty> {
        match self {
            Ty::Tuple(parts) => parts.clone(),
            Ty::Struct(index) => STRUCTS[*index]
                .fields
                .iter()
                .map(|field| field.ty())
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The type of functions without a value.
    #[must_use]
    pub fn unit() -> Ty {
        Ty::Tuple(Vec::new())
    }

    /// Whether there is a float in it.
    #[must_use]
    pub fn has_floats(&self) -> bool {
        match self {
            Ty::Int | Ty::Bool | Ty::MaybeInt => false,
            Ty::Array(inner, _) | Ty::Vec(inner) => inner.has_floats(),
            Ty::Slice(inner) | Ty::Sized(inner) => inner.has_floats(),
            Ty::Ref(inner) | Ty::RefMut(inner) => inner.has_floats(),
            Ty::Float | Ty::Tuple(_) | Ty::Struct(_) | Ty::Enum | Ty::MaybeFloat => true,
        }
    }
}

/// A struct that programs use.
#[derive(Debug)]
pub struct Struct {
    /// Its name.
    pub name: &'static str,
    /// Its fields, in order.
    pub fields: &'static [Field],
    /// Whether it derives `Copy`.
    pub is_copy: bool,
}

/// A field of a struct.
#[derive(PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    kind: Kind,
}

#[derive(PartialEq, Eq, Debug)]
enum Kind {
    Float,
    Array(usize),
    Vec,
    Struct(usize),
    Pair,
}

impl Field {
    /// Its type.
    #[must_use]
    pub fn ty(&self) -> Ty {
        let float = || Box::new(Ty::Float);
        match self.kind {
            Kind::Float => Ty::Float,
            Kind::Array(count) => Ty::Array(float(), count),
            Kind::Vec => Ty::Vec(float()),
            Kind::Struct(index) => Ty::Struct(index),
            Kind::Pair => Ty::Tuple(vec![Ty::Float, Ty::Float]),
        }
    }
}

/// The structs that programs use.
pub const STRUCTS: [Struct; 4] = [
    Struct {
        name: "Pair",
        fields: &[
            Field {
                name: "a",
                kind: Kind::Float,
            },
            Field {
                name: "b",
                kind: Kind::Float,
            },
        ],
        is_copy: true,
    },
    Struct {
        name: "Body",
        fields: &[
            Field {
                name: "at",
                kind: Kind::Array(3),
            },
            Field {
                name: "mass",
                kind: Kind::Float,
            },
        ],
        is_copy: true,
    },
    Struct {
        name: "Nest",
        fields: &[
            Field {
                name: "pair",
                kind: Kind::Struct(0),
            },
            Field {
                name: "ends",
                kind: Kind::Pair,
            },
            Field {
                name: "w",
                kind: Kind::Float,
            },
        ],
        is_copy: true,
    },
    Struct {
        name: "Model",
        fields: &[
            Field {
                name: "weights",
                kind: Kind::Vec,
            },
            Field {
                name: "bias",
                kind: Kind::Float,
            },
        ],
        is_copy: false,
    },
];

/// A variant of the enum that programs use.
#[derive(Debug)]
pub struct Variant {
    /// Its name.
    pub name: &'static str,
    /// Its fields, in order.
    pub fields: &'static [Field],
    /// Whether the fields have no names.
    pub is_tuple: bool,
}

/// The variants of the enum that programs use, `Form`.
pub const VARIANTS: [Variant; 4] = [
    Variant {
        name: "Nothing",
        fields: &[],
        is_tuple: true,
    },
    Variant {
        name: "One",
        fields: &[Field {
            name: "0",
            kind: Kind::Float,
        }],
        is_tuple: true,
    },
    Variant {
        name: "Two",
        fields: &[
            Field {
                name: "0",
                kind: Kind::Float,
            },
            Field {
                name: "1",
                kind: Kind::Array(2),
            },
        ],
        is_tuple: true,
    },
    Variant {
        name: "Named",
        fields: &[
            Field {
                name: "a",
                kind: Kind::Float,
            },
            Field {
                name: "b",
                kind: Kind::Float,
            },
        ],
        is_tuple: false,
    },
];

/// How many floats the largest variant has.
pub const FLOATS: usize = 3;

/// A constant that programs read.
#[derive(PartialEq, Debug)]
pub struct Constant {
    /// How it is written.
    pub path: &'static str,
    /// What it is.
    pub value: f64,
    /// Whether it is a `usize`.
    pub is_int: bool,
}

/// The constants that programs read: of the module, of `Pair`, and of std.
pub const CONSTANTS: [Constant; 5] = [
    Constant {
        path: "RATE",
        value: 0.375,
        is_int: false,
    },
    Constant {
        path: "ROUNDS",
        value: 2.0,
        is_int: true,
    },
    Constant {
        path: "Pair::SCALE",
        value: 1.25,
        is_int: false,
    },
    Constant {
        path: "Pair::COUNT",
        value: 3.0,
        is_int: true,
    },
    Constant {
        path: "std::f64::consts::LN_2",
        value: std::f64::consts::LN_2,
        is_int: false,
    },
];
