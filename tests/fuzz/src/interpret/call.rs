//! Calls: of functions, which give back what was lent to them, of closures, and of the methods of options.

use super::place::Place;
use super::{Binding, Data, Exit, Machine, Named, Result, Stopped, invalid};
use crate::ast::{Capture, Closure, Expr, Function, MaybeFun, Ty};
use crate::dual::Number;
use std::rc::Rc;

impl<S: Number> Machine<'_, S> {
    /// The value of a function, and what its `&mut` parameters hold at the end.
    pub(super) fn call(
        &mut self,
        function: &Function,
        args: Vec<Data<S>>,
    ) -> Result<(Data<S>, Vec<Data<S>>), S> {
        if self.depth > super::DEPTH {
            return Err(Exit::Stopped(Stopped::Long));
        }
        let (frame, count) = (self.frame, self.variables.len());
        self.frame = count;
        self.depth += 1;
        let mut length = None;
        for (param, arg) in function.params.iter().zip(args) {
            if let (Ty::Sized(_), Data::List(list)) = (param.ty.peeled(), &arg) {
                length = Some(list.len());
            }
            self.declare(&param.name, Some(arg));
        }
        if let Some(length) = length {
            self.declare("N", Some(Data::Int(length)));
        }
        let value = match self.block(&function.body) {
            Err(Exit::Return(value)) => Ok(value),
            other => other,
        };
        let lent = function.params.iter().enumerate();
        let lent: Vec<usize> = lent
            .filter(|(_, param)| matches!(param.ty, Ty::RefMut(_)))
            .map(|(index, _)| count + index)
            .collect();
        let mut places = Vec::new();
        for variable in lent {
            let Binding::Own(Some(data)) = &self.variables[variable].1 else {
                return invalid("a parameter without a value");
            };
            places.push(data.clone());
        }
        self.variables.truncate(count);
        self.frame = frame;
        self.depth -= 1;
        Ok((value?, places))
    }

    /// Nobody else looks at a place while it is lent, so that it may be copied in and out.
    pub(super) fn call_of(&mut self, index: usize, args: &[Expr]) -> Result<Data<S>, S> {
        let Some(function) = self.program.functions.get(index) else {
            return invalid("a call of nothing");
        };
        let (mut values, mut lent) = (Vec::new(), Vec::new());
        for (arg, param) in args.iter().zip(&function.params) {
            if matches!(param.ty, Ty::RefMut(_)) {
                let place = self.place(arg)?;
                values.push(self.load(&place)?);
                lent.push(place);
            } else {
                values.push(self.expr(arg)?);
            }
        }
        let (value, places) = self.call(function, values)?;
        for (place, data) in lent.iter().zip(places) {
            self.store(place, data)?;
        }
        Ok(value)
    }

    pub(super) fn capture(
        &self,
        params: &[(String, Ty)],
        body: &Expr,
        capture: Capture,
    ) -> Binding<S> {
        let resolved = |variable: usize, binding: &Binding<S>| match (binding, capture) {
            // What it may change is where it was when the closure was written.
            (Binding::Own(_), Capture::Changed) => Binding::Alias(Place::of(variable)),
            (Binding::Alias(place), Capture::Changed) => Binding::Alias(place.clone()),
            (Binding::Alias(place), _) => Binding::Own(self.looked_at(place).cloned()),
            (other, _) => other.clone(),
        };
        let captured = self.variables[self.frame..].iter().enumerate();
        Binding::Closure(Rc::new(Named {
            params: params.iter().map(|(name, _)| name.clone()).collect(),
            body: body.clone(),
            captured: captured
                .map(|(index, (name, binding))| {
                    (name.clone(), resolved(self.frame + index, binding))
                })
                .collect(),
        }))
    }

    pub(super) fn call_named(&mut self, name: &str, args: Vec<Data<S>>) -> Result<Data<S>, S> {
        let mut found = self.variables[self.frame..].iter().rev();
        let found = found.find(|(known, _)| known == name);
        let Some((_, Binding::Closure(closure))) = found else {
            return invalid(format!("no closure `{name}`"));
        };
        let closure = Rc::clone(closure);
        let (frame, count) = (self.frame, self.variables.len());
        self.frame = count;
        self.variables.extend(closure.captured.iter().cloned());
        for (param, arg) in closure.params.iter().zip(args) {
            self.declare(param, Some(arg));
        }
        let value = self.expr(&closure.body);
        self.variables.truncate(count);
        self.frame = frame;
        value
    }

    pub(super) fn maybe(
        &mut self,
        fun: MaybeFun,
        option: &Expr,
        args: &[Expr],
        closure: Option<&Closure>,
    ) -> Result<Data<S>, S> {
        let Data::Maybe(held) = self.expr(option)? else {
            return invalid("not an option");
        };
        let mut args = self.all(args)?.into_iter();
        let applied = |machine: &mut Self, held: Data<S>| match closure {
            Some(closure) => machine.apply(closure, vec![held]),
            None => invalid("a method without a closure"),
        };
        match (fun, held, args.next()) {
            (MaybeFun::IsSome, held, _) => Ok(Data::Bool(held.is_some())),
            (MaybeFun::Unwrap | MaybeFun::UnwrapOr, Some(held), _) => Ok(*held),
            (MaybeFun::UnwrapOr | MaybeFun::MapOr, None, Some(otherwise)) => Ok(otherwise),
            (MaybeFun::Map, Some(held), _) => {
                Ok(Data::Maybe(Some(Box::new(applied(self, *held)?))))
            }
            (MaybeFun::MapOr | MaybeFun::AndThen, Some(held), _) => applied(self, *held),
            (MaybeFun::Map | MaybeFun::AndThen, None, _) => Ok(Data::Maybe(None)),
            _ => invalid("an option that holds nothing"),
        }
    }

    fn looked_at(&self, place: &Place) -> Option<&Data<S>> {
        let Binding::Own(Some(data)) = &self.variables[place.variable].1 else {
            return None;
        };
        place.path.iter().try_fold(data, |data, index| match data {
            Data::List(parts) | Data::Parts(parts) | Data::Variant(_, parts) => parts.get(*index),
            Data::Maybe(Some(held)) => Some(&**held),
            _ => None,
        })
    }
}
