//! Types of std that let what they hold be changed or shared behind a `&`: whether a derivative flows through does not show.

use super::Lower;
use crate::ir::Value;
use syn::Path;

const HIDING: [&str; 8] = [
    "RefCell",
    "UnsafeCell",
    "OnceCell",
    "Mutex",
    "RwLock",
    "OnceLock",
    "Rc",
    "Arc",
];

impl Lower<'_> {
    /// Refuses a function of such a type.
    pub(super) fn hides_its_value(&mut self, function: &Path) -> Option<Value> {
        let mut names = function.segments.iter().rev().skip(1);
        let owner = names.next()?.ident.to_string();
        let is_in_cell = names.next().is_some_and(|module| module.ident == "cell");
        let hides = HIDING.contains(&owner.as_str()) || owner == "Cell" && is_in_cell;
        hides.then(|| {
            self.error_on(
                function,
                format!("what `{owner}` holds may change or be shared where it does not show"),
                "keep the value in a variable with `let mut`, and lend it by `&` and `&mut`; `Box` is followed",
            )
        })
    }
}
