//! Loops.

use super::{Frame, Generator, Variable, binary, boxed};
use crate::ast::*;

impl Generator<'_> {
    pub(super) fn loop_stmts(&mut self) -> Vec<Stmt> {
        if self.frames.len() >= 3 {
            return Vec::new();
        }
        match self.rng.weighted(&[60, 12, 12, 10, 7, 4, 6]) {
            0 => vec![self.for_loop()],
            6 => vec![self.for_each()],
            1 => self.for_mut().into_iter().collect(),
            2 => self.while_loop(),
            3 => self.endless(),
            4 => self.while_pop(),
            _ => self.while_some(),
        }
    }

    fn label(&mut self) -> Option<String> {
        self.rng.percent(30).then(|| self.fresh_name("l"))
    }

    /// The body of a loop.
    fn body(&mut self, label: Option<String>, gives: bool) -> Block {
        self.frames.push(Frame {
            label,
            gives,
            is_block: false,
        });
        let body = self.unit_block();
        self.frames.pop();
        body
    }

    fn for_loop(&mut self) -> Stmt {
        self.scope(|draw| {
            let first = draw.reads.len();
            let chain = draw.frozen(|draw| {
                if draw.rng.percent(50) {
                    draw.range()
                } else {
                    draw.chain()
                }
            });
            let bounds = Self::int_bounds(&chain);
            let held = if chain.lazy {
                draw.hold_reads(first)
            } else {
                Vec::new()
            };
            let label = draw.label();
            let (pattern, body) = draw.scope(|draw| {
                let pattern = draw.pattern(&chain.ty, chain.vague, bounds);
                (pattern, draw.body(label.clone(), false))
            });
            draw.release(&held);
            Stmt::For(label, pattern, chain.items, body)
        })
    }

    fn for_mut(&mut self) -> Option<Stmt> {
        let from = self.changeable(|variable| matches!(&variable.ty, Ty::Array(..) | Ty::Vec(_)));
        let index = self.pick(&from)?;
        let element = self.variables[index].ty.element()?.clone();
        let vague = self.variables[index].vague;
        let list = self.var(index);
        self.variables[index].taken = true;
        let name = self.fresh_name("e");
        let body = self.scope(|draw| {
            let item = Variable::new(&name, Ty::Ref(Box::new(element)))
                .mutable(true)
                .vague(vague);
            draw.variables.push(item);
            draw.body(None, false)
        });
        self.variables[index].taken = false;
        Some(Stmt::ForMut(name, list, body))
    }

    /// `let mut k = 0; while k < n { k += 1; .. }`
    fn while_loop(&mut self) -> Vec<Stmt> {
        let (count, end) = self.counted();
        let label = self.label();
        let more = self.rng.percent(25).then(|| self.frozen(Self::condition));
        let below = binary(Operator::Less, Expr::Var(count.clone()), end);
        let cond = match more {
            Some(more) => binary(Operator::And, below, more),
            None => below,
        };
        let mut body = self.body(label.clone(), false);
        body.stmts.insert(0, step(&count));
        vec![begin(&count), Stmt::While(label, cond, body)]
    }

    /// `let mut k = 0; loop { k += 1; if k > n { break; } .. }`
    fn endless(&mut self) -> Vec<Stmt> {
        let (count, end) = self.counted();
        let label = self.label();
        let mut body = self.body(label.clone(), false);
        let over = binary(Operator::Greater, Expr::Var(count.clone()), end);
        let leave = Block {
            stmts: vec![Stmt::Break(None, None)],
            value: None,
        };
        body.stmts
            .splice(0..0, [step(&count), Stmt::If(over, leave, None)]);
        vec![begin(&count), Stmt::Loop(label, body)]
    }

    /// The same with a value, as an expression.
    pub(super) fn loop_float(&mut self) -> Expr {
        self.kept_inside(|draw| draw.scope(Self::drawn_loop))
    }

    fn drawn_loop(&mut self) -> Expr {
        let (count, end) = self.counted();
        let label = self.label();
        let value = self.frozen(Self::float);
        let value = self.typed(value);
        let mut body = self.body(label.clone(), true);
        let over = binary(Operator::Greater, Expr::Var(count.clone()), end);
        let leave = Block {
            stmts: vec![Stmt::Break(None, Some(value))],
            value: None,
        };
        body.stmts
            .splice(0..0, [step(&count), Stmt::If(over, leave, None)]);
        Expr::Block(Block {
            stmts: vec![begin(&count)],
            value: Some(boxed(Expr::Loop(label, body))),
        })
    }

    /// `let mut left = vec![..]; while let Some(k) = left.pop() { .. }`
    fn while_pop(&mut self) -> Vec<Stmt> {
        let floats = Ty::Vec(Box::new(Ty::Float));
        let from = self.changeable(|variable| variable.ty == floats);
        if self.rng.percent(40)
            && let Some(list) = self.pick(&from)
        {
            let popped = Expr::Pop(boxed(self.var(list)));
            self.variables[list].borrowed += 1;
            let drawn = self.popped(popped, Ty::Float);
            self.variables[list].borrowed -= 1;
            return vec![drawn];
        }
        let list = self.fresh_name("left");
        let count = 1 + self.rng.below(3);
        let (items, ty) = if self.rng.percent(50) {
            let items = (0..count).map(|_| {
                let item = self.float();
                self.typed(item)
            });
            (items.collect(), Ty::Float)
        } else {
            let items = (0..count).map(|_| Expr::Int(self.rng.below(4)));
            (items.collect(), Ty::Int)
        };
        let declare = Stmt::Let(Pattern::Name(list.clone(), true), None, Expr::VecOf(items));
        vec![declare, self.popped(Expr::Pop(boxed(Expr::Var(list))), ty)]
    }

    fn popped(&mut self, popped: Expr, ty: Ty) -> Stmt {
        let name = self.fresh_name("k");
        let label = self.label();
        let body = self.scope(|draw| {
            draw.variables.push(Variable::new(&name, ty));
            draw.body(label.clone(), false)
        });
        let pattern = Shape::Some(Box::new(Shape::Bind(name)));
        Stmt::While(label, Expr::Let(pattern, boxed(popped)), body)
    }

    /// `while n < 3 && let Some(v) = o { n += 1; .. }`
    fn while_some(&mut self) -> Vec<Stmt> {
        let from = self.readable(|variable| variable.ty == Ty::MaybeFloat);
        let Some(index) = self.pick(&from) else {
            return Vec::new();
        };
        let option = self.var(index);
        let (count, end) = self.counted();
        let label = self.label();
        let name = self.fresh_name("o");
        let mut body = self.scope(|draw| {
            draw.variables.push(Variable::new(&name, Ty::Float));
            draw.body(label.clone(), false)
        });
        body.stmts.insert(0, step(&count));
        let below = binary(Operator::Less, Expr::Var(count.clone()), end);
        let pattern = Shape::Some(Box::new(Shape::Bind(name)));
        let cond = binary(Operator::And, below, Expr::Let(pattern, boxed(option)));
        vec![begin(&count), Stmt::While(label, cond, body)]
    }

    /// A counter that the body may read, and where it ends.
    fn counted(&mut self) -> (String, Expr) {
        let end = match self.int_variable() {
            Some(number) if self.rng.percent(30) => number,
            _ => Expr::Int(self.rng.below(4)),
        };
        let name = self.fresh_name("n");
        self.variables.push(Variable::new(&name, Ty::Int));
        (name, end)
    }
}

fn begin(count: &str) -> Stmt {
    Stmt::Let(
        Pattern::Name(count.to_owned(), true),
        Some(Ty::Int),
        Expr::Int(0),
    )
}

fn step(count: &str) -> Stmt {
    Stmt::Compound(Operator::Add, Expr::Var(count.to_owned()), Expr::Int(1))
}
