//! Nested calls: what they leave, and the places that they change for their callers.

use super::{Forward, Function, Machine, Result, backward, broken, forward, last};
use crate::ir::{Call, Value};
use std::collections::HashMap;
use std::rc::Rc;

impl Machine<'_> {
    pub(super) fn call(&mut self, call: &Call) -> Result<()> {
        let name = last(&call.path);
        let args = call
            .args
            .iter()
            .zip(&call.lent)
            .map(|(arg, lent)| match lent {
                Some(lent) => self.get(lent.place),
                None => self.get(*arg),
            })
            .collect::<Result<Vec<_>>>()?;
        let Forward {
            value,
            finals,
            frame,
        } = forward(self.functions, &name, &args, self.depth + 1)?;
        for (index, place) in lent_places(call, &self.functions[&name]) {
            self.store(place, finals[index].clone())?;
        }
        self.set(call.value, value);
        self.state.frames.insert(call.residuals, Rc::new(frame));
        Ok(())
    }

    pub(super) fn pull(&mut self, call: &Call, cotangent: Value) -> Result<()> {
        let name = last(&call.path);
        let given = self.get(cotangent)?;
        let Some(frame) = self.state.frames.get(&call.residuals).cloned() else {
            return broken(format!("the residuals of `{name}` are not there"));
        };
        let lent = lent_places(call, &self.functions[&name]);
        let mut places = HashMap::new();
        for (index, place) in &lent {
            let slot = self.change_adjoint(*place, |slot| Ok(slot.clone()))?;
            places.insert(*index, slot);
        }
        let gradients = backward(
            self.functions,
            &name,
            &frame,
            Some(&given),
            &places,
            self.depth + 1,
        )?;
        for (index, gradient) in gradients {
            if let Some((_, place)) = lent.iter().find(|(lent, _)| *lent == index) {
                self.set_adjoint(*place, gradient)?;
                continue;
            }
            let arg = call.lent[index].map_or(call.args[index], |lent| lent.place);
            if self.derivative.graph[arg].active {
                self.change_adjoint(arg, |slot| slot.add(&gradient))?;
            }
        }
        Ok(())
    }
}

/// The places of a call that the function does change, by parameter.
fn lent_places(call: &Call, function: &Function) -> Vec<(usize, Value)> {
    let lent = call.lent.iter().zip(&function.lent).enumerate();
    lent.filter(|(_, (_, changes))| **changes)
        .filter_map(|(index, (lent, _))| lent.map(|lent| (index, lent.place)))
        .collect()
}
