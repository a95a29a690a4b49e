//! The IR as text, for reading what a stage did.

use super::{Graph, Head, If, Loop, Node, Op, Projection, Region, Stmt, Ty, Value};
use crate::rules::Rule;
use quote::ToTokens;
use std::fmt::{self, Display, Formatter, Write};

pub(crate) struct Listing<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) region: &'a Region,
    /// What else to say of a value.
    pub(crate) note: &'a dyn Fn(Value) -> String,
}

impl Display for Listing<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write_region(f, self.region, 1)
    }
}

impl Listing<'_> {
    fn write_region(&self, f: &mut Formatter<'_>, region: &Region, depth: usize) -> fmt::Result {
        let indent = "    ".repeat(depth);
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let(value) => {
                    let line = format!("{indent}{} = {}", self.head(*value), self.op(*value));
                    let note = (self.note)(*value);
                    if note.is_empty() {
                        writeln!(f, "{line}")?;
                    } else {
                        writeln!(f, "{line:<60} // {note}")?;
                    }
                }
                Stmt::If(branch) => self.write_if(f, branch, depth)?,
                Stmt::Call(call) => writeln!(
                    f,
                    "{indent}{}, %{} = forward {}({})",
                    self.head(call.value),
                    call.residuals.0,
                    call.path.to_token_stream(),
                    list(&call.args)
                )?,
                Stmt::Pull { call, cotangent } => writeln!(
                    f,
                    "{indent}pull {} of %{} with %{}",
                    call.path.to_token_stream(),
                    call.value.0,
                    cotangent.0
                )?,
                Stmt::BeginAdjoint(value) => writeln!(f, "{indent}adjoint %{} = 0", value.0)?,
                Stmt::Accumulate { place, value } => {
                    writeln!(f, "{indent}adjoint {} += %{}", self.place(*place), value.0)?;
                }
                Stmt::Loop(body) => self.write_loop(f, body, depth)?,
                Stmt::Store { place, value, .. } => {
                    writeln!(f, "{indent}{} := %{}", self.place(*place), value.0)?;
                }
                Stmt::Increment {
                    place,
                    value,
                    negative,
                } => {
                    let sign = if *negative { "-" } else { "+" };
                    writeln!(f, "{indent}{} {sign}= %{}", self.place(*place), value.0)?;
                }
                Stmt::Push { place, value } => {
                    writeln!(f, "{indent}push %{} on {}", value.0, self.place(*place))?;
                }
                Stmt::ResetAdjoint { place, value } => {
                    writeln!(f, "{indent}adjoint {} := %{}", self.place(*place), value.0)?;
                }
                Stmt::Pop { place, value } => {
                    writeln!(f, "{indent}pop %{} off {}", value.0, self.place(*place))?;
                }
                Stmt::PushAdjoint { place, .. } => {
                    writeln!(f, "{indent}push 0 on adjoint {}", self.place(*place))?;
                }
                Stmt::Swap(a, b) => {
                    writeln!(f, "{indent}swap {}, {}", self.place(*a), self.place(*b))?;
                }
                Stmt::SwapAdjoints(a, b) => {
                    let (a, b) = (self.place(*a), self.place(*b));
                    writeln!(f, "{indent}swap adjoints of {a}, {b}")?;
                }
                Stmt::ClearAdjoint(place) => {
                    writeln!(f, "{indent}adjoint {} := 0", self.place(*place))?;
                }
                Stmt::Effect(value) => writeln!(f, "{indent}do {}", self.op(*value))?,
            }
        }
        if !region.yields.is_empty() {
            writeln!(f, "{indent}yield {}", list(&region.yields))?;
        }
        Ok(())
    }

    fn write_if(&self, f: &mut Formatter<'_>, branch: &If, depth: usize) -> fmt::Result {
        let indent = "    ".repeat(depth);
        let results: Vec<String> = branch
            .results
            .iter()
            .map(|value| self.head(*value))
            .collect();
        let binding = if results.is_empty() {
            String::new()
        } else {
            format!("{} = ", results.join(", "))
        };
        writeln!(f, "{indent}{binding}if %{}", branch.cond.0)?;
        self.write_region(f, &branch.then, depth + 1)?;
        writeln!(f, "{indent}else")?;
        self.write_region(f, &branch.otherwise, depth + 1)
    }

    fn write_loop(&self, f: &mut Formatter<'_>, body: &Loop, depth: usize) -> fmt::Result {
        let indent = "    ".repeat(depth);
        match &body.head {
            Head::Range {
                index,
                start,
                end,
                backwards,
            } => {
                let backwards = if *backwards { " backwards" } else { "" };
                writeln!(
                    f,
                    "{indent}for {} in %{}..%{}{backwards}",
                    self.head(*index),
                    start.0,
                    end.0
                )?;
            }
            Head::While { test } => {
                writeln!(f, "{indent}while")?;
                self.write_region(f, test, depth + 2)?;
            }
        }
        self.write_region(f, &body.body, depth + 1)
    }

    fn head(&self, value: Value) -> String {
        let Node {
            name, ty, active, ..
        } = &self.graph[value];
        let name = name
            .as_ref()
            .map(|name| format!(" {name}"))
            .unwrap_or_default();
        let active = if *active { " active" } else { "" };
        format!("%{}{name}: {}{active}", value.0, self.ty(ty))
    }

    fn ty(&self, ty: &Ty) -> String {
        match ty {
            Ty::Float(float) => format!("{float:?}").to_lowercase(),
            Ty::Boxed(inner) => format!("box {}", self.ty(inner)),
            Ty::Ref(inner) => format!("&{}", self.ty(inner)),
            Ty::List(inner) | Ty::Slice(inner) => format!("[{}]", self.ty(inner)),
            Ty::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(|ty| self.ty(ty)).collect();
                format!("({})", parts.join(", "))
            }
            other => format!("{other:?}").to_lowercase(),
        }
    }

    fn place(&self, value: Value) -> String {
        match &self.graph[value].op {
            Op::Project(base, Projection::Field(member)) => {
                format!("{}.{}", self.place(*base), member.to_token_stream())
            }
            Op::Project(base, Projection::Unboxed) => format!("*{}", self.place(*base)),
            Op::Project(base, Projection::Variant(field)) => {
                let (path, member) = (field.path.to_token_stream(), field.member.to_token_stream());
                format!("{}.{path}.{member}", self.place(*base))
            }
            Op::Project(base, Projection::Index(index)) => {
                format!("{}[%{}]", self.place(*base), index.0)
            }
            Op::Ref(inner) | Op::Deref(inner) => self.place(*inner),
            _ => format!("%{}", value.0),
        }
    }

    fn op(&self, value: Value) -> String {
        match &self.graph[value].op {
            Op::Param(index) => format!("parameter {index}"),
            Op::Literal(text) => text.clone(),
            Op::Row(row, args) => match row.rule {
                Rule::Flat(reason) => format!("{} {} ({reason})", row.name, list(args)),
                _ => format!("{} {}", row.name, list(args)),
            },
            Op::Project(..) => self.place(value),
            Op::Tuple(parts) => format!("({})", list(parts)),
            Op::Array(parts) => format!("[{}]", list(parts)),
            Op::Boxed(inner) => format!("box %{}", inner.0),
            Op::Vec(parts) => format!("vec [{}]", list(parts)),
            Op::Repeat { element, count, .. } => format!("[%{}; %{}]", element.0, count.0),
            Op::Total(list, _) => format!("sum of the elements of %{}", list.0),
            Op::Length(_) => "length".into(),
            Op::Fixed(list, len) => format!("array {} of %{}", self.place(*list), len.0),
            Op::Struct(construction) => {
                let fields: Vec<Value> = construction
                    .fields
                    .iter()
                    .map(|(_, value)| *value)
                    .collect();
                format!(
                    "{} {{ {} }}",
                    construction.path.to_token_stream(),
                    list(&fields)
                )
            }
            Op::PopAdjoint(place) => format!("pop adjoint of {}", self.place(*place)),
            Op::Cell(init) => format!("cell %{}", init.0),
            Op::Load(place) => format!("load {}", self.place(*place)),
            Op::ReadAdjoint(place) => format!("adjoint of {}", self.place(*place)),
            Op::TakeAdjoint(place) => format!("take adjoint of {}", self.place(*place)),
            Op::Ref(inner) => format!("&%{}", inner.0),
            Op::Deref(inner) => format!("*%{}", inner.0),
            Op::Rust(snippet) => {
                let mut text = format!("`{}`", snippet.tokens);
                for (name, value) in &snippet.uses {
                    let _ = write!(text, " {name}=%{}", value.0);
                }
                text
            }
            Op::SumTo(summed, like) => format!("sum %{} to the shape of %{}", summed.0, like.0),
            Op::ShapeOf(value) => format!("shape of %{}", value.0),
            Op::ZeroLike(like) => format!("zero like %{}", like.0),
            Op::AdjointOf(root) => format!("adjoint of %{}", root.0),
            other => format!("{other:?}").to_lowercase(),
        }
    }
}

fn list(values: &[Value]) -> String {
    values
        .iter()
        .map(|value| format!("%{}", value.0))
        .collect::<Vec<_>>()
        .join(", ")
}
