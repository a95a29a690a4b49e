//! What `match`, `if let` and `let .. else` look at, and what they bind.

use super::{Generator, Variable, binary, boxed};
use crate::ast::*;

/// A value with patterns that cover it.
pub(super) struct Looked {
    pub(super) value: Expr,
    pub(super) shapes: Vec<(Shape, Vec<Variable>)>,
    hold: Option<Hold>,
}

/// A variable that the names of patterns refer to.
#[derive(Clone, Copy)]
struct Hold {
    variable: usize,
    by_mut: bool,
}

impl Looked {
    fn new(value: Expr, shapes: Vec<(Shape, Vec<Variable>)>) -> Self {
        Looked {
            value,
            shapes,
            hold: None,
        }
    }
}

impl Generator<'_> {
    /// Runs `draw` where the names of a pattern are in use.
    fn bound<T>(&mut self, hold: Option<Hold>, draw: impl FnOnce(&mut Self) -> T) -> T {
        let Some(Hold { variable, by_mut }) = hold else {
            return draw(self);
        };
        if by_mut {
            return self.lending(variable, draw);
        }
        self.variables[variable].borrowed += 1;
        let drawn = draw(self);
        self.variables[variable].borrowed -= 1;
        drawn
    }

    /// `*o += ..;`, of what a name of a pattern refers to.
    fn change_held(&mut self, hold: Option<Hold>) -> Option<Stmt> {
        if !hold.is_some_and(|hold| hold.by_mut) || !self.rng.percent(70) {
            return None;
        }
        let names = self.changeable(|variable| variable.ty == Ty::Ref(Box::new(Ty::Float)));
        let place = self.pick(&names)?;
        let place = Expr::Deref(boxed(self.var(place)));
        let value = self.kept_inside(Self::float);
        Some(match self.rng.below(3) {
            0 => Stmt::Assign(place, value),
            1 => Stmt::Compound(Operator::Add, place, value),
            _ => Stmt::Compound(Operator::Mul, place, value),
        })
    }

    /// What a `match` looks at.
    pub(super) fn scrutinee(&mut self) -> Looked {
        match self.rng.weighted(&[25, 25, 50]) {
            0 => {
                if let Some(looked) = self.some_option() {
                    return looked;
                }
            }
            1 => {
                if let Some(looked) = self.some_form() {
                    return looked;
                }
            }
            _ => {}
        }
        self.number_or_condition()
    }

    /// An option, and how it may look.
    fn some_option(&mut self) -> Option<Looked> {
        let ints = self.readable(|variable| variable.ty == Ty::MaybeInt);
        if self.rng.percent(40)
            && let Some(option) = self.pick(&ints)
        {
            let value = self.var(option);
            let name = self.fresh_name("k");
            let some = Shape::Some(Box::new(Shape::Bind(name.clone())));
            let bound = vec![Variable::new(name, Ty::Int)];
            return Some(Looked::new(
                value,
                vec![(some, bound), (Shape::None, Vec::new())],
            ));
        }
        let from = self.readable(|variable| variable.ty == Ty::MaybeFloat);
        let (value, hold) = match self.pick(&from) {
            Some(option) if self.rng.percent(60) => self.looked_at(option),
            _ => (self.option(), None),
        };
        let name = self.fresh_name("o");
        let bound = self.held_as(&name, Ty::Float, &value);
        let some = Shape::Some(Box::new(Shape::Bind(name)));
        let last = if self.rng.percent(50) {
            Shape::None
        } else {
            Shape::Any
        };
        Some(Looked {
            value,
            shapes: vec![(some, vec![bound]), (last, Vec::new())],
            hold,
        })
    }

    /// A variable by value, by reference, or by one that may change it.
    fn looked_at(&mut self, index: usize) -> (Expr, Option<Hold>) {
        let may_change = self
            .changeable(|variable| !matches!(variable.ty, Ty::Ref(_)))
            .contains(&index);
        let hold = |by_mut| {
            Some(Hold {
                variable: index,
                by_mut,
            })
        };
        let is_reference = matches!(self.variables[index].ty, Ty::Ref(_));
        let var = self.var(index);
        match self.rng.below(3) {
            _ if is_reference => (Expr::Ref(boxed(Expr::Deref(boxed(var)))), hold(false)),
            0 if may_change => (Expr::Lend(boxed(var), false), hold(true)),
            1 => (Expr::Ref(boxed(var)), hold(false)),
            _ => (var, None),
        }
    }

    /// The name of a part of what is looked at.
    fn held_as(&mut self, name: &str, ty: Ty, value: &Expr) -> Variable {
        match value {
            Expr::Lend(..) => Variable::new(name, Ty::Ref(Box::new(ty))).mutable(true),
            Expr::Ref(_) => Variable::new(name, Ty::Ref(Box::new(ty))),
            _ => Variable::new(name, ty),
        }
    }

    /// An enum, and some of its variants.
    fn some_form(&mut self) -> Option<Looked> {
        let from = self.readable(|variable| *variable.ty.peeled() == Ty::Enum);
        let index = self.pick(&from)?;
        let (value, hold) = self.looked_at(index);
        let mut shapes = Vec::new();
        let skipped = self.rng.below(VARIANTS.len() + 2);
        for (index, variant) in VARIANTS.iter().enumerate() {
            if index == skipped {
                continue;
            }
            let (mut patterns, mut bound) = (Vec::new(), Vec::new());
            for field in variant.fields {
                if self.rng.percent(15) {
                    patterns.push(Shape::Any);
                    continue;
                }
                let name = if variant.is_tuple || self.rng.percent(40) {
                    self.fresh_name("h")
                } else {
                    field.name.to_owned()
                };
                bound.push(self.held_as(&name, field.ty(), &value));
                patterns.push(Shape::Bind(name));
            }
            shapes.push((Shape::Variant(index, patterns), bound));
        }
        if skipped < VARIANTS.len() {
            shapes.push((Shape::Any, Vec::new()));
        }
        Some(Looked {
            value,
            shapes,
            hold,
        })
    }

    fn number_or_condition(&mut self) -> Looked {
        let bound = |name: &str| vec![Variable::new(name, Ty::Int)];
        let count = 2 + self.rng.below(3);
        let number = self.int();
        let number = binary(Operator::Rem, number, Expr::Int(count));
        match self.rng.below(4) {
            0 => {
                let condition = self.condition();
                let shapes = vec![
                    (
                        Shape::Tuple(vec![Shape::Ints(vec![0]), Shape::Any]),
                        Vec::new(),
                    ),
                    (
                        Shape::Tuple(vec![Shape::Bind("k".into()), Shape::Bool(true)]),
                        bound("k"),
                    ),
                    (Shape::Any, Vec::new()),
                ];
                Looked::new(Expr::Tuple(vec![number, condition]), shapes)
            }
            1 => {
                let condition = self.condition();
                let shapes = [true, false].map(|value| (Shape::Bool(value), Vec::new()));
                Looked::new(condition, shapes.to_vec())
            }
            2 => {
                let shapes = vec![
                    (Shape::Ints(vec![0, 2]), Vec::new()),
                    (Shape::Bind("k".into()), bound("k")),
                ];
                Looked::new(number, shapes)
            }
            _ => {
                let shapes = vec![
                    (Shape::Ints(vec![0]), Vec::new()),
                    (Shape::Between(1, 2), Vec::new()),
                    (Shape::Any, Vec::new()),
                ];
                Looked::new(number, shapes)
            }
        }
    }

    /// The arms of a `match`.
    pub(super) fn matched(&mut self, body: impl Fn(&mut Self) -> Block) -> (Expr, Vec<Arm>) {
        let Looked {
            value,
            shapes,
            hold,
        } = self.scrutinee();
        let count = shapes.len();
        let arms = shapes
            .into_iter()
            .enumerate()
            .map(|(index, (shape, names))| {
                // An arm that may have a guard is followed by one that always fits.
                let may_guard = index + 1 < count
                    && matches!(shape, Shape::Ints(_) | Shape::Between(..) | Shape::Tuple(_));
                self.bound(hold, |draw| {
                    draw.scope(|draw| {
                        draw.variables.extend(names);
                        let guard = (may_guard && draw.rng.percent(15)).then(|| draw.condition());
                        let first = draw.change_held(hold);
                        Arm {
                            pattern: shape,
                            guard,
                            body: behind(first, body(draw)),
                        }
                    })
                })
            });
        let arms = arms.collect();
        (value, arms)
    }

    /// `let Some(v) = e`, perhaps with more behind it, and a block that sees what it binds.
    pub(super) fn let_condition(
        &mut self,
        body: impl FnOnce(&mut Self) -> Block,
    ) -> Option<(Expr, Block)> {
        let looked = if self.rng.percent(70) {
            self.some_option()
        } else {
            self.some_form()
        };
        let Looked {
            value,
            shapes,
            hold,
        } = looked?;
        let binding: Vec<_> = shapes
            .into_iter()
            .filter(|(shape, _)| matches!(shape, Shape::Some(_) | Shape::Variant(..)))
            .collect();
        let (shape, names) = self.rng.of(&binding).clone();
        let before = self.rng.percent(25).then(|| self.condition());
        Some(self.bound(hold, |draw| {
            draw.scope(|draw| {
                draw.variables.extend(names);
                let mut cond = Expr::Let(shape, boxed(value));
                if let Some(before) = before {
                    cond = binary(Operator::And, before, cond);
                }
                if draw.rng.percent(25) {
                    let more = draw.condition();
                    cond = binary(Operator::And, cond, more);
                }
                let first = draw.change_held(hold);
                (cond, behind(first, body(draw)))
            })
        }))
    }

    /// `let Some(v) = e else { .. };`
    pub(super) fn let_else(&mut self) -> Option<Stmt> {
        let otherwise = self.scope(Self::exit)?;
        let value = self.option();
        let name = self.fresh_name("o");
        self.variables.push(Variable::new(&name, Ty::Float));
        let shape = Shape::Some(Box::new(Shape::Bind(name)));
        let otherwise = Block {
            stmts: vec![otherwise],
            value: None,
        };
        Some(Stmt::LetElse(shape, value, otherwise))
    }

    /// `let x = match e { Some(v) => .., None => return .. };`
    pub(super) fn let_or_leave(&mut self) -> Option<Stmt> {
        let exit = self.scope(Self::exit)?;
        let value = self.option();
        let held = self.fresh_name("o");
        let then = self.scope(|draw| {
            draw.variables.push(Variable::new(&held, Ty::Float));
            draw.float_block()
        });
        let arms = vec![
            Arm {
                pattern: Shape::Some(Box::new(Shape::Bind(held))),
                guard: None,
                body: then,
            },
            Arm {
                pattern: Shape::None,
                guard: None,
                body: Block {
                    stmts: vec![exit],
                    value: None,
                },
            },
        ];
        Some(self.declare(Ty::Float, Expr::Match(boxed(value), arms)))
    }
}

/// A block with a statement before its own.
fn behind(first: Option<Stmt>, mut block: Block) -> Block {
    block.stmts.splice(0..0, first);
    block
}
