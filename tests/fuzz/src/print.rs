//! Programs as Rust.

mod chain;
mod expression;

use crate::ast::*;
use std::fmt::{self, Display, Formatter, Write};

/// Text with indentation.
pub(crate) struct Printer {
    text: String,
    level: usize,
    /// Whether floats are of a type `T`.
    generic: bool,
    /// The struct that `Self` is.
    itself: Option<usize>,
}

impl Display for Program {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut printer = Printer {
            text: String::new(),
            level: 0,
            generic: false,
            itself: None,
        };
        for function in &self.functions {
            printer.function(function, self);
        }
        f.write_str(&in_precision(&printer.text, self.single))
    }
}

impl Display for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let alone = Program {
            functions: vec![self.clone()],
            stops: false,
            single: false,
        };
        alone.fmt(f)
    }
}

impl Display for Ty {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Ty::Float => write!(f, "f64"),
            Ty::Int => write!(f, "usize"),
            Ty::Bool => write!(f, "bool"),
            Ty::Array(inner, count) => write!(f, "[{inner}; {count}]"),
            Ty::Vec(inner) => write!(f, "Vec<{inner}>"),
            Ty::Tuple(parts) => {
                write!(f, "(")?;
                for (index, part) in parts.iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    write!(f, "{comma}{part}")?;
                }
                write!(f, ")")
            }
            Ty::Struct(index) => write!(f, "{}", STRUCTS[*index].name),
            Ty::Slice(inner) => write!(f, "[{inner}]"),
            Ty::Sized(inner) => write!(f, "[{inner}; N]"),
            Ty::Enum => write!(f, "Form"),
            Ty::MaybeInt => write!(f, "Option<usize>"),
            Ty::MaybeFloat => write!(f, "Option<f64>"),
            Ty::Ref(inner) => match &**inner {
                Ty::Vec(element) => write!(f, "&[{element}]"),
                inner => write!(f, "&{inner}"),
            },
            Ty::RefMut(inner) => write!(f, "&mut {inner}"),
        }
    }
}

/// Everything is written in `f64`.
fn in_precision(text: &str, single: bool) -> String {
    match single {
        true => text.replace("f64", "f32"),
        false => text.to_owned(),
    }
}

/// The declarations of the types; in `f32` or in `f64`.
#[must_use]
pub fn types(single: bool) -> String {
    let mut text = String::new();
    for item in &STRUCTS {
        let copy = if item.is_copy { "Copy, " } else { "" };
        let fields: Vec<String> = item
            .fields
            .iter()
            .map(|field| format!("    pub {}: {},\n", field.name, field.ty()))
            .collect();
        let _ = write!(
            text,
            "#[derive(Clone, {copy}Debug, Differentiable)]\npub struct {} {{\n{}}}\n\n",
            item.name,
            fields.concat()
        );
    }
    let variants = VARIANTS.iter().map(|variant| {
        let fields = variant.fields.iter().map(|field| match variant.is_tuple {
            true => field.ty().to_string(),
            false => format!("{}: {}", field.name, field.ty()),
        });
        format!("    {},\n", fielded(variant, fields.collect()))
    });
    for constant in &CONSTANTS {
        let value = match constant.is_int {
            true => format!("usize = {}", constant.value),
            false => format!("f64 = {:?}", constant.value),
        };
        match constant.path.split("::").collect::<Vec<_>>()[..] {
            [name] => text.push_str(&format!("pub const {name}: {value};\n\n")),
            [owner, name] => text.push_str(&format!(
                "impl {owner} {{\n    pub const {name}: {value};\n}}\n\n"
            )),
            _ => {}
        }
    }
    let _ = write!(
        text,
        "#[derive(Clone, Debug, Differentiable)]\npub enum Form {{\n{}}}\n\n",
        variants.collect::<String>()
    );
    in_precision(&text, single)
}

/// A variant with something for its fields.
fn fielded(variant: &Variant, fields: Vec<String>) -> String {
    let (name, fields) = (variant.name, fields.join(", "));
    match (variant.fields, variant.is_tuple) {
        ([], _) => name.to_owned(),
        (_, true) => format!("{name}({fields})"),
        (_, false) => format!("{name} {{ {fields} }}"),
    }
}

impl Printer {
    fn line(&mut self, text: &str) {
        self.begin();
        self.text.push_str(text);
        self.end();
    }

    fn begin(&mut self) {
        for _ in 0..self.level {
            self.text.push_str("    ");
        }
    }

    fn end(&mut self) {
        self.text.push('\n');
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn function(&mut self, function: &Function, program: &Program) {
        let start = self.text.len();
        self.generic = function.generic;
        self.written(function, program);
        if self.generic {
            let text = self.text.split_off(start);
            self.text.push_str(&text.replace("f64", "T"));
        }
    }

    fn written(&mut self, function: &Function, program: &Program) {
        let active: Vec<&str> = function
            .params
            .iter()
            .filter(|param| param.active)
            .map(|param| param.name.as_str())
            .collect();
        let wrt = format!("wrt({})", active.join(", "));
        let asked = match (function.writes_wrt, function.recursive) {
            (true, true) => format!("({wrt}, recursive)"),
            (true, false) => format!("({wrt})"),
            (false, true) => "(recursive)".to_owned(),
            (false, false) => String::new(),
        };
        let attribute = format!("#[differentiate{asked}]");
        let params: Vec<String> = function
            .params
            .iter()
            .map(|param| {
                if param.name == "self" {
                    let by_mut = matches!(param.ty, Ty::RefMut(_));
                    return if by_mut { "&mut self" } else { "&self" }.to_owned();
                }
                let mutable = if param.mutable { "mut " } else { "" };
                format!("{mutable}{}: {}", param.name, param.ty)
            })
            .collect();
        let (name, params) = (&function.name, params.join(", "));
        let generics = match (function.generic, function.is_sized()) {
            (true, true) => "<T: Float, const N: usize>",
            (true, false) => "<T: Float>",
            (false, true) => "<const N: usize>",
            (false, false) => "",
        };
        let mut head = format!("fn {name}{generics}({params})");
        if function.output != Ty::unit() {
            head.push_str(&format!(" -> {}", function.output));
        }
        self.itself = match function.owner {
            Owner::Free => None,
            Owner::Method(owner) | Owner::Trait(owner) => Some(owner),
        };
        match function.owner {
            Owner::Free => self.line(&attribute),
            Owner::Method(owner) => {
                self.line("#[differentiate]");
                self.line(&format!("impl {} {{", STRUCTS[owner].name));
            }
            Owner::Trait(owner) => {
                self.line("#[differentiate]");
                self.line(&format!("pub trait Has_{name} {{"));
                self.line(&format!("    {head};"));
                self.line("}");
                self.line("#[differentiate]");
                self.line(&format!("impl Has_{name} for {} {{", STRUCTS[owner].name));
            }
        }
        self.level += usize::from(function.is_method());
        self.begin();
        let is_of_trait = matches!(function.owner, Owner::Trait(_));
        self.push(if is_of_trait { "" } else { "pub " });
        self.push(&head);
        self.push(" ");
        self.block(&function.body, program);
        self.end();
        if function.is_method() {
            self.level -= 1;
            self.line("}");
        }
        self.end();
    }

    fn block(&mut self, block: &Block, program: &Program) {
        self.push("{\n");
        self.level += 1;
        for stmt in &block.stmts {
            self.begin();
            self.stmt(stmt, program);
            self.end();
        }
        if let Some(value) = &block.value {
            self.begin();
            self.expr(value, program);
            self.end();
        }
        self.level -= 1;
        self.begin();
        self.push("}");
    }

    fn stmt(&mut self, stmt: &Stmt, program: &Program) {
        match stmt {
            Stmt::Let(pattern, ty, value) => {
                self.push("let ");
                self.pattern(pattern);
                if let Some(ty) = ty {
                    self.push(&format!(": {ty}"));
                }
                self.push(" = ");
                self.expr(value, program);
                self.push(";");
            }
            Stmt::Later(name) => self.push(&format!("let {name};")),
            Stmt::Assign(place, value) => self.assignment(place, " = ", value, program),
            Stmt::AssignTuple(places, value) => {
                self.push("(");
                self.list(places, program);
                self.push(") = ");
                self.expr(value, program);
                self.push(";");
            }
            Stmt::Compound(operator, place, value) => {
                let operator = format!(" {}= ", expression::symbol(*operator));
                self.assignment(place, &operator, value, program);
            }
            Stmt::If(cond, then, otherwise) => {
                self.push("if ");
                self.expr(cond, program);
                self.arms(then, otherwise.as_ref(), program);
            }
            Stmt::LetElse(pattern, value, otherwise) => {
                self.push(&format!("let {} = ", expression::shape(pattern)));
                self.bound(value, 3, program);
                self.push(" else ");
                self.block(otherwise, program);
                self.push(";");
            }
            Stmt::Closure(name, params, body, capture) => {
                let params: Vec<String> = params
                    .iter()
                    .map(|(name, ty)| format!("{name}: {ty}"))
                    .collect();
                let (mutable, moves) = match capture {
                    Capture::Shared => ("", ""),
                    Capture::Moved => ("", "move "),
                    Capture::Changed => ("mut ", ""),
                };
                let params = params.join(", ");
                self.push(&format!("let {mutable}{name} = {moves}|{params}| "));
                self.expr(body, program);
                self.push(";");
            }
            Stmt::Exchange(a, b) => {
                self.push("std::mem::swap(");
                self.lent(a, program);
                self.push(", ");
                self.lent(b, program);
                self.push(");");
            }
            Stmt::Expr(value) => {
                self.expr(value, program);
                self.push(";");
            }
            Stmt::Match(scrutinee, arms) => self.choice(scrutinee, arms, program),
            Stmt::Block(block) => self.block(block, program),
            Stmt::For(label, pattern, sequence, body) => {
                self.label(label.as_deref());
                self.push("for ");
                self.pattern(pattern);
                self.push(" in ");
                self.sequence(sequence, program);
                self.push(" ");
                self.block(body, program);
            }
            Stmt::ForEach(pattern, sequence, body) => {
                self.chained(sequence, program);
                self.push(".for_each(|");
                self.pattern(pattern);
                self.push("| ");
                self.block(body, program);
                self.push(");");
            }
            Stmt::Unzip(left, right, sequence) => {
                self.push(&format!("let ({left}, {right}): (Vec<f64>, Vec<f64>) = "));
                self.consumed(sequence, ".unzip();", program);
            }
            Stmt::ForMut(name, list, body) => {
                self.push(&format!("for {name} in "));
                self.atom(list, program);
                self.push(".iter_mut() ");
                self.block(body, program);
            }
            Stmt::While(label, cond, body) => {
                self.label(label.as_deref());
                self.push("while ");
                self.expr(cond, program);
                self.push(" ");
                self.block(body, program);
            }
            Stmt::Loop(label, body) => {
                self.label(label.as_deref());
                self.push("loop ");
                self.block(body, program);
            }
            Stmt::Break(label, value) => {
                self.push("break");
                self.target(label.as_deref());
                if let Some(value) = value {
                    self.push(" ");
                    // A label may not follow another one.
                    let is_block = matches!(value, Expr::Labelled(..) | Expr::Loop(..));
                    self.bound(value, u8::from(is_block), program);
                }
                self.push(";");
            }
            Stmt::Continue(label) => {
                self.push("continue");
                self.target(label.as_deref());
                self.push(";");
            }
            Stmt::Return(value) => {
                self.push("return ");
                self.expr(value, program);
                self.push(";");
            }
            Stmt::Swap(list, i, j) => self.changing(list, "swap", &[i, j], program),
            Stmt::Fill(list, value) => self.changing(list, "fill", &[value], program),
            Stmt::CopyFrom(list, source) => {
                let source = Expr::Ref(Box::new(source.clone()));
                self.changing(list, "copy_from_slice", &[&source], program);
            }
            Stmt::Reverse(list) => self.changing(list, "reverse", &[], program),
            Stmt::Truncate(list, count) => {
                self.changing(list, "truncate", &[&Expr::Int(*count)], program);
            }
            Stmt::Extend(list, items) => {
                self.atom(list, program);
                self.push(".extend(");
                self.sequence(items, program);
                self.push(");");
            }
            Stmt::Insert(list, at, value) => {
                self.changing(list, "insert", &[&Expr::Int(*at), value], program);
            }
            Stmt::Push(list, value) => self.changing(list, "push", &[value], program),
            Stmt::Assert(cond) => {
                self.push("assert!(");
                self.expr(cond, program);
                self.push(");");
            }
        }
    }

    fn assignment(&mut self, place: &Expr, operator: &str, value: &Expr, program: &Program) {
        self.expr(place, program);
        self.push(operator);
        self.expr(value, program);
        self.push(";");
    }

    fn changing(&mut self, list: &Expr, method: &str, args: &[&Expr], program: &Program) {
        self.atom(list, program);
        self.push(&format!(".{method}("));
        for (index, arg) in args.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.expr(arg, program);
        }
        self.push(");");
    }

    fn arms(&mut self, then: &Block, otherwise: Option<&Block>, program: &Program) {
        self.push(" ");
        self.block(then, program);
        if let Some(otherwise) = otherwise {
            self.push(" else ");
            self.block(otherwise, program);
        }
    }

    fn label(&mut self, label: Option<&str>) {
        if let Some(label) = label {
            self.push(&format!("'{label}: "));
        }
    }

    fn target(&mut self, label: Option<&str>) {
        if let Some(label) = label {
            self.push(&format!(" '{label}"));
        }
    }
}
