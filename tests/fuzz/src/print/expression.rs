//! Expressions.

use super::Printer;
use crate::ast::*;

pub(super) fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Sub => "-",
        Operator::Mul => "*",
        Operator::Div => "/",
        Operator::Rem => "%",
        Operator::Less => "<",
        Operator::Greater => ">",
        Operator::AtMost => "<=",
        Operator::AtLeast => ">=",
        Operator::Equal => "==",
        Operator::And => "&&",
        Operator::Or => "||",
    }
}

/// How tightly an expression binds.
fn strength(expr: &Expr) -> u8 {
    match expr {
        Expr::Binary(operator, ..) => match operator {
            Operator::Or => 1,
            Operator::And => 2,
            Operator::Add | Operator::Sub => 4,
            Operator::Mul | Operator::Div | Operator::Rem => 5,
            _ => 3,
        },
        // Among operators blocks stand in parentheses, since a statement may not begin with one.
        Expr::If(..) | Expr::Match(..) | Expr::Block(_) | Expr::Loop(..) => 0,
        Expr::Labelled(..) | Expr::Struct(..) => 0,
        Expr::Variant(index, _) if !VARIANTS[*index].is_tuple => 0,
        Expr::Let(..) => 2,
        Expr::ToFloat(_) => 6,
        Expr::Neg(_) | Expr::Not(_) | Expr::Deref(_) | Expr::Ref(_) | Expr::Lend(_, false) => 7,
        _ => 8,
    }
}

pub(super) fn method_name(fun: Fun) -> &'static str {
    match fun {
        Fun::Sin => "sin",
        Fun::Cos => "cos",
        Fun::Tanh => "tanh",
        Fun::Atan => "atan",
        Fun::Exp => "exp",
        Fun::Ln => "ln",
        Fun::Sqrt => "sqrt",
        Fun::Abs => "abs",
        Fun::Asinh => "asinh",
        Fun::ExpM1 => "exp_m1",
        Fun::Ln1p => "ln_1p",
        Fun::Recip => "recip",
        Fun::Relu => "relu",
        Fun::Sigmoid => "sigmoid",
        Fun::Softplus => "softplus",
        Fun::Max => "max",
        Fun::Min => "min",
        Fun::Hypot => "hypot",
        Fun::Atan2 => "atan2",
        Fun::Powf => "powf",
        Fun::Powi(_) => "powi",
        Fun::MulAdd => "mul_add",
        Fun::Clamp => "clamp",
    }
}

impl Printer {
    pub(super) fn expr(&mut self, expr: &Expr, program: &Program) {
        match expr {
            Expr::Float(value, _) if self.generic => self.push(&format!("T::lit({value:?})")),
            Expr::Float(value, suffix) => {
                let text = if *value < 0.0 {
                    format!("({value:?}")
                } else {
                    format!("{value:?}")
                };
                self.push(&text);
                self.push(if *suffix { "_f64" } else { "" });
                self.push(if *value < 0.0 { ")" } else { "" });
            }
            Expr::Int(value) => self.push(&value.to_string()),
            Expr::Bool(value) => self.push(&value.to_string()),
            Expr::Var(name) => self.push(name),
            Expr::Deref(inner) => self.prefixed("*", inner, program),
            Expr::Ref(inner) => self.prefixed("&", inner, program),
            Expr::Neg(inner) => self.prefixed("-", inner, program),
            Expr::Not(inner) => self.prefixed("!", inner, program),
            Expr::Field(base, field, _) => {
                self.atom(base, program);
                self.push(&format!(".{}", field.name));
            }
            Expr::Part(base, index) => {
                self.atom(base, program);
                self.push(&format!(".{index}"));
            }
            Expr::Index(base, index) => {
                self.atom(base, program);
                self.push("[");
                self.expr(index, program);
                self.push("]");
            }
            Expr::Len(list) => self.method(list, "len", &[], program),
            Expr::Clone(inner) => self.method(inner, "clone", &[], program),
            Expr::Binary(operator, left, right) => {
                let own = strength(expr);
                // Comparisons do not chain, and `a - (b - c)` is not `a - b - c`.
                self.bound(left, own + u8::from(own == 3), program);
                self.push(&format!(" {} ", symbol(*operator)));
                let is_let = matches!(**right, Expr::Let(..));
                self.bound(right, if is_let { 0 } else { own + 1 }, program);
            }
            Expr::ToFloat(inner) if self.generic => {
                self.push("T::from_usize(");
                self.expr(inner, program);
                self.push(")");
            }
            Expr::ToFloat(inner) => {
                self.push("(");
                self.bound(inner, 6, program);
                self.push(" as f64)");
            }
            Expr::Math(fun, args, by_path) => self.math(*fun, args, *by_path, program),
            Expr::Tuple(parts) => self.between("(", parts, ")", program),
            Expr::Array(parts) => self.between("[", parts, "]", program),
            Expr::VecOf(parts) => self.between("vec![", parts, "]", program),
            Expr::Repeat(element, count) => {
                self.push("[");
                self.expr(element, program);
                self.push(&format!("; {count}]"));
            }
            Expr::VecRepeat(element, count) => {
                self.push("vec![");
                self.expr(element, program);
                self.push(&format!("; {count}]"));
            }
            Expr::NewVec => self.push("Vec::new()"),
            Expr::Struct(index, values) => {
                let item = &STRUCTS[*index];
                self.push(&format!("{} {{ ", item.name));
                for (position, (field, value)) in item.fields.iter().zip(values).enumerate() {
                    self.push(if position > 0 { ", " } else { "" });
                    let is_short = matches!(value, Expr::Var(name) if name == field.name);
                    if !is_short {
                        self.push(&format!("{}: ", field.name));
                    }
                    self.expr(value, program);
                }
                self.push(" }");
            }
            Expr::If(cond, then, otherwise) => {
                self.push("if ");
                self.expr(cond, program);
                self.arms(then, Some(otherwise), program);
            }
            Expr::Match(scrutinee, arms) => self.choice(scrutinee, arms, program),
            Expr::Block(block) => self.block(block, program),
            Expr::Loop(label, body) => {
                self.label(label.as_deref());
                self.push("loop ");
                self.block(body, program);
            }
            Expr::Call(index, args) => self.call(*index, args, program),
            Expr::Sum(items) => self.consumed(items, ".sum::<f64>()", program),
            Expr::Product(items) => self.consumed(items, ".product::<f64>()", program),
            Expr::Collect(items) => self.consumed(items, ".collect::<Vec<_>>()", program),
            Expr::FoldBy(items, init, fun) => {
                self.consumed(items, ".fold(", program);
                self.expr(init, program);
                self.push(&format!(", f64::{})", method_name(*fun)));
            }
            Expr::Reduce(items, closure) => {
                self.consumed(items, ".reduce(", program);
                self.closure(closure, program);
                self.push(")");
            }
            Expr::FromFn(count, closure, typed) => {
                self.push("std::array::from_fn");
                if *typed {
                    let count = count.map_or("N".to_owned(), |count| count.to_string());
                    self.push(&format!("::<f64, {count}, _>"));
                }
                self.push("(");
                self.closure(closure, program);
                self.push(")");
            }
            Expr::Try(option) => {
                self.atom(option, program);
                self.push("?");
            }
            Expr::Const(constant) => {
                let own = self
                    .itself
                    .map(|owner| format!("{}::", STRUCTS[owner].name));
                match own.and_then(|own| constant.path.strip_prefix(&own)) {
                    Some(name) => self.push(&format!("Self::{name}")),
                    None => self.push(constant.path),
                }
            }
            Expr::Fold(items, init, closure) => {
                self.consumed(items, ".fold(", program);
                self.expr(init, program);
                self.push(", ");
                self.closure(closure, program);
                self.push(")");
            }
            Expr::Stop(inner) => {
                self.push("stop_gradient(");
                self.expr(inner, program);
                self.push(")");
            }
            Expr::Lend(place, true) => self.expr(place, program),
            Expr::Lend(place, false) => self.prefixed("&mut ", place, program),
            Expr::Slice(base, from, to) => {
                self.atom(base, program);
                self.push("[");
                self.push(&if *from > 0 {
                    from.to_string()
                } else {
                    String::new()
                });
                self.push("..");
                if let Some(to) = to {
                    self.bound(to, 4, program);
                }
                self.push("]");
            }
            Expr::Some(inner) => {
                self.push("Some(");
                self.expr(inner, program);
                self.push(")");
            }
            Expr::None => self.push("None"),
            Expr::Maybe(fun, option, args, closure) => {
                self.atom(option, program);
                self.push(&format!(".{}(", option_method(*fun)));
                self.list(args, program);
                if let Some(closure) = closure {
                    self.push(if args.is_empty() { "" } else { ", " });
                    self.closure(closure, program);
                }
                self.push(")");
            }
            Expr::Remove(list, at) => {
                self.method(list, "remove", std::slice::from_ref(&**at), program)
            }
            Expr::SwapRemove(list, at) => {
                self.method(list, "swap_remove", std::slice::from_ref(&**at), program)
            }
            Expr::Seen(list, end) => {
                match end {
                    End::First => self.method(list, "first", &[], program),
                    End::Last => self.method(list, "last", &[], program),
                    End::At(at) => self.method(list, "get", std::slice::from_ref(&**at), program),
                }
                self.push(".copied()");
            }
            Expr::Pop(list) => self.method(list, "pop", &[], program),
            Expr::Variant(index, parts) => self.variant(&VARIANTS[*index], parts, program),
            Expr::CallNamed(name, args) => {
                self.push(name);
                self.between("(", args, ")", program);
            }
            Expr::Labelled(label, block) => {
                self.label(Some(label));
                self.block(block, program);
            }
            Expr::Let(pattern, value) => {
                self.push(&format!("let {} = ", shape(pattern)));
                self.bound(value, 3, program);
            }
            Expr::Replace(place, value) => {
                self.push("std::mem::replace(");
                self.lent(place, program);
                self.push(", ");
                self.expr(value, program);
                self.push(")");
            }
            Expr::Take(place) => {
                self.push("std::mem::take(");
                self.lent(place, program);
                self.push(")");
            }
        }
    }

    /// `&mut place`
    pub(super) fn lent(&mut self, place: &Expr, program: &Program) {
        match place {
            Expr::Lend(..) => self.expr(place, program),
            _ => self.prefixed("&mut ", place, program),
        }
    }

    fn variant(&mut self, variant: &Variant, parts: &[Expr], program: &Program) {
        self.push(&format!("Form::{}", variant.name));
        if variant.is_tuple {
            if !parts.is_empty() {
                self.between("(", parts, ")", program);
            }
            return;
        }
        self.push(" { ");
        for (index, (field, part)) in variant.fields.iter().zip(parts).enumerate() {
            self.push(if index > 0 { ", " } else { "" });
            let is_short = matches!(part, Expr::Var(name) if name == field.name);
            if !is_short {
                self.push(&format!("{}: ", field.name));
            }
            self.expr(part, program);
        }
        self.push(" }");
    }

    fn call(&mut self, index: usize, args: &[Expr], program: &Program) {
        let Some(function) = program.functions.get(index) else {
            return self.between("nothing(", args, ")", program);
        };
        match (function.owner, args) {
            (Owner::Method(_) | Owner::Trait(_), [receiver, rest @ ..]) => {
                let receiver = match receiver {
                    // A method borrows its receiver itself.
                    Expr::Lend(place, _) => place,
                    other => other,
                };
                self.atom(receiver, program);
                self.push(&format!(".{}", function.name));
                self.between("(", rest, ")", program);
            }
            _ => {
                self.push(&function.name);
                self.between("(", args, ")", program);
            }
        }
    }

    fn math(&mut self, fun: Fun, args: &[Expr], by_path: bool, program: &Program) {
        let exponent = match fun {
            Fun::Powi(n) => n.to_string(),
            _ => String::new(),
        };
        let name = method_name(fun);
        let rest = if by_path {
            let owner = if matches!(fun, Fun::Relu | Fun::Sigmoid | Fun::Softplus) {
                "Float"
            } else {
                "f64"
            };
            self.push(&format!("{owner}::{name}("));
            args
        } else {
            self.atom(&args[0], program);
            self.push(&format!(".{name}("));
            &args[1..]
        };
        self.list(rest, program);
        if by_path && !exponent.is_empty() {
            self.push(", ");
        }
        self.push(&exponent);
        self.push(")");
    }

    pub(super) fn prefixed(&mut self, prefix: &str, inner: &Expr, program: &Program) {
        self.push(prefix);
        self.bound(inner, 8, program);
    }

    /// An expression, in parentheses if it binds less tightly.
    pub(super) fn bound(&mut self, expr: &Expr, least: u8, program: &Program) {
        if strength(expr) < least {
            self.push("(");
            self.expr(expr, program);
            self.push(")");
        } else {
            self.expr(expr, program);
        }
    }

    /// What stands before a dot or a bracket.
    pub(super) fn atom(&mut self, expr: &Expr, program: &Program) {
        self.bound(expr, 8, program);
    }

    pub(super) fn method(&mut self, receiver: &Expr, name: &str, args: &[Expr], program: &Program) {
        self.atom(receiver, program);
        self.push(&format!(".{name}"));
        self.between("(", args, ")", program);
    }

    fn between(&mut self, open: &str, parts: &[Expr], close: &str, program: &Program) {
        self.push(open);
        self.list(parts, program);
        self.push(close);
    }

    pub(super) fn list(&mut self, parts: &[Expr], program: &Program) {
        for (index, part) in parts.iter().enumerate() {
            self.push(if index > 0 { ", " } else { "" });
            self.expr(part, program);
        }
    }

    pub(super) fn choice(&mut self, scrutinee: &Expr, arms: &[Arm], program: &Program) {
        self.push("match ");
        self.expr(scrutinee, program);
        self.push(" {\n");
        self.level += 1;
        for arm in arms {
            self.begin();
            self.push(&shape(&arm.pattern));
            if let Some(guard) = &arm.guard {
                self.push(" if ");
                self.expr(guard, program);
            }
            self.push(" => ");
            self.block(&arm.body, program);
            self.end();
        }
        self.level -= 1;
        self.begin();
        self.push("}");
    }
}

fn option_method(fun: MaybeFun) -> &'static str {
    match fun {
        MaybeFun::Unwrap => "unwrap",
        MaybeFun::UnwrapOr => "unwrap_or",
        MaybeFun::Map => "map",
        MaybeFun::MapOr => "map_or",
        MaybeFun::AndThen => "and_then",
        MaybeFun::IsSome => "is_some",
    }
}

pub(super) fn shape(pattern: &Shape) -> String {
    match pattern {
        Shape::Ints(all) => {
            let all: Vec<String> = all.iter().map(usize::to_string).collect();
            all.join(" | ")
        }
        Shape::Between(low, high) => format!("{low}..={high}"),
        Shape::Bool(value) => value.to_string(),
        Shape::Bind(name) => name.clone(),
        Shape::Any => "_".to_owned(),
        Shape::Tuple(parts) => {
            let parts: Vec<String> = parts.iter().map(shape).collect();
            format!("({})", parts.join(", "))
        }
        Shape::Some(inner) => format!("Some({})", shape(inner)),
        Shape::None => "None".to_owned(),
        Shape::Variant(index, parts) => {
            let variant = &VARIANTS[*index];
            let fields = variant.fields.iter().zip(parts);
            let fields = fields.map(|(field, part)| match (variant.is_tuple, part) {
                (false, Shape::Bind(name)) if name == field.name => name.clone(),
                (false, part) => format!("{}: {}", field.name, shape(part)),
                (true, part) => shape(part),
            });
            format!("Form::{}", super::fielded(variant, fields.collect()))
        }
    }
}
