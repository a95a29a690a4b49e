//! Calls of other functions of the program, and of the function itself.

use super::{Generator, Variable, binary, boxed};
use crate::ast::*;

impl Generator<'_> {
    /// A float from a call; a leaf where there is nothing to call.
    pub(super) fn called_float(&mut self) -> Expr {
        if let Some((index, left)) = self.recursion
            && left > 0
            && self.rng.percent(50)
        {
            self.recursion = Some((index, left - 1));
            let params = self.program.functions[index].params.clone();
            let args = self.arguments(&params, true);
            return Expr::Call(index, args);
        }
        let own = self.recursion.map(|(index, _)| index);
        let callees: Vec<usize> = (0..self.program.functions.len())
            .filter(|index| Some(*index) != own)
            .collect();
        let Some(index) = self.pick(&callees) else {
            return self.leaf();
        };
        let Some(call) = self.call(index) else {
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
            _ => self.leaf(),
        }
    }

    /// A struct from a call.
    pub(super) fn called_struct(&mut self, item: usize) -> Option<Expr> {
        let callees: Vec<usize> = (0..self.program.functions.len())
            .filter(|index| self.program.functions[*index].output == Ty::Struct(item))
            .collect();
        let index = self.pick(&callees)?;
        self.call(index)
    }

    fn call(&mut self, index: usize) -> Option<Expr> {
        let function = self.program.functions[index].clone();
        if let Owner::Method(item) = function.owner {
            let from = self.readable(|variable| *variable.ty.peeled() == Ty::Struct(item));
            let receiver = self.pick(&from)?;
            let receiver = self.var(receiver);
            let rest = self.arguments(&function.params[1..], false);
            return Some(Expr::Call(
                index,
                std::iter::once(receiver).chain(rest).collect(),
            ));
        }
        let args = self.arguments(&function.params, false);
        Some(Expr::Call(index, args))
    }

    fn arguments(&mut self, params: &[Param], again: bool) -> Vec<Expr> {
        self.frozen(|draw| {
            draw.deeper(|draw| {
                params
                    .iter()
                    .map(|param| draw.argument(param, again))
                    .collect()
            })
        })
    }

    fn argument(&mut self, param: &Param, again: bool) -> Expr {
        match &param.ty {
            Ty::Int if param.name == "depth" && again => {
                binary(Operator::Sub, Expr::Var("depth".into()), Expr::Int(1))
            }
            Ty::Int => Expr::Int(self.rng.below(4)),
            Ty::Ref(inner) => {
                let fits = |variable: &Variable| variable.ty.peeled() == &**inner;
                let from = self.readable(fits);
                if self.rng.percent(80)
                    && let Some(index) = self.pick(&from)
                {
                    let is_ref = matches!(self.variables[index].ty, Ty::Ref(_))
                        && !self.variables[index].mutable;
                    let var = self.var(index);
                    return if is_ref { var } else { Expr::Ref(boxed(var)) };
                }
                match &**inner {
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
