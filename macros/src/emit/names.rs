//! Names in the generated code: the user's own where there is one, none twice, and none that the user's code uses for
//! something else.

use crate::ir::Value;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

#[derive(Debug)]
pub(super) struct Names {
    /// Where a name first stands in the user's code: a name that a `macro_rules!` made resolves only from there.
    spans: HashMap<String, Span>,
    /// Identifiers of the user's code and names given so far.
    taken: RefCell<HashSet<String>>,
    /// The next number behind each name that was wished for.
    numbers: RefCell<HashMap<String, usize>>,
    /// Variables of the user's code: one value each may have their names.
    declared: RefCell<HashSet<String>>,
    of_value: RefCell<HashMap<(Value, Role), String>>,
    made: RefCell<Vec<String>>,
}

/// What of a value is named.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Role {
    Itself,
    Adjoint,
}

impl Names {
    pub(super) fn new(user: &TokenStream, mut declared: HashSet<String>) -> Names {
        let mut spans = HashMap::new();
        idents(user.clone(), &mut spans);
        declared.retain(|name| spans.contains_key(name));
        Names {
            taken: RefCell::new(spans.keys().cloned().collect()),
            numbers: RefCell::default(),
            spans,
            declared: RefCell::new(declared),
            of_value: RefCell::default(),
            made: RefCell::default(),
        }
    }

    /// A name as an identifier, from where the user wrote it if it is the user's.
    pub(super) fn ident(&self, name: &str) -> Ident {
        let mut ident = ident(name);
        if let Some(span) = self.spans.get(name) {
            ident.set_span(*span);
        }
        ident
    }

    /// A name that nothing else has, as near to `wish` as can be.
    pub(super) fn fresh(&self, wish: &str) -> String {
        let mut taken = self.taken.borrow_mut();
        let mut numbers = self.numbers.borrow_mut();
        let next = numbers.entry(wish.to_owned()).or_insert(1);
        let name = loop {
            let name = match *next {
                1 => wish.to_owned(),
                number => format!("{wish}{number}"),
            };
            *next += 1;
            let name = without_raw(name);
            if !taken.contains(&name) && syn::parse_str::<Ident>(&name).is_ok() {
                break name;
            }
        };
        taken.insert(name.clone());
        self.made.borrow_mut().push(name.clone());
        name
    }

    /// The name of a value.
    pub(super) fn of(&self, value: Value, role: Role, wish: &str) -> String {
        if let Some(name) = self.of_value.borrow().get(&(value, role)) {
            return name.clone();
        }
        let name = if wish == "self" {
            // No variable can be called that.
            self.fresh("this")
        } else if self.declared.borrow_mut().remove(wish) {
            wish.to_owned()
        } else {
            self.fresh(wish)
        };
        self.of_value
            .borrow_mut()
            .insert((value, role), name.clone());
        name
    }

    /// Whether a name stands for something already, fields of the user's code included.
    pub(super) fn is_given(&self, name: &str) -> bool {
        self.of_value.borrow().values().any(|given| given == name)
    }

    /// Every name that was made up.
    pub(super) fn made(&self) -> Vec<Ident> {
        let mut made = self.made.borrow().clone();
        made.sort();
        made.dedup();
        made.iter().map(|name| ident(name)).collect()
    }
}

pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// A name that is no keyword needs no `r#`.
fn without_raw(name: String) -> String {
    match name.strip_prefix("r#") {
        Some(rest) if syn::parse_str::<Ident>(rest).is_ok() => rest.to_owned(),
        _ => name,
    }
}

fn idents(tokens: TokenStream, found: &mut HashMap<String, Span>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                found
                    .entry(ident.to_string())
                    .or_insert_with(|| ident.span());
            }
            TokenTree::Group(group) => idents(group.stream(), found),
            TokenTree::Literal(_) | TokenTree::Punct(_) => {}
        }
    }
}
