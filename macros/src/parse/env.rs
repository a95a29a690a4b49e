//! Names in scope and the values that they stand for now.

use crate::ir::{Ty, Value};
use proc_macro2::{Ident, Span};
use std::collections::HashMap;

/// A name as variables are told apart by: one that a `macro_rules!` macro made is another than the user's of the same
/// letters. On stable Rust, where a name comes from shows only in how its span prints.
pub(crate) fn spelling(ident: &Ident) -> String {
    spelled(&ident.to_string(), ident.span())
}

pub(crate) fn spelled(name: &str, span: Span) -> String {
    let printed = format!("{span:?}");
    let context: String = printed
        .strip_prefix('#')
        .map(|rest| rest.chars().take_while(char::is_ascii_digit).collect())
        .unwrap_or_default();
    match context.as_str() {
        "" | "0" => name.to_owned(),
        context => format!("{name}#{context}"),
    }
}

/// The letters of a name.
pub(crate) fn plain(spelling: &str) -> &str {
    spelling.split_once('#').map_or(
        spelling,
        |(before, _)| {
            if before == "r" { spelling } else { before }
        },
    )
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct Variable(usize);

#[derive(Debug)]
struct Declaration {
    name: String,
    ty: Option<Ty>,
    /// How many loops were open.
    loops: usize,
    mutable: bool,
}

/// The names in scope, innermost last.
pub(crate) type Scopes = Vec<HashMap<String, Variable>>;

/// The value of every variable at one point of the function; `None` before the first assignment.
pub(crate) type State = Vec<Option<Value>>;

#[derive(Default, Debug)]
pub(crate) struct Env {
    scopes: Scopes,
    declarations: Vec<Declaration>,
    state: State,
    /// How many loops are open.
    pub(crate) loops: usize,
}

impl Env {
    pub(crate) fn enter(&mut self) {
        self.scopes.push(HashMap::new());
    }

    pub(crate) fn leave(&mut self) {
        self.scopes.pop();
    }

    /// Whether no block within the function is open.
    pub(crate) fn is_outermost(&self) -> bool {
        self.scopes.len() == 1
    }

    /// The names in scope, to go back to after a detour.
    pub(crate) fn scopes(&self) -> Scopes {
        self.scopes.clone()
    }

    pub(crate) fn restore_scopes(&mut self, scopes: Scopes) {
        self.scopes = scopes;
    }

    pub(crate) fn declare(
        &mut self,
        name: String,
        ty: Option<Ty>,
        value: Option<Value>,
    ) -> Variable {
        let variable = self.declare_hidden(name.clone(), ty, value);
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name, variable);
        }
        variable
    }

    /// A variable that no name reaches.
    pub(crate) fn declare_hidden(
        &mut self,
        name: String,
        ty: Option<Ty>,
        value: Option<Value>,
    ) -> Variable {
        let variable = Variable(self.declarations.len());
        self.declarations.push(Declaration {
            name,
            ty,
            loops: self.loops,
            mutable: false,
        });
        self.state.push(value);
        variable
    }

    pub(crate) fn lookup(&self, name: &str) -> Option<Variable> {
        self.scopes
            .iter()
            .rev()
            .find_map(|scope| scope.get(name))
            .copied()
    }

    pub(crate) fn value(&self, variable: Variable) -> Option<Value> {
        self.state[variable.0]
    }

    pub(crate) fn value_of(&self, name: &str) -> Option<Value> {
        self.value(self.lookup(name)?)
    }

    pub(crate) fn assign(&mut self, variable: Variable, value: Value) {
        self.state[variable.0] = Some(value);
    }

    pub(crate) fn name(&self, variable: Variable) -> &str {
        plain(&self.declarations[variable.0].name)
    }

    pub(crate) fn set_mutable(&mut self, variable: Variable) {
        self.declarations[variable.0].mutable = true;
    }

    pub(crate) fn is_mutable(&self, variable: Variable) -> bool {
        self.declarations[variable.0].mutable
    }

    /// Whether a variable was declared outside of a loop that is open now.
    pub(crate) fn is_outside_loop(&self, variable: Variable) -> bool {
        self.declarations[variable.0].loops < self.loops
    }

    pub(crate) fn declared_ty(&self, variable: Variable) -> Option<&Ty> {
        self.declarations[variable.0].ty.as_ref()
    }

    pub(crate) fn state(&self) -> State {
        self.state.clone()
    }

    /// Goes back to an earlier state; variables declared since keep what they have, and are out of scope.
    pub(crate) fn restore(&mut self, state: &State) {
        self.state[..state.len()].clone_from_slice(state);
    }

    /// Variables that two branches from `before` leave with different values.
    pub(crate) fn changed(&self, before: &State, a: &State, b: &State) -> Vec<Variable> {
        (0..before.len())
            .filter(|&index| a[index] != b[index])
            .map(Variable)
            .collect()
    }

    pub(crate) fn in_state(state: &State, variable: Variable) -> Option<Value> {
        state[variable.0]
    }
}
