//! Statements, loops and choices.

use super::place::Place;
use super::{Data, Exit, Machine, Result, Stopped, invalid};
use crate::ast::{Arm, Block, Expr, Operator, Shape, Stmt};
use crate::dual::Number;

/// What an iteration ends in.
enum After<S> {
    Next,
    Done(Option<Data<S>>),
}

impl<S: Number> Machine<'_, S> {
    pub(super) fn statement(&mut self, stmt: &Stmt) -> Result<(), S> {
        match stmt {
            Stmt::Let(pattern, _, value) => {
                let value = self.expr(value)?;
                self.bind(pattern, value)?;
            }
            Stmt::Later(name) => self.declare(name, None),
            Stmt::Assign(place, value) => {
                let value = self.expr(value)?;
                let place = self.place(place)?;
                self.store(&place, value)?;
            }
            Stmt::AssignTuple(places, value) => {
                let Data::Parts(parts) = self.expr(value)? else {
                    return invalid("not a tuple");
                };
                for (place, part) in places.iter().zip(parts) {
                    let place = self.place(place)?;
                    self.store(&place, part)?;
                }
            }
            Stmt::Compound(operator, place, value) => self.compound(*operator, place, value)?,
            Stmt::If(cond, then, otherwise) => {
                self.branch(cond, then, otherwise.as_ref())?;
            }
            Stmt::LetElse(pattern, value, otherwise) => {
                if !self.matches(pattern, value)? {
                    self.block(otherwise)?;
                    return invalid("a `let .. else` that does not leave");
                }
            }
            Stmt::Closure(name, params, body, capture) => {
                let closure = self.capture(params, body, *capture);
                self.variables.push((name.clone(), closure));
            }
            Stmt::Expr(value) => {
                self.expr(value)?;
            }
            Stmt::Exchange(a, b) => {
                let (a, b) = (self.place(a)?, self.place(b)?);
                let (old_a, old_b) = (self.load(&a)?, self.load(&b)?);
                self.store(&a, old_b)?;
                self.store(&b, old_a)?;
            }
            Stmt::Match(scrutinee, arms) => {
                self.choose(scrutinee, arms)?;
            }
            Stmt::Block(block) => {
                self.block(block)?;
            }
            Stmt::For(label, pattern, sequence, body) => {
                for item in self.items(sequence)? {
                    let count = self.variables.len();
                    self.bind(pattern, item)?;
                    let after = self.iterate(label.as_deref(), body);
                    self.variables.truncate(count);
                    if let After::Done(_) = after? {
                        break;
                    }
                }
            }
            Stmt::ForEach(pattern, sequence, body) => {
                for item in self.items(sequence)? {
                    let count = self.variables.len();
                    self.bind(pattern, item)?;
                    self.iterate(None, body)?;
                    self.variables.truncate(count);
                }
            }
            Stmt::Unzip(left, right, sequence) => {
                let (mut lefts, mut rights) = (Vec::new(), Vec::new());
                for item in self.items(sequence)? {
                    match item {
                        Data::Parts(parts) if parts.len() == 2 => {
                            let mut parts = parts.into_iter();
                            lefts.extend(parts.next());
                            rights.extend(parts.next());
                        }
                        _ => return invalid("no pairs"),
                    }
                }
                self.declare(left, Some(Data::List(lefts)));
                self.declare(right, Some(Data::List(rights)));
            }
            Stmt::ForMut(name, list, body) => {
                let place = self.place(list)?;
                let Data::List(items) = self.load(&place)? else {
                    return invalid("not a list");
                };
                for index in 0..items.len() {
                    let count = self.variables.len();
                    self.alias(name, &place, Some(index));
                    let after = self.iterate(None, body);
                    self.variables.truncate(count);
                    if let After::Done(_) = after? {
                        break;
                    }
                }
            }
            Stmt::While(label, cond, body) => {
                self.repeat(label.as_deref(), Some(cond), body)?;
            }
            Stmt::Loop(label, body) => {
                self.repeat(label.as_deref(), None, body)?;
            }
            Stmt::Break(label, value) => {
                let value = value.as_ref().map(|value| self.expr(value)).transpose()?;
                return Err(Exit::Break(label.clone(), value));
            }
            Stmt::Continue(label) => return Err(Exit::Continue(label.clone())),
            Stmt::Return(value) => return Err(Exit::Return(self.expr(value)?)),
            Stmt::Swap(list, i, j) => {
                let place = self.place(list)?;
                let (i, j) = (self.int(i)?, self.int(j)?);
                match self.part_of(&place)? {
                    Data::List(items) if i.max(j) < items.len() => items.swap(i, j),
                    _ => return invalid("a swap out of bounds"),
                }
            }
            Stmt::Fill(list, value) => {
                let value = self.expr(value)?;
                let place = self.place(list)?;
                match self.part_of(&place)? {
                    Data::List(items) => items.fill(value),
                    _ => return invalid("not a list"),
                }
            }
            Stmt::CopyFrom(list, source) => {
                let source = self.list(source)?;
                let place = self.place(list)?;
                match self.part_of(&place)? {
                    Data::List(items) if items.len() == source.len() => *items = source,
                    _ => return invalid("lists of different lengths"),
                }
            }
            Stmt::Push(list, value) => {
                let value = self.expr(value)?;
                let place = self.place(list)?;
                match self.part_of(&place)? {
                    Data::List(items) => items.push(value),
                    _ => return invalid("not a list"),
                }
            }
            Stmt::Reverse(list) => {
                let place = self.place(list)?;
                let mut items = self.list(list)?;
                items.reverse();
                self.store(&place, Data::List(items))?;
            }
            Stmt::Truncate(list, count) => {
                let place = self.place(list)?;
                match self.part_of(&place)? {
                    Data::List(items) => items.truncate(*count),
                    _ => return invalid("not a list"),
                }
            }
            Stmt::Extend(list, more) => {
                let more = self.items(more)?;
                let place = self.place(list)?;
                match self.part_of(&place)? {
                    Data::List(items) => items.extend(more),
                    _ => return invalid("not a list"),
                }
            }
            Stmt::Insert(list, at, value) => {
                let value = self.expr(value)?;
                let place = self.place(list)?;
                match self.part_of(&place)? {
                    Data::List(items) if *at <= items.len() => items.insert(*at, value),
                    _ => return invalid("no place to insert at"),
                }
            }
            Stmt::Assert(cond) => {
                if !self.bool(cond)? {
                    return Err(Exit::Stopped(Stopped::Rough));
                }
            }
        }
        Ok(())
    }

    /// As rustc does for numbers: first the value, then the place.
    fn compound(&mut self, operator: Operator, place: &Expr, value: &Expr) -> Result<(), S> {
        let value = self.expr(value)?;
        let place = self.place(place)?;
        let next = match (self.load(&place)?, value) {
            (Data::Float(old), Data::Float(value)) => {
                Data::Float(self.arithmetic(operator, old, value)?)
            }
            (Data::Int(old), Data::Int(value)) => super::integers(operator, old, value)?,
            _ => return invalid("operands of different types"),
        };
        self.store(&place, next)
    }

    fn iterate(&mut self, label: Option<&str>, body: &Block) -> Result<After<S>, S> {
        self.steps += 1;
        if self.steps > super::STEPS {
            return Err(Exit::Stopped(Stopped::Long));
        }
        let is_here = |target: &Option<String>| target.is_none() || target.as_deref() == label;
        match self.block(body) {
            Ok(_) => Ok(After::Next),
            Err(Exit::Break(target, value)) if is_here(&target) => Ok(After::Done(value)),
            Err(Exit::Continue(target)) if is_here(&target) => Ok(After::Next),
            Err(exit) => Err(exit),
        }
    }

    /// `while` with a condition, `loop` without.
    pub(super) fn repeat(
        &mut self,
        label: Option<&str>,
        cond: Option<&Expr>,
        body: &Block,
    ) -> Result<Data<S>, S> {
        loop {
            let count = self.variables.len();
            if let Some(cond) = cond
                && !self.bool(cond)?
            {
                self.variables.truncate(count);
                return Ok(Data::Parts(Vec::new()));
            }
            let after = self.iterate(label, body);
            self.variables.truncate(count);
            if let After::Done(value) = after? {
                return Ok(value.unwrap_or(Data::Parts(Vec::new())));
            }
        }
    }

    /// An `if`, whose condition may bind names for its first arm.
    pub(super) fn branch(
        &mut self,
        cond: &Expr,
        then: &Block,
        otherwise: Option<&Block>,
    ) -> Result<Data<S>, S> {
        let count = self.variables.len();
        let holds = self.bool(cond)?;
        if !holds {
            self.variables.truncate(count);
        }
        let value = match (holds, otherwise) {
            (true, _) => self.block(then),
            (false, Some(otherwise)) => self.block(otherwise),
            (false, None) => Ok(Data::Parts(Vec::new())),
        };
        self.variables.truncate(count);
        value
    }

    pub(super) fn choose(&mut self, scrutinee: &Expr, arms: &[Arm]) -> Result<Data<S>, S> {
        let (value, place) = self.looked_into(scrutinee)?;
        for arm in arms {
            let count = self.variables.len();
            if self.fits(&arm.pattern, &value, place.as_ref())? {
                let open = match &arm.guard {
                    Some(guard) => self.bool(guard)?,
                    None => true,
                };
                if open {
                    let result = self.block(&arm.body);
                    self.variables.truncate(count);
                    return result;
                }
            }
            self.variables.truncate(count);
        }
        invalid("no arm fits")
    }

    /// Whether a pattern fits; binds its names.
    pub(super) fn matches(&mut self, pattern: &Shape, value: &Expr) -> Result<bool, S> {
        let (value, place) = self.looked_into(value)?;
        self.fits(pattern, &value, place.as_ref())
    }

    /// What is matched, and where it is if its parts are bound by `&mut`.
    fn looked_into(&mut self, scrutinee: &Expr) -> Result<(Data<S>, Option<Place>), S> {
        if let Expr::Lend(place, _) = scrutinee {
            let place = self.place(place)?;
            return Ok((self.load(&place)?, Some(place)));
        }
        Ok((self.expr(scrutinee)?, None))
    }

    fn fits(&mut self, pattern: &Shape, value: &Data<S>, place: Option<&Place>) -> Result<bool, S> {
        let inner = |index: usize| {
            place.map(|place| {
                let mut place = place.clone();
                place.path.push(index);
                place
            })
        };
        Ok(match (pattern, value) {
            (Shape::Any, _) => true,
            (Shape::Ints(all), Data::Int(value)) => all.contains(value),
            (Shape::Between(low, high), Data::Int(value)) => (low..=high).contains(&value),
            (Shape::Bool(expected), Data::Bool(value)) => expected == value,
            (Shape::Bind(name), value) => {
                match place {
                    Some(place) => self.alias(name, place, None),
                    None => self.declare(name, Some(value.clone())),
                }
                true
            }
            (Shape::Some(pattern), Data::Maybe(Some(value))) => {
                self.fits(pattern, value, inner(0).as_ref())?
            }
            (Shape::None, Data::Maybe(None)) => true,
            (Shape::Some(_) | Shape::None, Data::Maybe(_)) => false,
            (Shape::Variant(expected, patterns), Data::Variant(index, parts)) => {
                expected == index && self.all_fit(patterns, parts, inner)?
            }
            (Shape::Tuple(patterns), Data::Parts(parts)) if patterns.len() == parts.len() => {
                self.all_fit(patterns, parts, inner)?
            }
            _ => return invalid("a pattern that does not fit"),
        })
    }

    fn all_fit(
        &mut self,
        patterns: &[Shape],
        parts: &[Data<S>],
        inner: impl Fn(usize) -> Option<Place>,
    ) -> Result<bool, S> {
        for (index, (pattern, part)) in patterns.iter().zip(parts).enumerate() {
            if !self.fits(pattern, part, inner(index).as_ref())? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
