//! Calls of other functions of the program, and of the function itself.

use super::{Generator, Variable, binary, boxed};
use crate::ast::*;

impl Generator<'_> {
    /// A float from a call; a leaf where there is nothing to call.
    pub(super) fn called_float(&mut self) -> Expr {
        if let Some((index, left)) = self.recursion
            && left > 0
            && self.rng.percent(50)
            && self.program.functions[index].output == Ty::Float
        {
            self.recursion = Some((index, left - 1));
            if let Some(call) = self.call(index, true) {
                return call;
            }
        }
        let gives = |ty: &Ty| match ty {
            Ty::Float | Ty::Array(..) | Ty::MaybeFloat => true,
            Ty::Tuple(parts) => !parts.is_empty(),
            Ty::Struct(item) => *item == 0,
            _ => false,
        };
        let callees = self.callees(|function| gives(&function.output));
        let Some(index) = self.pick(&callees) else {
            return self.leaf();
        };
        let Some(call) = self.call(index, false) else {
            return self.leaf();
        };
        match self.program.functions[index].output.clone() {
            Ty::Float => call,
            Ty::Tuple(parts) => Expr::Part(boxed(call), self.rng.below(parts.len())),
            Ty::Array(_, count) => {
                Expr::Index(boxed(call), boxed(Expr::Int(self.rng.below(count))))
            }
            Ty::Struct(0) => {
                let field = self.rng.below(2);
                Expr::Field(boxed(call), &STRUCTS[0].fields[field], field)
            }
            Ty::MaybeFloat => self.float_of(call),
            _ => self.leaf(),
        }
    }

    /// The functions that may be called, but for this one and the one that it calls again and again.
    fn callees(&self, wanted: impl Fn(&Function) -> bool) -> Vec<usize> {
        let functions = &self.program.functions;
        let end = match self.recursion {
            Some((index, _)) if functions[index].recursive => index,
            Some((index, _)) if index > 0 && functions[index - 1].recursive => index - 1,
            Some((index, _)) => index,
            None => functions.len(),
        };
        (0..end)
            .filter(|index| wanted(&functions[*index]))
            .collect()
    }

    /// A value of a type from a call.
    pub(super) fn called(&mut self, ty: &Ty) -> Option<Expr> {
        let callees = self.callees(|function| function.output == *ty);
        let index = self.pick(&callees)?;
        self.call(index, false)
    }

    /// `f(&mut a, ..);`
    pub(super) fn call_stmt(&mut self) -> Option<Stmt> {
        let changes = |param: &Param| matches!(param.ty, Ty::RefMut(_));
        if let Some((index, left)) = self.recursion
            && left > 0
            && self.rng.percent(50)
            && self.program.functions[index].params.iter().any(changes)
        {
            self.recursion = Some((index, left - 1));
            return self.call(index, true).map(Stmt::Expr);
        }
        let callees = self.callees(|function| function.params.iter().any(changes));
        let index = self.pick(&callees)?;
        self.call(index, false).map(Stmt::Expr)
    }

    fn call(&mut self, index: usize, again: bool) -> Option<Expr> {
        let params = self.program.functions[index].params.clone();
        let changes = params.iter().any(|param| matches!(param.ty, Ty::RefMut(_)));
        let asks = self.asks && !changes;
        let draw = |draw: &mut Self| {
            draw.asks = asks;
            draw.deeper(|draw| draw.arguments(&params, again))
        };
        let args = if changes || self.rng.percent(40) {
            self.kept_inside(draw)
        } else {
            self.frozen(draw)
        };
        args.map(|args| Expr::Call(index, args))
    }

    /// What is passed by reference is borrowed, and what is lent is out of reach, while later arguments are drawn.
    fn arguments(&mut self, params: &[Param], again: bool) -> Option<Vec<Expr>> {
        let (mut held, mut lent, mut args) = (Vec::new(), Vec::new(), Vec::new());
        for param in params {
            let first = self.reads.len();
            let arg = match &param.ty {
                Ty::RefMut(inner) if param.name == "self" => self.receiver(inner),
                Ty::Ref(inner) if param.name == "self" => {
                    let from = self.readable(|variable| variable.ty.peeled() == &**inner);
                    self.pick(&from).map(|index| self.var(index))
                }
                Ty::RefMut(inner) => match self.lendable(inner) {
                    Some((place, root)) => {
                        self.variables[root].taken = true;
                        lent.push(root);
                        Some(place)
                    }
                    None => None,
                },
                _ => Some(self.argument(param, again)),
            };
            let Some(arg) = arg else { break };
            if matches!(param.ty, Ty::Ref(_)) || param.name == "self" {
                held.extend(self.hold_reads(first));
            }
            args.push(arg);
        }
        self.release(&held);
        for root in lent {
            self.variables[root].taken = false;
        }
        (args.len() == params.len()).then_some(args)
    }

    /// A struct that its method changes; its arguments may still look at it.
    fn receiver(&mut self, ty: &Ty) -> Option<Expr> {
        let from = self.changeable(|variable| variable.ty.peeled() == ty);
        let index = self.pick(&from)?;
        Some(Expr::Lend(boxed(self.var(index)), true))
    }

    /// A place of a type that may be lent, and the variable that it is in.
    pub(super) fn lendable(&mut self, wanted: &Ty) -> Option<(Expr, usize)> {
        for _ in 0..4 {
            let from = self.changeable(|variable| variable.ty.has_floats());
            let root = self.pick(&from)?;
            let ty = self.variables[root].ty.clone();
            let base = self.var(root);
            let place = self.lending(root, |draw| draw.part_of_type(base, &ty, wanted));
            let Some(place) = place else { continue };
            let is_reference = matches!(ty, Ty::Ref(_)) && matches!(place, Expr::Var(_));
            if let (Ty::Slice(_), 0) = (wanted, self.rng.below(4)) {
                let part = Expr::Slice(boxed(place), self.rng.below(2), None);
                return Some((Expr::Lend(boxed(part), false), root));
            }
            if is_reference && self.rng.percent(20) {
                let place = Expr::Deref(boxed(place));
                return Some((Expr::Lend(boxed(place), false), root));
            }
            return Some((Expr::Lend(boxed(place), is_reference), root));
        }
        None
    }

    /// Goes down to a part of a type.
    pub(super) fn part_of_type(&mut self, base: Expr, ty: &Ty, wanted: &Ty) -> Option<Expr> {
        let fits = match wanted {
            Ty::Slice(element) => ty.peeled().element() == Some(element),
            Ty::Sized(element) => match ty.peeled() {
                Ty::Array(inner, count) => inner == element && *count > 1,
                ty => ty == wanted,
            },
            wanted => ty.peeled() == wanted,
        };
        if fits {
            return Some(base);
        }
        match ty {
            Ty::Ref(inner) => self.part_of_type(base, inner, wanted),
            Ty::Array(element, count) => {
                let index = self.index_below(*count)?;
                self.part_of_type(Expr::Index(boxed(base), boxed(index)), element, wanted)
            }
            Ty::Vec(element) | Ty::Slice(element) | Ty::Sized(element) => {
                let index = self.index_blindly();
                self.part_of_type(Expr::Index(boxed(base), boxed(index)), element, wanted)
            }
            Ty::Tuple(parts) if !parts.is_empty() => {
                let index = self.rng.below(parts.len());
                self.part_of_type(Expr::Part(boxed(base), index), &parts[index], wanted)
            }
            Ty::Struct(item) => {
                let index = self.rng.below(STRUCTS[*item].fields.len());
                let field = &STRUCTS[*item].fields[index];
                let part = Expr::Field(boxed(base), field, index);
                self.part_of_type(part, &field.ty(), wanted)
            }
            _ => None,
        }
    }

    fn argument(&mut self, param: &Param, again: bool) -> Expr {
        match &param.ty {
            Ty::Int if param.name == "depth" && again => {
                binary(Operator::Sub, Expr::Var("depth".into()), Expr::Int(1))
            }
            Ty::Int => {
                if self.rng.percent(20) {
                    let number = self.int();
                    return binary(Operator::Rem, number, Expr::Int(4));
                }
                Expr::Int(self.rng.below(4))
            }
            Ty::Ref(inner) => {
                let fits = |variable: &Variable| match (variable.ty.peeled(), &**inner) {
                    (Ty::Array(element, count), Ty::Sized(wanted)) => {
                        element == wanted && *count > 1
                    }
                    (ty, wanted) => ty == wanted,
                };
                let from = self.readable(fits);
                if self.rng.percent(80)
                    && let Some(index) = self.pick(&from)
                {
                    // A `&mut` handed on as it is says that it may be changed, which an assertion may not.
                    let is_ref = matches!(self.variables[index].ty, Ty::Ref(_))
                        && (!self.variables[index].mutable
                            || self.rng.percent(50) && index >= self.barrier);
                    let var = self.var(index);
                    return if is_ref { var } else { Expr::Ref(boxed(var)) };
                }
                match &**inner {
                    Ty::Sized(element) => {
                        let array = Ty::Array(element.clone(), 2 + self.rng.below(2));
                        Expr::Ref(boxed(self.value(&array)))
                    }
                    Ty::Vec(element) if **element != Ty::Float => {
                        Expr::Ref(boxed(self.value(inner)))
                    }
                    Ty::Vec(_) => {
                        let list = if self.rng.percent(40) {
                            let parts = (0..3).map(|_| self.float()).collect();
                            if self.rng.percent(50) {
                                Expr::VecOf(parts)
                            } else {
                                Expr::Array(parts)
                            }
                        } else {
                            self.collected()
                        };
                        Expr::Ref(boxed(list))
                    }
                    inner => Expr::Ref(boxed(self.value(inner))),
                }
            }
            ty => self.value(ty),
        }
    }
}
