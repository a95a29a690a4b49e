//! Chains of iterators, and what they end in.

use super::{Generator, Variable, binary, boxed};
use crate::ast::*;

/// A chain, and what it says of its items.
pub(super) struct Chain {
    pub(super) items: Sequence,
    pub(super) ty: Ty,
    pub(super) vague: bool,
    /// Whether it borrows as long as it lives.
    pub(super) lazy: bool,
    /// Whether its length is known and its end can be reached first.
    exact: bool,
    bounds: Option<(usize, usize)>,
}

/// What a closure takes: its type, whether it is vague, and the bounds of an integer.
type Taken = (Ty, bool, Option<(usize, usize)>);

/// How a list is held.
enum Held {
    Value,
    Reference,
    /// By a reference that may change it.
    Elsewhere,
    /// In something larger.
    Part,
}

impl Generator<'_> {
    /// A list that can be iterated over, and its type without references.
    pub(super) fn list(&mut self) -> Option<(Expr, Ty)> {
        let from = self.readable(|variable| match variable.ty.peeled() {
            Ty::Array(inner, _) | Ty::Vec(inner) | Ty::Slice(inner) => **inner != Ty::Int,
            Ty::Struct(index) => *index == 1 || *index == 3,
            _ => false,
        });
        let index = self.pick(&from)?;
        let ty = self.variables[index].ty.peeled().clone();
        let var = self.var(index);
        if let Ty::Struct(item) = ty {
            let field = &STRUCTS[item].fields[0];
            return Some((Expr::Field(boxed(var), field, 0), field.ty()));
        }
        if let Some(inner @ Ty::Array(_, count)) = ty.element()
            && *count > 0
            && self.rng.percent(40)
            && let Ty::Array(_, rows) = ty
        {
            let row = self.index_below(rows)?;
            return Some((Expr::Index(boxed(var), boxed(row)), inner.clone()));
        }
        if self.rng.percent(15)
            && let Some(element) = ty.element().cloned()
        {
            return Some((self.slice(var, &ty), Ty::Slice(Box::new(element))));
        }
        Some((var, ty))
    }

    /// `list[from..to]`
    fn slice(&mut self, list: Expr, ty: &Ty) -> Expr {
        let from = self.rng.below(2);
        let to = match ty {
            _ if self.rng.percent(50) => None,
            Ty::Array(_, count) => Some(Expr::Int((*count).min(from + 1 + self.rng.below(2)))),
            _ => Some(Expr::Int(from + self.rng.below(2))),
        };
        Expr::Slice(boxed(list), from, to.map(boxed))
    }

    /// A range of integers with few of them.
    pub(super) fn range(&mut self) -> Chain {
        let low = self.rng.weighted(&[75, 15, 10]);
        let (end, high) = match self.rng.weighted(&[60, 20, 20]) {
            0 => {
                let count = *self.rng.of(&[0, 1, 2, 3, 3, 4, 2, 7]);
                (Expr::Int(low + count), Some(low + count))
            }
            1 => (self.int_variable().unwrap_or(Expr::Int(3)), None),
            _ => match self.list() {
                Some((list, Ty::Array(_, count))) => (Expr::Len(boxed(list)), Some(count)),
                Some((list, _)) => (Expr::Len(boxed(list)), None),
                None => (Expr::Int(2), Some(2)),
            },
        };
        let inclusive = self.rng.percent(15);
        let high = high.map(|high| high + usize::from(inclusive));
        Chain {
            items: Sequence::Range(boxed(Expr::Int(low)), boxed(end), inclusive),
            ty: Ty::Int,
            vague: false,
            lazy: false,
            exact: !inclusive,
            bounds: high.and_then(|high| (high > low).then(|| (low, high - 1))),
        }
    }

    fn source(&mut self) -> Chain {
        if self.rng.percent(25) {
            return self.range();
        }
        let Some((list, ty)) = self.list() else {
            return self.range();
        };
        let element = ty.element().expect("a list").clone();
        let vague = self.is_vague(&list);
        let by_ref = Ty::Ref(Box::new(element.clone()));
        let list = boxed(list);
        if self.rng.percent(14) {
            let count = 1 + self.rng.below(3);
            let items = if self.rng.percent(60) {
                Sequence::Windows(list, count)
            } else {
                Sequence::Chunks(list, count)
            };
            return Chain {
                items,
                ty: Ty::Ref(Box::new(Ty::Slice(Box::new(element)))),
                vague,
                lazy: true,
                exact: true,
                bounds: None,
            };
        }
        let (items, ty, lazy) = match self.held(&list) {
            // A reference is an iterable of its own.
            Held::Reference if self.rng.percent(30) => (Sequence::Owned(list, false), by_ref, true),
            Held::Value if self.rng.percent(30) && ty.is_copy() => {
                let method = self.rng.percent(50);
                (Sequence::Owned(list, method), element, false)
            }
            Held::Value | Held::Part if self.rng.percent(20) => {
                (Sequence::Borrowed(list), by_ref, true)
            }
            _ => (Sequence::Iter(list), by_ref, true),
        };
        Chain {
            items,
            ty,
            vague,
            lazy,
            exact: true,
            bounds: None,
        }
    }

    /// Items of a type.
    fn source_of(&mut self, ty: &Ty) -> Option<Chain> {
        (0..4)
            .map(|_| self.source())
            .find(|source| source.ty == *ty)
    }

    fn held(&self, list: &Expr) -> Held {
        let Expr::Var(name) = list else {
            return Held::Part;
        };
        let found = self
            .variables
            .iter()
            .rev()
            .find(|variable| variable.name == *name);
        match found {
            Some(variable) if matches!(variable.ty, Ty::Ref(_)) && variable.mutable => {
                Held::Elsewhere
            }
            Some(variable) if matches!(variable.ty, Ty::Ref(_)) => Held::Reference,
            _ => Held::Value,
        }
    }

    pub(super) fn chain(&mut self) -> Chain {
        let mut chain = self.source();
        let adaptors = self.rng.weighted(&[35, 40, 20, 5]);
        for _ in 0..adaptors {
            chain = self.adapted(chain);
        }
        chain
    }

    fn adapted(&mut self, chain: Chain) -> Chain {
        let Chain {
            items,
            ty,
            vague,
            lazy,
            exact,
            bounds,
        } = chain;
        let inner = Box::new(items);
        let count = |draw: &mut Self| {
            if draw.rng.percent(70) {
                Expr::Int(draw.rng.below(3))
            } else {
                draw.int()
            }
        };
        if self.rng.percent(12)
            && let Some(name) = self.closure_of(&ty)
        {
            return Chain {
                items: Sequence::MapNamed(inner, name),
                ty: Ty::Float,
                vague: false,
                lazy: true,
                exact,
                bounds: None,
            };
        }
        if exact
            && self.rng.percent(10)
            && let Some(other) = self.source_of(&ty)
        {
            return Chain {
                items: Sequence::Chain(inner, Box::new(other.items)),
                ty,
                vague: vague || other.vague,
                lazy: lazy || other.lazy,
                exact: false,
                bounds: None,
            };
        }
        match self.rng.weighted(&[20, 16, 14, 8, 8, 8, 18, 6, 10, 7]) {
            0 if exact => Chain {
                items: Sequence::Rev(inner),
                ty,
                vague,
                lazy,
                exact,
                bounds,
            },
            1 => {
                let other = self.source();
                Chain {
                    items: Sequence::Zip(inner, Box::new(other.items)),
                    ty: Ty::Tuple(vec![ty, other.ty]),
                    vague: vague || other.vague,
                    lazy: lazy || other.lazy,
                    exact: exact && other.exact,
                    bounds: None,
                }
            }
            2 => Chain {
                items: Sequence::Enumerate(inner),
                ty: Ty::Tuple(vec![Ty::Int, ty]),
                vague,
                lazy,
                exact,
                bounds: None,
            },
            3 => {
                let count = count(self);
                Chain {
                    items: Sequence::Skip(inner, boxed(count)),
                    ty,
                    vague,
                    lazy,
                    exact,
                    bounds,
                }
            }
            4 => {
                let count = count(self);
                Chain {
                    items: Sequence::Take(inner, boxed(count)),
                    ty,
                    vague,
                    lazy,
                    exact,
                    bounds,
                }
            }
            5 => {
                let step = 1 + self.rng.below(3);
                Chain {
                    items: Sequence::StepBy(inner, step),
                    ty,
                    vague,
                    lazy,
                    exact,
                    bounds,
                }
            }
            6 => {
                let closure = self.closure(&[(ty, vague, bounds)], Self::float);
                Chain {
                    items: Sequence::Map(inner, closure),
                    ty: Ty::Float,
                    vague: true,
                    lazy: true,
                    exact,
                    bounds: None,
                }
            }
            7 => {
                let seen = Ty::Ref(Box::new(ty.clone()));
                let closure = self.closure(&[(seen, vague, None)], Self::condition);
                Chain {
                    items: Sequence::Filter(inner, closure),
                    ty,
                    vague,
                    lazy: true,
                    exact: false,
                    bounds,
                }
            }
            8 if matches!(ty, Ty::Ref(_)) && ty.peeled().is_copy() => {
                let Ty::Ref(item) = ty else {
                    unreachable!("checked")
                };
                Chain {
                    items: Sequence::Copied(inner),
                    ty: *item,
                    vague,
                    lazy,
                    exact,
                    bounds,
                }
            }
            9 => self.flattened(*inner, ty, vague, lazy),
            _ => Chain {
                items: *inner,
                ty,
                vague,
                lazy,
                exact,
                bounds,
            },
        }
    }

    /// `.flat_map(|k| 0..k)`, `.flat_map(|row| row.iter())`
    fn flattened(&mut self, items: Sequence, ty: Ty, vague: bool, lazy: bool) -> Chain {
        let name = self.fresh_name("q");
        let item = Expr::Var(name.clone());
        let (each, ty, vague) = match &ty {
            Ty::Int => {
                let (from, to) = match self.rng.below(3) {
                    0 => (Expr::Int(0), item),
                    1 => (
                        item.clone(),
                        binary(Operator::Add, item, Expr::Int(self.rng.below(3))),
                    ),
                    _ => (Expr::Int(0), Expr::Int(self.rng.below(3))),
                };
                (
                    Sequence::Range(boxed(from), boxed(to), false),
                    Ty::Int,
                    false,
                )
            }
            Ty::Ref(list) if list.element().is_some() => {
                let element = list.element().expect("checked").clone();
                let each = Sequence::Iter(boxed(item));
                (each, Ty::Ref(Box::new(element)), vague)
            }
            _ => {
                let (from, to) = (Expr::Int(0), Expr::Int(1 + self.rng.below(2)));
                (
                    Sequence::Range(boxed(from), boxed(to), false),
                    Ty::Int,
                    false,
                )
            }
        };
        let pattern = Pattern::Name(name, false);
        Chain {
            items: Sequence::FlatMap(Box::new(items), pattern, Box::new(each)),
            ty,
            vague,
            lazy,
            exact: false,
            bounds: None,
        }
    }

    pub(super) fn closure(
        &mut self,
        takes: &[Taken],
        body: impl FnOnce(&mut Self) -> Expr,
    ) -> Closure {
        self.frozen(|draw| {
            draw.scope(|draw| {
                let patterns = takes
                    .iter()
                    .map(|(ty, vague, bounds)| draw.pattern(ty, *vague, *bounds))
                    .collect();
                let body = draw.deeper(body);
                Closure {
                    patterns,
                    body: boxed(body),
                }
            })
        })
    }

    /// A pattern for items of a type, whose names are in scope from now on.
    pub(super) fn pattern(
        &mut self,
        ty: &Ty,
        vague: bool,
        bounds: Option<(usize, usize)>,
    ) -> Pattern {
        match ty {
            Ty::Tuple(parts) if self.rng.percent(85) => Pattern::Tuple(
                parts
                    .iter()
                    .map(|part| self.pattern(part, vague, None))
                    .collect(),
            ),
            Ty::Ref(inner)
                if inner.is_copy()
                    && !matches!(**inner, Ty::Array(..) | Ty::Slice(_))
                    && self.rng.percent(45) =>
            {
                Pattern::Ref(Box::new(self.pattern(inner, vague, None)))
            }
            Ty::Ref(inner) if matches!(**inner, Ty::Tuple(_)) => {
                match self.pattern(inner, vague, None) {
                    tuple @ Pattern::Tuple(_) => Pattern::Ref(Box::new(tuple)),
                    other => Pattern::Ref(Box::new(other)),
                }
            }
            ty => {
                if self.rng.percent(4) {
                    return Pattern::Any;
                }
                let mut name = self.name();
                // A name stands for one thing in a pattern.
                while self
                    .variables
                    .iter()
                    .rev()
                    .take(6)
                    .any(|variable| variable.name == name)
                {
                    name = self.fresh_name("e");
                }
                let mut variable = Variable::new(&name, ty.clone()).vague(vague);
                variable.bounds = if *ty == Ty::Int { bounds } else { None };
                self.variables.push(variable);
                Pattern::Name(name, false)
            }
        }
    }

    /// The end of a chain, in a float.
    pub(super) fn consumed(&mut self) -> Expr {
        self.frozen(|draw| {
            let chain = draw.chain();
            let map_first = |draw: &mut Self, chain: Chain| {
                if matches!(chain.ty, Ty::Float) {
                    return chain.items;
                }
                if chain.ty == Ty::Ref(Box::new(Ty::Float)) && draw.rng.percent(60) {
                    return chain.items;
                }
                let closure = draw.closure(&[(chain.ty, chain.vague, chain.bounds)], Self::float);
                Sequence::Map(Box::new(chain.items), closure)
            };
            match draw.rng.weighted(&[50, 15, 25]) {
                0 => Expr::Sum(map_first(draw, chain)),
                1 => Expr::Product(map_first(draw, chain)),
                _ => {
                    let init = draw.leaf();
                    let init = draw.typed(init);
                    let takes = [
                        (Ty::Float, false, None),
                        (chain.ty, chain.vague, chain.bounds),
                    ];
                    let closure = draw.closure(&takes, |draw| {
                        let next = draw.float();
                        binary(Operator::Mul, Expr::Float(0.5, false), next)
                    });
                    Expr::Fold(chain.items, boxed(init), closure)
                }
            }
        })
    }

    /// A `Vec` of floats from a chain.
    pub(super) fn collected(&mut self) -> Expr {
        self.frozen(|draw| {
            let chain = draw.chain();
            let closure = draw.closure(&[(chain.ty, chain.vague, chain.bounds)], |draw| {
                let value = draw.float();
                draw.typed(value)
            });
            Expr::Collect(Sequence::Map(Box::new(chain.items), closure))
        })
    }

    /// Whether a chain runs over integers only, and which.
    pub(super) fn int_bounds(chain: &Chain) -> Option<(usize, usize)> {
        chain.bounds
    }
}
