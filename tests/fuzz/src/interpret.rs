//! What a program computes. References are transparent: a program that borrows soundly cannot tell them from copies, and
//! what is changed through a reference is a place.

mod call;
mod float;
mod place;
mod sequence;
mod statement;

use crate::ast::*;
use crate::dual::Number;
use std::cell::Cell;
use std::rc::Rc;

/// A value.
#[derive(Clone, Debug)]
pub enum Data<S> {
    /// `f64`
    Float(S),
    /// `usize`
    Int(usize),
    /// `bool`
    Bool(bool),
    /// An array, a slice or a `Vec`
    List(Vec<Data<S>>),
    /// A tuple or a struct
    Parts(Vec<Data<S>>),
    /// An option
    Maybe(Option<Box<Data<S>>>),
    /// A variant of the enum
    Variant(usize, Vec<Data<S>>),
}

/// Why a program was not run to its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stopped {
    /// It takes too long.
    Long,
    /// It comes too near to a kink, or its numbers are too large.
    Rough,
    /// It is no program.
    Invalid(String),
}

/// Ends the evaluation of an expression.
enum Exit<S> {
    Break(Option<String>, Option<Data<S>>),
    Continue(Option<String>),
    Return(Data<S>),
    Stopped(Stopped),
}

type Result<T, S> = std::result::Result<T, Exit<S>>;

fn invalid<T, S>(what: impl Into<String>) -> Result<T, S> {
    Err(Exit::Stopped(Stopped::Invalid(what.into())))
}

/// A variable: a value of its own, none yet, a place of another one, or a closure.
#[derive(Clone)]
enum Binding<S> {
    Own(Option<Data<S>>),
    Alias(place::Place),
    Closure(Rc<Named<S>>),
}

/// A closure in a variable. It borrows what it captures, which therefore is what it was when the closure was written.
struct Named<S> {
    params: Vec<String>,
    body: Expr,
    captured: Vec<(String, Binding<S>)>,
}

struct Machine<'a, S> {
    program: &'a Program,
    variables: Vec<(String, Binding<S>)>,
    /// Where the variables of the running function begin.
    frame: usize,
    depth: usize,
    steps: usize,
    /// A hash of how comparisons of floats came out.
    decisions: Cell<u64>,
}

/// What a program made of its arguments.
#[derive(Clone, Debug)]
pub struct Ran<S> {
    /// Its value.
    pub value: Data<S>,
    /// What its `&mut` parameters refer to at the end.
    pub places: Vec<Data<S>>,
    /// The same for two runs in which comparisons of floats came out the same.
    pub decisions: u64,
}

/// How many expressions a program may evaluate.
const STEPS: usize = 20_000;
const DEPTH: usize = 24;

/// Runs the last function of a program.
pub fn run<S: Number>(
    program: &Program,
    args: Vec<Data<S>>,
) -> std::result::Result<Ran<S>, Stopped> {
    let mut machine = Machine {
        program,
        variables: Vec::new(),
        frame: 0,
        depth: 0,
        steps: 0,
        decisions: Cell::new(0),
    };
    match machine.call(program.main(), args) {
        Ok((value, places)) => Ok(Ran {
            value,
            places,
            decisions: machine.decisions.get(),
        }),
        Err(Exit::Stopped(stopped)) => Err(stopped),
        Err(_) => Err(Stopped::Invalid("an exit outside of a loop".into())),
    }
}

impl<S: Number> Machine<'_, S> {
    fn block(&mut self, block: &Block) -> Result<Data<S>, S> {
        let count = self.variables.len();
        let value = self.statements(block);
        self.variables.truncate(count);
        value
    }

    fn statements(&mut self, block: &Block) -> Result<Data<S>, S> {
        for stmt in &block.stmts {
            self.statement(stmt)?;
        }
        match &block.value {
            Some(value) => self.expr(value),
            None => Ok(Data::Parts(Vec::new())),
        }
    }

    fn expr(&mut self, expr: &Expr) -> Result<Data<S>, S> {
        self.steps += 1;
        if self.steps > STEPS {
            return Err(Exit::Stopped(Stopped::Long));
        }
        Ok(match expr {
            Expr::Float(value, _) => Data::Float(S::constant(*value)),
            Expr::Int(value) => Data::Int(*value),
            Expr::Bool(value) => Data::Bool(*value),
            Expr::Var(_) => {
                let place = self.place(expr)?;
                self.load(&place)?
            }
            Expr::Deref(inner) | Expr::Ref(inner) | Expr::Clone(inner) | Expr::Lend(inner, _) => {
                self.expr(inner)?
            }
            Expr::Field(base, _, index) | Expr::Part(base, index) => self.part(base, *index)?,
            Expr::Index(base, index) => {
                let (list, index) = (self.list(base)?, self.int(index)?);
                match list.into_iter().nth(index) {
                    Some(element) => element,
                    None => return invalid("an index out of bounds"),
                }
            }
            Expr::Len(list) => Data::Int(self.list(list)?.len()),
            Expr::Neg(inner) => {
                let x = self.float(inner)?;
                Data::Float(S::apply([x], -x.value(), [-1.0]))
            }
            Expr::Not(inner) => Data::Bool(!self.bool(inner)?),
            Expr::Binary(operator, left, right) => self.binary(*operator, left, right)?,
            Expr::ToFloat(inner) => Data::Float(S::constant(self.int(inner)? as f64)),
            Expr::Math(fun, args, _) => {
                let args = args
                    .iter()
                    .map(|arg| self.float(arg))
                    .collect::<Result<Vec<_>, S>>()?;
                Data::Float(self.math(*fun, &args)?)
            }
            Expr::Tuple(parts) | Expr::Struct(_, parts) => Data::Parts(self.all(parts)?),
            Expr::Array(parts) | Expr::VecOf(parts) => Data::List(self.all(parts)?),
            Expr::Repeat(element, count) | Expr::VecRepeat(element, count) => {
                Data::List(vec![self.expr(element)?; *count])
            }
            Expr::NewVec => Data::List(Vec::new()),
            Expr::If(cond, then, otherwise) => self.branch(cond, then, Some(otherwise))?,
            Expr::Match(scrutinee, arms) => self.choose(scrutinee, arms)?,
            Expr::Block(block) => self.block(block)?,
            Expr::Loop(label, body) => self.repeat(label.as_deref(), None, body)?,
            Expr::Call(index, args) => self.call_of(*index, args)?,
            Expr::CallNamed(name, args) => {
                let args = self.all(args)?;
                self.call_named(name, args)?
            }
            Expr::Slice(base, from, to) => {
                let list = self.list(base)?;
                let to = match to {
                    Some(to) => self.int(to)?,
                    None => list.len(),
                };
                match list.get(*from..to) {
                    Some(part) => Data::List(part.to_vec()),
                    None => return invalid("a slice out of bounds"),
                }
            }
            Expr::Some(inner) => Data::Maybe(Some(Box::new(self.expr(inner)?))),
            Expr::None => Data::Maybe(None),
            Expr::Maybe(fun, option, args, closure) => {
                self.maybe(*fun, option, args, closure.as_ref())?
            }
            Expr::Seen(list, end) => {
                let items = self.list(list)?;
                let at = match end {
                    End::First => Some(0),
                    End::Last => items.len().checked_sub(1),
                    End::At(at) => Some(self.int(at)?),
                };
                let seen = at.and_then(|at| items.into_iter().nth(at));
                Data::Maybe(seen.map(Box::new))
            }
            Expr::Pop(list) => {
                let place = self.place(list)?;
                match self.part_of(&place)? {
                    Data::List(items) => Data::Maybe(items.pop().map(Box::new)),
                    _ => return invalid("not a list"),
                }
            }
            Expr::Remove(list, at) => {
                let at = self.int(at)?;
                let place = self.place(list)?;
                match self.part_of(&place)? {
                    Data::List(items) if at < items.len() => items.remove(at),
                    _ => return invalid("nothing to remove"),
                }
            }
            Expr::SwapRemove(list, at) => {
                let at = self.int(at)?;
                let place = self.place(list)?;
                match self.part_of(&place)? {
                    Data::List(items) if at < items.len() => items.swap_remove(at),
                    _ => return invalid("nothing to remove"),
                }
            }
            Expr::Variant(index, parts) => Data::Variant(*index, self.all(parts)?),
            Expr::Labelled(label, block) => match self.block(block) {
                Err(Exit::Break(Some(target), Some(value))) if target == *label => value,
                other => other?,
            },
            Expr::Let(pattern, value) => Data::Bool(self.matches(pattern, value)?),
            Expr::Replace(place, value) => {
                let place = self.place(place)?;
                let value = self.expr(value)?;
                let old = self.load(&place)?;
                self.store(&place, value)?;
                old
            }
            Expr::Take(place) => {
                let place = self.place(place)?;
                let old = self.load(&place)?;
                let empty = match &old {
                    Data::Float(_) => Data::Float(S::constant(0.0)),
                    Data::List(_) => Data::List(Vec::new()),
                    Data::Maybe(_) => Data::Maybe(None),
                    _ => return invalid("no default"),
                };
                self.store(&place, empty)?;
                old
            }
            Expr::Sum(items) => {
                // As in std, the sum of nothing is -0.0.
                let mut sum = S::constant(-0.0);
                for item in self.items(items)? {
                    let item = float_of(item)?;
                    sum = S::apply([sum, item], sum.value() + item.value(), [1.0, 1.0]);
                    self.smooth(sum)?;
                }
                Data::Float(sum)
            }
            Expr::Product(items) => {
                let mut product = S::constant(1.0);
                for item in self.items(items)? {
                    product = self.arithmetic(Operator::Mul, product, float_of(item)?)?;
                }
                Data::Float(product)
            }
            Expr::Fold(items, init, closure) => self.fold(items, init, closure)?,
            Expr::FoldBy(items, init, fun) => self.fold_by(items, init, *fun)?,
            Expr::Reduce(items, closure) => self.reduce(items, closure)?,
            Expr::Collect(items) => Data::List(self.items(items)?),
            Expr::FromFn(count, closure, _) => self.array_by_index(*count, closure)?,
            Expr::Try(option) => match self.expr(option)? {
                Data::Maybe(Some(held)) => *held,
                none @ Data::Maybe(None) => return Err(Exit::Return(none)),
                _ => return invalid("not an option"),
            },
            Expr::Const(constant) if constant.is_int => Data::Int(constant.value as usize),
            Expr::Const(constant) => Data::Float(S::constant(constant.value)),
            Expr::Stop(inner) => Data::Float(S::constant(self.float(inner)?.value())),
        })
    }

    fn all(&mut self, exprs: &[Expr]) -> Result<Vec<Data<S>>, S> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn float(&mut self, expr: &Expr) -> Result<S, S> {
        let value = self.expr(expr)?;
        float_of(value)
    }

    fn int(&mut self, expr: &Expr) -> Result<usize, S> {
        match self.expr(expr)? {
            Data::Int(value) => Ok(value),
            _ => invalid("not an integer"),
        }
    }

    fn bool(&mut self, expr: &Expr) -> Result<bool, S> {
        match self.expr(expr)? {
            Data::Bool(value) => Ok(value),
            _ => invalid("not a condition"),
        }
    }

    fn list(&mut self, expr: &Expr) -> Result<Vec<Data<S>>, S> {
        match self.expr(expr)? {
            Data::List(list) => Ok(list),
            _ => invalid("not a list"),
        }
    }

    fn part(&mut self, base: &Expr, index: usize) -> Result<Data<S>, S> {
        match self.expr(base)? {
            Data::Parts(parts) | Data::Variant(_, parts) if index < parts.len() => {
                Ok(parts[index].clone())
            }
            _ => invalid("no such part"),
        }
    }

    /// Applies a closure, whose names are its own.
    fn apply(&mut self, closure: &Closure, args: Vec<Data<S>>) -> Result<Data<S>, S> {
        let count = self.variables.len();
        for (pattern, arg) in closure.patterns.iter().zip(args) {
            self.bind(pattern, arg)?;
        }
        let value = self.expr(&closure.body);
        self.variables.truncate(count);
        value
    }

    fn binary(&mut self, operator: Operator, left: &Expr, right: &Expr) -> Result<Data<S>, S> {
        if let Operator::And | Operator::Or = operator {
            let short = operator == Operator::Or;
            return Ok(Data::Bool(if self.bool(left)? == short {
                short
            } else {
                self.bool(right)?
            }));
        }
        match (self.expr(left)?, self.expr(right)?) {
            (Data::Float(a), Data::Float(b)) => match operator {
                Operator::Add | Operator::Sub | Operator::Mul | Operator::Div => {
                    Ok(Data::Float(self.arithmetic(operator, a, b)?))
                }
                _ => Ok(Data::Bool(self.compare(operator, a, b)?)),
            },
            (Data::Int(a), Data::Int(b)) => integers(operator, a, b),
            _ => invalid("operands of different types"),
        }
    }
}

fn float_of<S>(value: Data<S>) -> Result<S, S> {
    match value {
        Data::Float(value) => Ok(value),
        _ => invalid("not a float"),
    }
}

fn integers<S>(operator: Operator, a: usize, b: usize) -> Result<Data<S>, S> {
    let number = match operator {
        Operator::Add => a.checked_add(b),
        Operator::Sub => a.checked_sub(b),
        Operator::Mul => a.checked_mul(b),
        Operator::Div => a.checked_div(b),
        Operator::Rem => a.checked_rem(b),
        Operator::Less => return Ok(Data::Bool(a < b)),
        Operator::Greater => return Ok(Data::Bool(a > b)),
        Operator::AtMost => return Ok(Data::Bool(a <= b)),
        Operator::AtLeast => return Ok(Data::Bool(a >= b)),
        Operator::Equal => return Ok(Data::Bool(a == b)),
        Operator::And | Operator::Or => None,
    };
    match number {
        Some(number) if number < 1 << 20 => Ok(Data::Int(number)),
        _ => invalid("an integer out of range"),
    }
}
