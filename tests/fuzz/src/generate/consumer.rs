//! What chains of iterators end in, and what else is made by a closure for each index.

use super::sequence::Chain;
use super::{Frame, Generator, Variable, binary, boxed};
use crate::ast::*;

impl Generator<'_> {
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

    /// Floats by value from a chain.
    pub(super) fn owned_floats(&mut self) -> Sequence {
        let chain = self.chain();
        if chain.ty == Ty::Float && !chain.vague {
            return chain.items;
        }
        let closure = self.closure(&[(chain.ty, chain.vague, chain.bounds)], |draw| {
            let value = draw.float();
            draw.typed(value)
        });
        Sequence::Map(Box::new(chain.items), closure)
    }

    /// `items.reduce(|a, b| ..)`
    pub(super) fn reduced(&mut self) -> Expr {
        self.frozen(|draw| {
            let items = draw.owned_floats();
            let takes = [(Ty::Float, false, None), (Ty::Float, false, None)];
            let closure = draw.closure(&takes, |draw| {
                let next = draw.float();
                binary(Operator::Mul, Expr::Float(0.5, false), next)
            });
            Expr::Reduce(items, closure)
        })
    }

    /// `items.fold(-3.0, f64::max)`
    pub(super) fn extreme(&mut self) -> Expr {
        self.frozen(|draw| {
            let items = draw.owned_floats();
            let (first, fun) = match draw.rng.percent(60) {
                true => (-3.0, Fun::Max),
                false => (3.0, Fun::Min),
            };
            Expr::FoldBy(items, boxed(Expr::Float(first, true)), fun)
        })
    }

    /// `std::array::from_fn(|i| ..)`; without a length it is that of the function.
    pub(super) fn array_by_index(&mut self, count: Option<usize>) -> Expr {
        let bounds = match count {
            Some(count) if count > 0 => Some((0, count - 1)),
            _ => None,
        };
        let closure = self.closure(&[(Ty::Int, false, bounds)], |draw| {
            let value = draw.float();
            draw.typed(value)
        });
        Expr::FromFn(count, closure, true)
    }

    /// `let (a, b): (Vec<f64>, Vec<f64>) = items.map(|x| (.., ..)).unzip();`
    pub(super) fn unzipped(&mut self) -> Stmt {
        let items = self.frozen(|draw| {
            let chain = draw.chain();
            let closure = draw.closure(&[(chain.ty, chain.vague, chain.bounds)], |draw| {
                let parts = [0, 1].map(|_| {
                    let value = draw.float();
                    draw.typed(value)
                });
                Expr::Tuple(parts.to_vec())
            });
            Sequence::Map(Box::new(chain.items), closure)
        });
        let names = [0, 1].map(|_| self.fresh_name("z"));
        for name in &names {
            let list = Variable::new(name, Ty::Vec(Box::new(Ty::Float)));
            self.variables.push(list);
        }
        let [left, right] = names;
        Stmt::Unzip(left, right, items)
    }

    /// `items.for_each(|x| { .. });`
    pub(super) fn for_each(&mut self) -> Stmt {
        self.scope(|draw| {
            let first = draw.reads.len();
            let chain = draw.frozen(Self::chain);
            let held = draw.hold_reads(first);
            let (pattern, body) = draw.kept_inside(|draw| {
                draw.scope(|draw| {
                    let pattern = draw.pattern(&chain.ty, chain.vague, chain.bounds);
                    draw.frames.push(Frame {
                        label: None,
                        gives: false,
                        is_block: false,
                    });
                    draw.first_frame = draw.frames.len();
                    let body = draw.unit_block();
                    draw.frames.pop();
                    (pattern, body)
                })
            });
            draw.release(&held);
            Stmt::ForEach(pattern, chain.items, body)
        })
    }
}
