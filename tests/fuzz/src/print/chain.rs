//! Chains of iterators, closures and patterns.

use super::Printer;
use crate::ast::*;

impl Printer {
    pub(super) fn consumed(&mut self, items: &Sequence, end: &str, program: &Program) {
        self.chained(items, program);
        self.push(end);
    }

    /// A chain that a method follows.
    pub(super) fn chained(&mut self, sequence: &Sequence, program: &Program) {
        let is_bare = matches!(sequence, Sequence::Range(..) | Sequence::Borrowed(_));
        self.push(if is_bare { "(" } else { "" });
        self.sequence(sequence, program);
        self.push(if is_bare { ")" } else { "" });
        let needs_iterator = matches!(sequence, Sequence::Borrowed(_) | Sequence::Owned(_, false));
        self.push(if needs_iterator { ".into_iter()" } else { "" });
    }

    pub(super) fn sequence(&mut self, sequence: &Sequence, program: &Program) {
        match sequence {
            Sequence::Range(from, to, inclusive) => {
                self.bound(from, 4, program);
                self.push(if *inclusive { "..=" } else { ".." });
                self.bound(to, 4, program);
            }
            Sequence::Iter(list) => self.method(list, "iter", &[], program),
            Sequence::Borrowed(list) => self.prefixed("&", list, program),
            Sequence::Owned(list, true) => self.method(list, "into_iter", &[], program),
            Sequence::Owned(list, false) => self.expr(list, program),
            Sequence::Rev(inner) => self.adapted(inner, ".rev()", program),
            Sequence::Enumerate(inner) => self.adapted(inner, ".enumerate()", program),
            Sequence::Copied(inner) => self.adapted(inner, ".copied()", program),
            Sequence::StepBy(inner, step) => {
                self.adapted(inner, &format!(".step_by({step})"), program)
            }
            Sequence::Zip(inner, other) | Sequence::Chain(inner, other) => {
                let method = match sequence {
                    Sequence::Zip(..) => ".zip(",
                    _ => ".chain(",
                };
                self.adapted(inner, method, program);
                self.sequence(other, program);
                self.push(")");
            }
            Sequence::Skip(inner, count) => {
                self.adapted(inner, ".skip(", program);
                self.expr(count, program);
                self.push(")");
            }
            Sequence::Take(inner, count) => {
                self.adapted(inner, ".take(", program);
                self.expr(count, program);
                self.push(")");
            }
            Sequence::Map(inner, closure) => {
                self.adapted(inner, ".map(", program);
                self.closure(closure, program);
                self.push(")");
            }
            Sequence::Once(item) => {
                self.push("std::iter::once(");
                self.expr(item, program);
                self.push(")");
            }
            Sequence::Flatten(inner) => self.adapted(inner, ".flatten()", program),
            Sequence::TakeWhile(inner, closure) => {
                self.adapted(inner, ".take_while(", program);
                self.closure(closure, program);
                self.push(")");
            }
            Sequence::Scan(inner, init, closure) => {
                self.adapted(inner, ".scan(", program);
                self.expr(init, program);
                self.push(", ");
                self.closure(closure, program);
                self.push(")");
            }
            Sequence::MapNamed(inner, name) => {
                self.adapted(inner, &format!(".map({name})"), program);
            }
            Sequence::Windows(list, count) => {
                self.atom(list, program);
                self.push(&format!(".windows({count})"));
            }
            Sequence::Chunks(list, count) => {
                self.atom(list, program);
                self.push(&format!(".chunks({count})"));
            }
            Sequence::FlatMap(inner, pattern, each) => {
                self.adapted(inner, ".flat_map(|", program);
                self.pattern(pattern);
                self.push("| ");
                self.sequence(each, program);
                self.push(")");
            }
            Sequence::Filter(inner, closure) => {
                self.adapted(inner, ".filter(", program);
                self.closure(closure, program);
                self.push(")");
            }
        }
    }

    fn adapted(&mut self, inner: &Sequence, adaptor: &str, program: &Program) {
        self.chained(inner, program);
        self.push(adaptor);
    }

    pub(super) fn closure(&mut self, closure: &Closure, program: &Program) {
        self.push("|");
        for (index, pattern) in closure.patterns.iter().enumerate() {
            self.push(if index > 0 { ", " } else { "" });
            self.pattern(pattern);
        }
        self.push("| ");
        self.expr(&closure.body, program);
    }

    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Name(name, mutable) => {
                self.push(&format!("{}{name}", if *mutable { "mut " } else { "" }))
            }
            Pattern::Any => self.push("_"),
            Pattern::Ref(inner) => {
                self.push("&");
                self.pattern(inner);
            }
            Pattern::Tuple(parts) => {
                self.push("(");
                for (index, part) in parts.iter().enumerate() {
                    self.push(if index > 0 { ", " } else { "" });
                    self.pattern(part);
                }
                self.push(")");
            }
            Pattern::Struct(index, parts) => {
                let item = &STRUCTS[*index];
                self.push(&format!("{} {{ ", item.name));
                for (position, (field, part)) in item.fields.iter().zip(parts).enumerate() {
                    self.push(if position > 0 { ", " } else { "" });
                    self.push(&format!("{}: ", field.name));
                    self.pattern(part);
                }
                self.push(" }");
            }
        }
    }
}
