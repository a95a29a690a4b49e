//! What chains of iterators are adapted by.

use super::sequence::Chain;
use super::{Generator, Variable, binary, boxed};
use crate::ast::*;

impl Generator<'_> {
    pub(super) fn adapted(&mut self, chain: Chain) -> Chain {
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
        match self
            .rng
            .weighted(&[20, 16, 14, 8, 8, 8, 18, 6, 10, 7, 5, 5, 4, 5])
        {
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
            10 => {
                let seen = Ty::Ref(Box::new(ty.clone()));
                let closure = self.closure(&[(seen, vague, None)], Self::condition);
                Chain {
                    items: Sequence::TakeWhile(inner, closure),
                    ty,
                    vague,
                    lazy: true,
                    exact: false,
                    bounds,
                }
            }
            11 => self.scanned(inner, ty, vague, bounds),
            12 if matches!(&ty, Ty::Ref(list) if list.element().is_some()) => {
                let element = ty.peeled().element().expect("checked").clone();
                Chain {
                    items: Sequence::Flatten(inner),
                    ty: Ty::Ref(Box::new(element)),
                    vague,
                    lazy,
                    exact: false,
                    bounds: None,
                }
            }
            13 if exact && ty == Ty::Float => {
                let value = self.float();
                let once = Sequence::Once(boxed(self.typed(value)));
                let (first, second) = match self.rng.percent(60) {
                    true => (Box::new(once), inner),
                    false => (inner, Box::new(once)),
                };
                Chain {
                    items: Sequence::Chain(first, second),
                    ty,
                    vague: false,
                    lazy,
                    exact: false,
                    bounds: None,
                }
            }
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

    /// `.scan(init, |s, x| { *s += x; Some(*s * 2.0) })`
    fn scanned(
        &mut self,
        inner: Box<Sequence>,
        ty: Ty,
        vague: bool,
        bounds: Option<(usize, usize)>,
    ) -> Chain {
        let init = self.leaf();
        let init = self.typed(init);
        let state = self.fresh_name("s");
        let closure = self.frozen(|draw| {
            draw.scope(|draw| {
                let held = Variable::new(&state, Ty::Ref(Box::new(Ty::Float))).mutable(true);
                draw.variables.push(held);
                let item = draw.pattern(&ty, vague, bounds);
                let body = draw.deeper(|draw| draw.scan_body(&state));
                Closure {
                    patterns: vec![Pattern::Name(state.clone(), false), item],
                    body: boxed(Expr::Block(body)),
                }
            })
        });
        Chain {
            items: Sequence::Scan(inner, boxed(init), closure),
            ty: Ty::Float,
            vague: false,
            lazy: true,
            exact: false,
            bounds: None,
        }
    }

    fn scan_body(&mut self, state: &str) -> Block {
        let place = || Expr::Deref(boxed(Expr::Var(state.to_owned())));
        let next = self.float();
        let mut stmts = vec![match self.rng.below(3) {
            0 => Stmt::Compound(Operator::Add, place(), next),
            1 => Stmt::Compound(Operator::Mul, place(), next),
            _ => {
                let half = binary(Operator::Mul, Expr::Float(0.5, false), place());
                Stmt::Assign(place(), binary(Operator::Add, half, next))
            }
        }];
        let none = Block {
            stmts: Vec::new(),
            value: Some(boxed(Expr::None)),
        };
        let value = self.float();
        let some = Expr::Some(boxed(binary(Operator::Mul, place(), value)));
        let value = match self.rng.below(5) {
            0 => {
                let cond = self.condition();
                let stop = Block {
                    stmts: vec![Stmt::Return(Expr::None)],
                    value: None,
                };
                stmts.push(Stmt::If(cond, stop, None));
                some
            }
            1 => {
                let cond = self.condition();
                let some = Block {
                    stmts: Vec::new(),
                    value: Some(boxed(some)),
                };
                Expr::If(boxed(cond), none, some)
            }
            _ => some,
        };
        Block {
            stmts,
            value: Some(boxed(value)),
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
}
