//! Functions over any float: those in which no type of the program stands, and that call such functions only.

use crate::ast::{Owner, Program, STRUCTS};

/// Makes a share of the functions generic that can be.
pub(super) fn generalize(program: &mut Program, seed: u64) {
    for index in 0..program.functions.len() {
        let is_chosen = (seed / 5 + index as u64).is_multiple_of(3);
        program.functions[index].generic = is_chosen && may_be_generic(program, index);
    }
}

fn may_be_generic(program: &Program, index: usize) -> bool {
    if program.functions[index].recursive {
        return false;
    }
    let text = written(program, index);
    let structs = STRUCTS.iter().map(|item| item.name.to_owned());
    let others = program.functions[..index]
        .iter()
        .filter(|other| !other.generic);
    let mut bound = structs
        // The macro takes no block apart that `T::from_usize` is given.
        .chain(["Form", "RATE", "consts", "}) as f64"].map(str::to_owned))
        .chain(others.map(|other| format!("{}(", other.name)));
    let is_free = program.functions[index].owner == Owner::Free;
    is_free && !bound.any(|name| text.contains(&name)) && !text.lines().any(orders)
}

/// One function of a program as Rust.
fn written(program: &Program, index: usize) -> String {
    let up_to = |count: usize| {
        let functions = program.functions[..count].to_vec();
        let program = Program {
            functions,
            ..*program
        };
        program.to_string()
    };
    up_to(index + 1).split_off(up_to(index).len())
}

/// Whether it matters that `+=` borrows its place before it looks at the value where floats are of a type parameter, and behind it
/// elsewhere.
fn orders(line: &str) -> bool {
    let operators = [" += ", " -= ", " *= ", " /= "];
    let mut parts = operators.iter().map(|operator| line.split_once(operator));
    let Some((place, value)) = parts.find_map(|parts| parts) else {
        return false;
    };
    let is_behind = place.trim_start().starts_with('*');
    let place = place.trim_start_matches([' ', '*']);
    let root = place.split(['.', '[']).next().unwrap_or_default();
    let changes = ["{", "&mut", "std::mem", ".pop(", ".remove("];
    let is_passed = |argument: &str| argument.trim_matches(['(', ')', ';']) == root;
    changes.iter().any(|change| value.contains(change))
        || place.contains('[') && value.contains(root)
        // `*y += f(y)` lends again what is lent.
        || is_behind && value.split([',', '(', ' ']).any(is_passed)
}
