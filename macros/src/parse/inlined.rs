//! Closures that change what they capture are written out before the walk: a call of one becomes that of the closure where it
//! stands, `(|v| sum += v)(x)`, so that whatever looks for changes sees them. Where a name that it captures means something
//! else by then, and after `move`, the closure has a name of its own for that.

mod walk;

use super::captured::{Alias, Binding, alias};
use super::closure::{MOST_CALLS, behind_parens, name_of};
use super::effects::changed_for_certain;
use super::env::spelling;
use super::iterators::{iterator_of, reassigned, root_of};
use super::matching::bound_names;
use crate::diagnostics::Errors;
use proc_macro2::{Ident, Span};
use quote::format_ident;
use std::collections::{BTreeMap, HashMap, HashSet};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprClosure, FnArg, ItemFn, Local, Pat, PatIdent, Stmt};

/// Writes out the closures of a function that change what they capture.
pub(super) fn write_out(item: &ItemFn, block: &mut Block, errors: &mut Errors) {
    let mut hidden = Hidden::default();
    loop {
        let mut walk = Walk {
            hidden: hidden.clone(),
            reassigned: reassigned(block),
            ..Walk::default()
        };
        let mut written = block.clone();
        walk.enter();
        for input in &item.sig.inputs {
            match input {
                FnArg::Receiver(receiver) => {
                    let name = Ident::new("self", receiver.self_token.span);
                    walk.bind(name, receiver.mutability.is_some());
                }
                FnArg::Typed(param) => walk.bind_names(&param.pat),
            }
        }
        walk.visit_block_mut(&mut written);
        if walk.hidden == hidden {
            *block = written;
            return errors.append(walk.errors);
        }
        hidden = walk.hidden;
    }
}

/// What a name stands for.
#[derive(Clone, Copy, Debug)]
enum Meaning {
    /// A variable, by the number of its binding.
    Variable(usize),
    /// A closure that only reads what it captures, by the number of its binding and its own.
    Reader(usize, usize),
    /// One that changes it, by its place among those.
    Changer(usize),
}

/// What a closure captures, by its name there: the binding, and the number of the closure that it is.
type Captured = BTreeMap<String, (usize, Option<usize>)>;

/// A closure that changes what it captures.
#[derive(Debug)]
struct Changer {
    number: usize,
    closure: ExprClosure,
    /// Whether it stands for the iterator that it makes.
    is_iterator: bool,
    captured: Captured,
    /// How many closures it is, those that it calls included.
    calls: usize,
}

/// What means something else where a closure is called than where the closure is written.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
struct Hidden {
    /// Variables in closures, which get names of their own.
    variables: HashSet<(usize, String)>,
    /// Closures that only read, which are written out, too.
    readers: HashSet<usize>,
}

#[derive(Default)]
struct Walk {
    scopes: Vec<HashMap<String, Meaning>>,
    bindings: Vec<Binding>,
    /// How many closures have been declared.
    declared: usize,
    /// Variables that are given another value.
    reassigned: HashSet<String>,
    changers: Vec<Changer>,
    hidden: Hidden,
    /// For each closure that is open, the number of the first binding inside, and what it captures.
    open: Vec<(usize, Captured)>,
    /// While a closure is given names of its own: what stands for a variable.
    aliases: HashMap<usize, Alias>,
    /// How many closures were written out in the closure that is open, or in the function.
    calls: usize,
    errors: Errors,
}

impl Walk {
    fn enter(&mut self) {
        self.scopes.push(HashMap::new());
    }

    fn leave(&mut self) {
        self.scopes.pop();
    }

    fn declare(&mut self, name: &Ident, meaning: Meaning) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(spelling(name), meaning);
        }
    }

    fn bind(&mut self, name: Ident, is_mutable: bool) -> usize {
        let binding = self.bindings.len();
        self.declare(&name, Meaning::Variable(binding));
        self.bindings.push(Binding { name, is_mutable });
        binding
    }

    fn bind_names(&mut self, pattern: &Pat) {
        let mut mutable = Mutable(HashSet::new());
        mutable.visit_pat(pattern);
        for name in bound_names(pattern) {
            let is_mutable = mutable.0.contains(&spelling(&name));
            self.bind(name, is_mutable);
        }
    }

    fn meaning(&self, name: &str) -> Option<Meaning> {
        let mut scopes = self.scopes.iter().rev();
        scopes.find_map(|scope| scope.get(name)).copied()
    }

    /// A name stands here: the closures around it capture what it means, if that is from outside.
    fn mention(&mut self, name: &str) {
        match self.meaning(name) {
            Some(Meaning::Variable(binding)) => self.capture(name, binding, None),
            Some(Meaning::Reader(binding, number)) => self.capture(name, binding, Some(number)),
            _ => {}
        }
    }

    fn capture(&mut self, name: &str, binding: usize, reader: Option<usize>) {
        for (first_inside, captured) in &mut self.open {
            if binding < *first_inside {
                captured.insert(name.to_owned(), (binding, reader));
            }
        }
    }

    /// `let mut add = |v| sum += v;` leaves nothing but the names that the closure has for what it captures; `None` where
    /// it is no such closure. So does `let pairs = x.iter().zip(y);`.
    fn declared(&mut self, local: &Local) -> Option<Vec<Stmt>> {
        if !self.aliases.is_empty() {
            return None;
        }
        let number = self.declared;
        self.declared += 1;
        if let Some((name, closure)) = closure_of(local) {
            // What is called by its name and changes something has to be `mut`; what is only passed need not.
            let is_mutable = matches!(&local.pat, Pat::Ident(pat) if pat.mutability.is_some());
            let is_changer = is_mutable
                || !changed_for_certain(&Expr::Closure(closure.clone())).is_empty()
                || self.hidden.readers.contains(&number);
            let takes = |_: &String| closure.capture.is_some();
            return is_changer.then(|| self.changer(name, number, closure.clone(), takes));
        }
        let mut local = local.clone();
        if let Some(init) = &mut local.init {
            let root = root_of(&mut init.expr);
            if self.is_iterator(root) {
                self.name(root);
            }
        }
        let iterator = iterator_of(&local, number, &self.reassigned)?;
        let mut stmts = iterator.parts;
        for part in &mut stmts {
            self.visit_stmt_mut(part);
        }
        let (name, taken) = (name_of(&local.pat)?, iterator.taken);
        let takes = |variable: &String| taken.contains(variable);
        stmts.extend(self.changer(name, number, iterator.closure, takes));
        if let Some(changer) = self.changers.last_mut() {
            changer.is_iterator = true;
        }
        Some(stmts)
    }

    /// Any other `let`.
    fn local(&mut self, local: &mut Local, number: usize) {
        if let Some(init) = &mut local.init {
            visit_mut::visit_local_init_mut(self, init);
        }
        match closure_of(local) {
            Some((name, _)) => {
                let binding = self.bind(name.clone(), false);
                self.declare(name, Meaning::Reader(binding, number));
            }
            None => self.bind_names(&local.pat),
        }
    }

    /// Keeps a closure to be written out; declares its names for what it takes, and for what is hidden where it is called.
    fn changer(
        &mut self,
        name: &Ident,
        number: usize,
        mut closure: ExprClosure,
        takes: impl Fn(&String) -> bool,
    ) -> Vec<Stmt> {
        let outer = std::mem::take(&mut self.calls);
        let mut captured = self.captured_by(&mut closure);
        let calls = 1 + std::mem::replace(&mut self.calls, outer);
        let (mut stmts, mut names) = (Vec::new(), Vec::new());
        for (variable, (binding, reader)) in captured.clone() {
            let is_hidden = self.hidden.variables.contains(&(number, variable.clone()));
            let is_taken = takes(&variable);
            if reader.is_some() || !is_taken && !is_hidden {
                continue;
            }
            let name = format_ident!(
                "__captured{number}_{}",
                names.len(),
                span = Span::call_site()
            );
            let (stmt, alias) = alias(name.clone(), &self.bindings[binding], &closure, is_taken);
            stmts.push(stmt);
            names.push(name);
            self.aliases.insert(binding, alias);
            captured.remove(&variable);
        }
        if !names.is_empty() {
            self.captured_by(&mut closure);
            self.aliases.clear();
        }
        for name in names {
            let spelling = spelling(&name);
            captured.insert(spelling, (self.bind(name, true), None));
        }
        closure.capture = None;
        self.declare(name, Meaning::Changer(self.changers.len()));
        self.changers.push(Changer {
            number,
            closure,
            is_iterator: false,
            captured,
            calls,
        });
        stmts
    }

    /// Walks a closure; gives what it captures.
    fn captured_by(&mut self, closure: &mut ExprClosure) -> Captured {
        self.open.push((self.bindings.len(), Captured::new()));
        self.visit_expr_closure_mut(closure);
        let (_, captured) = self.open.pop().expect("pushed above");
        captured
    }

    /// A closure in the place of its name.
    fn written_out(&mut self, changer: usize, span: Span) -> Expr {
        let Changer {
            number,
            ref closure,
            is_iterator,
            ref captured,
            calls,
        } = self.changers[changer];
        let (closure, captured) = (closure.clone(), captured.clone());
        self.calls = (self.calls + calls).min(MOST_CALLS + 1);
        if self.calls > MOST_CALLS {
            if self.errors.is_empty() {
                self.errors.at(
                    span,
                    "the closures of this function call each other too often to be written out",
                    "make this one a function with `#[differentiate]`",
                );
            }
            return Expr::Closure(ExprClosure {
                body: syn::parse_quote!(::core::unreachable!()),
                ..closure
            });
        }
        for (name, (binding, reader)) in captured {
            match self.meaning(&name) {
                Some(Meaning::Variable(here) | Meaning::Reader(here, _)) if here == binding => {}
                _ => match reader {
                    Some(reader) => _ = self.hidden.readers.insert(reader),
                    None => _ = self.hidden.variables.insert((number, name.clone())),
                },
            }
            self.capture(&name, binding, reader);
        }
        match is_iterator {
            true => *closure.body,
            false => Expr::Closure(closure),
        }
    }

    fn name(&mut self, expr: &mut Expr) {
        let Expr::Path(path) = expr else { return };
        let Some(ident) = path.path.get_ident() else {
            return;
        };
        let name = spelling(ident);
        match self.meaning(&name) {
            Some(Meaning::Changer(changer)) => *expr = self.written_out(changer, ident.span()),
            Some(Meaning::Variable(binding)) if self.aliases.contains_key(&binding) => {
                *expr = self.aliases[&binding].written.clone();
            }
            _ => self.mention(&name),
        }
    }

    /// Whether a name in a macro has to be written in another way.
    fn is_rewritten(&self, name: &str) -> bool {
        match self.meaning(name) {
            Some(Meaning::Changer(_)) => true,
            Some(Meaning::Variable(binding)) => self.aliases.contains_key(&binding),
            _ => false,
        }
    }

    /// Something with names of its own.
    fn scope(&mut self, visit: impl FnOnce(&mut Self)) {
        self.enter();
        visit(self);
        self.leave();
    }
}

/// The names that a pattern binds as `mut`.
struct Mutable(HashSet<String>);

impl<'ast> Visit<'ast> for Mutable {
    fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
        if pat.mutability.is_some() {
            self.0.insert(spelling(&pat.ident));
        }
        visit::visit_pat_ident(self, pat);
    }
}

/// `let name = |..| ..;`
fn closure_of(local: &Local) -> Option<(&Ident, &ExprClosure)> {
    match behind_parens(&local.init.as_ref()?.expr) {
        Expr::Closure(closure) => Some((name_of(&local.pat)?, closure)),
        _ => None,
    }
}
