//! Expressions.

use super::Lower;
use super::control::exit_in;
use super::env::spelling;
use super::snippet::is_comparison;
use super::types::known;
use crate::ir::{FloatTy, Op, Ty, Value};
use crate::rules;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, ExprBinary, ExprBlock, ExprCast, ExprUnary, Lit, Stmt, UnOp};

impl Lower<'_> {
    pub(super) fn expression(&mut self, expr: &Expr) -> Value {
        match expr {
            Expr::Paren(inner) => self.expression(&inner.expr),
            Expr::Group(inner) => self.expression(&inner.expr),
            Expr::Lit(lit) => self.literal(&lit.lit, expr),
            Expr::Path(path) => self.path(path, expr),
            Expr::Unary(unary) => self.unary(unary, expr),
            Expr::Binary(binary) => self.binary(binary, expr),
            Expr::Reference(reference) if reference.mutability.is_none() => {
                // What a reference sees is what the place holds now.
                let inner = self.expression(&reference.expr);
                let ty = Ty::Ref(Box::new(self.graph[inner].ty.clone()));
                self.add(Op::Ref(inner), ty, expr.span())
            }
            Expr::Reference(reference) => match self.changed_place(&reference.expr) {
                Some(place) => {
                    let ty = Ty::Ref(Box::new(self.graph[place].ty.clone()));
                    let lent = self.add(Op::Ref(place), ty, expr.span());
                    self.exclusive.insert(lent);
                    lent
                }
                None => self.add(Op::Error, Ty::Other, expr.span()),
            },
            Expr::Tuple(tuple) => {
                let parts: Vec<Value> = tuple.elems.iter().map(|e| self.expression(e)).collect();
                let ty = Ty::Tuple(parts.iter().map(|v| self.graph[*v].ty.clone()).collect());
                self.add(Op::Tuple(parts), ty, expr.span())
            }
            Expr::If(branch) => self.branch(branch),
            Expr::ForLoop(expr) => self.for_loop(expr),
            Expr::While(expr) => self.while_loop(expr),
            Expr::Loop(expr) => self.endless_loop(expr),
            Expr::Block(block) => self.block(block),
            Expr::Macro(mac) => self.macro_value(&mac.mac, expr),
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => {
                self.misplaced_exit(exit_in(expr))
            }
            Expr::MethodCall(call) if self.in_vocabulary(call) => self.method(call),
            _ if is_refused(expr) => self.unsupported(expr),
            Expr::Call(call) if self.stops_reference(call) => self.stopped_reference(call),
            _ if !self.mentions_active(expr) && !is_called_in_place(expr) => {
                let ty = self.snippet_ty(expr);
                self.plain(expr, ty)
            }
            Expr::MethodCall(call) => self.method(call),
            Expr::Call(call) => self.call(call),
            Expr::Cast(cast) => self.cast(cast),
            Expr::Field(field) => match self.place(expr) {
                Some(place) => self.read(place, field.member.span()),
                None => {
                    let base = self.expression(&field.base);
                    self.part(base, field.member.clone(), field.member.span())
                }
            },
            Expr::Index(index) => match self.place(expr) {
                Some(place) => self.read(place, index.span()),
                None => {
                    let base = self.expression(&index.expr);
                    if let Expr::Range(range) = &*index.index {
                        let range = self.index_range(range);
                        return self.slice_by(base, range, index.span());
                    }
                    let position = self.position(&index.index);
                    self.element(base, position, index.span())
                }
            },
            Expr::Array(array) => self.array(&array.elems, Op::Array, expr.span()),
            Expr::Repeat(repeat) => self.repeated(repeat),
            Expr::Struct(expr) => self.construction(expr),
            _ => self.unsupported(expr),
        }
    }

    fn construction(&mut self, expr: &syn::ExprStruct) -> Value {
        let fields = expr
            .fields
            .iter()
            .map(|field| (field.member.clone(), self.expression(&field.expr)))
            .collect();
        let rest = expr.rest.as_ref().map(|rest| {
            let rest = match is_default(rest) {
                true => self.plain(&default_of(&expr.path, rest.span()), Ty::Other),
                false => self.expression(rest),
            };
            self.operand(rest)
        });
        self.constructed(&expr.path, fields, rest, expr.span())
    }

    /// An expression as it is written: it has no derivative, or none that could be lost.
    pub(super) fn plain(&mut self, expr: &Expr, ty: Ty) -> Value {
        let snippet = self.snippet(expr);
        self.add(Op::Rust(snippet), ty, expr.span())
    }

    fn literal(&mut self, lit: &Lit, expr: &Expr) -> Value {
        match lit {
            Lit::Float(lit) => {
                let ty = Ty::Float(super::snippet::float_suffix(lit.suffix()));
                let mut digits = lit.base10_digits().to_owned();
                if digits.ends_with('.') {
                    digits.push('0');
                }
                self.add(Op::Literal(digits), ty, lit.span())
            }
            Lit::Int(int) if matches!(int.suffix(), "f32" | "f64") => {
                let ty = Ty::Float(super::snippet::float_suffix(int.suffix()));
                self.add(
                    Op::Literal(format!("{}.0", int.base10_digits())),
                    ty,
                    int.span(),
                )
            }
            _ => {
                let ty = self.snippet_ty(expr);
                self.plain(expr, ty)
            }
        }
    }

    fn path(&mut self, path: &syn::ExprPath, expr: &Expr) -> Value {
        if let Some(ident) = path.path.get_ident()
            && let Some(variable) = self.env.lookup(&spelling(ident))
        {
            return match self.env.value(variable) {
                Some(value) if self.is_closure(variable) && self.graph[value].active => {
                    self.passed_closure(ident)
                }
                Some(value) => self.read(value, ident.span()),
                None => self.error(
                    ident.span(),
                    format!("`{ident}` may be used before it has a value"),
                    "assign it on every path, or give it a value where it is declared",
                ),
            };
        }
        let ty = self.snippet_ty(expr);
        self.plain(expr, ty)
    }

    fn passed_closure(&mut self, name: &syn::Ident) -> Value {
        self.error(
            name.span(),
            format!("the closure `{name}` over active values can only be called, or passed to an iterator adaptor"),
            "write a function with `#[differentiate]`, and pass it what the closure captures",
        )
    }

    fn unary(&mut self, unary: &ExprUnary, expr: &Expr) -> Value {
        match unary.op {
            UnOp::Neg(token) => {
                if let Expr::Lit(lit) = &*unary.expr
                    && matches!(lit.lit, Lit::Int(_))
                {
                    return self.plain(expr, Ty::Int);
                }
                let marker = self.stmts.len();
                let inner = self.expression(&unary.expr);
                let operand = self.operand(inner);
                if self.graph[operand].active || self.graph[operand].ty.is_float() {
                    return self.apply(rules::row("neg"), vec![operand], token.span);
                }
                self.plain_around(marker, expr, &[inner], None)
            }
            UnOp::Deref(_) => {
                let inner = self.expression(&unary.expr);
                let place = self.followed(inner, expr.span());
                self.read(place, expr.span())
            }
            _ if self.changes_active(expr) => {
                let marker = self.stmts.len();
                let inner = self.expression(&unary.expr);
                let operand = self.operand(inner);
                self.plain_around(marker, expr, &[operand], None)
            }
            _ => self.plain(expr, Ty::Bool),
        }
    }

    fn binary(&mut self, binary: &ExprBinary, expr: &Expr) -> Value {
        if is_comparison(&binary.op) {
            return match self.changes_active(expr) {
                true => self.changing_test(binary, expr),
                false => self.plain(expr, Ty::Bool),
            };
        }
        let operator = match binary.op {
            BinOp::Add(_) => "+",
            BinOp::Sub(_) => "-",
            BinOp::Mul(_) => "*",
            BinOp::Div(_) => "/",
            BinOp::Rem(_) => "%",
            _ if self.mentions_active(expr) => {
                return self.no_derivative(&binary.op);
            }
            _ => {
                let ty = self.snippet_ty(expr);
                return self.plain(expr, ty);
            }
        };
        let (marker, integers) = (self.stmts.len(), self.integers);
        let left = self.expression(&binary.left);
        let right = self.expression(&binary.right);
        // What is added to an integer is one, too: where its type does not show, rustc is asked.
        let has_integer = [left, right]
            .iter()
            .any(|value| *self.graph[*value].ty.peeled() == Ty::Int);
        if !has_integer && self.is_float_arithmetic(left, right) {
            return self.arithmetic(operator, left, right, binary.op.span());
        }
        let is_active = self.graph[left].active || self.graph[right].active;
        if has_integer && (is_active || self.integers > integers) {
            let operator = &binary.op;
            let [left, right] = [left, right].map(|value| self.integer(value));
            let tokens = quote!(left #operator right);
            let uses = vec![("left", left), ("right", right)];
            return self.composed(tokens, uses, Ty::Int, binary.op.span());
        }
        // Integers and inactive values of unknown type: the operation stays as it is written.
        self.plain_around(marker, expr, &[left, right], None)
    }

    pub(super) fn no_derivative(&mut self, operator: &BinOp) -> Value {
        self.error(
            operator.span(),
            "this operator has no derivative",
            "differentiable operators are `+ - * / %`",
        )
    }

    /// A value that has to be an integer.
    fn integer(&mut self, value: Value) -> Value {
        let operand = self.operand(value);
        if !self.graph[operand].active {
            return operand;
        }
        self.integers += 1;
        let span = self.graph[operand].span;
        let value = self.add(Op::Cast(operand), Ty::Int, span);
        self.graph[value].active = false;
        value
    }

    pub(super) fn is_float_arithmetic(&self, left: Value, right: Value) -> bool {
        let (a, b) = (&self.graph[left], &self.graph[right]);
        a.active || b.active || (a.ty.peeled().is_float() && b.ty.peeled().is_float())
    }

    pub(super) fn arithmetic(
        &mut self,
        operator: &str,
        left: Value,
        right: Value,
        span: Span,
    ) -> Value {
        let (left, right) = (self.operand(left), self.operand(right));
        self.apply(rules::row(operator), vec![left, right], span)
    }

    /// A row of the table on these operands; a flat one passes no derivative on.
    pub(super) fn apply(
        &mut self,
        row: &'static rules::Row,
        args: Vec<Value>,
        span: Span,
    ) -> Value {
        let ty = crate::simplify::result_ty(&self.graph, row, &args);
        let active = matches!(
            row.rule,
            rules::Rule::Elementwise(_) | rules::Rule::Structural(_)
        ) && args
            .iter()
            .zip(row.operands)
            .any(|(arg, kind)| *kind == rules::Kind::Active && self.graph[*arg].active);
        let value = self.add(Op::Row(row, args), ty, span);
        self.graph[value].active = active;
        value
    }

    pub(super) fn block(&mut self, block: &ExprBlock) -> Value {
        if let Some(label) = &block.label {
            return self.labelled_block(block, label);
        }
        self.scoped(&block.block.stmts)
    }

    /// The value of statements with names of their own.
    pub(super) fn scoped(&mut self, stmts: &[Stmt]) -> Value {
        self.env.enter();
        let mut value = None;
        for (index, stmt) in stmts.iter().enumerate() {
            match super::control::tail(stmt) {
                Some(expr) if index + 1 == stmts.len() => value = Some(self.expression(&expr)),
                _ => self.statement(stmt),
            }
        }
        let value = match value {
            Some(value) => value,
            None => self.unit(Span::call_site()),
        };
        self.env.leave();
        value
    }

    fn cast(&mut self, cast: &ExprCast) -> Value {
        let target = known(&cast.ty, &self.signature.float_generics);
        let marker = self.stmts.len();
        let inner = self.expression(&cast.expr);
        let operand = self.operand(inner);
        let expr = Expr::Cast(cast.clone());
        if !self.graph[operand].active {
            return self.plain_around(marker, &expr, &[inner], Some(target));
        }
        match (&self.graph[operand].ty, &target) {
            (Ty::Float(_), Ty::Float(FloatTy::F32 | FloatTy::F64)) => {
                self.add(Op::Cast(operand), target, cast.span())
            }
            (Ty::Int | Ty::Bool, Ty::Float(_)) => {
                self.plain_around(marker, &expr, &[inner], Some(target))
            }
            // Where this is no integer after all, rustc says so.
            (Ty::Other, Ty::Float(_) | Ty::Int) => {
                let value = self.add(Op::Cast(operand), target, cast.span());
                self.graph[value].active = false;
                self.types.insert(value, cast.ty.to_token_stream());
                value
            }
            _ => self.error_on(
                cast,
                "a cast to an integer loses the derivative",
                "say so with `stop_gradient(..)` around the operand, or keep the value a float (`floor`, `round`)",
            ),
        }
    }

    fn unsupported(&mut self, expr: &Expr) -> Value {
        let (what, help) = describe(expr);
        self.error_on(culprit(expr), format!("{what} not supported"), help)
    }
}

/// `(|u| u.sin())(x)`: of what it is given, rustc would have to know the type before.
fn is_called_in_place(expr: &Expr) -> bool {
    let Expr::Call(call) = expr else { return false };
    match super::closure::behind_parens(&call.func) {
        Expr::Closure(closure) => !call.args.is_empty() && exit_in(&closure.body).is_none(),
        _ => false,
    }
}

/// Rust that is refused whether or not it touches an active value.
pub(super) fn is_refused(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Async(_)
            | Expr::Await(_)
            | Expr::Try(_)
            | Expr::TryBlock(_)
            | Expr::Unsafe(_)
            | Expr::Yield(_)
            | Expr::RawAddr(_)
            | Expr::Verbatim(_)
            | Expr::Assign(_)
    )
}

/// The tokens that show where an unsupported expression is: a keyword or operator where there is one.
fn culprit(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Async(expr) => expr.async_token.to_token_stream(),
        Expr::Await(expr) => expr.await_token.to_token_stream(),
        Expr::Try(expr) => expr.question_token.to_token_stream(),
        Expr::Unsafe(expr) => expr.unsafe_token.to_token_stream(),
        Expr::Match(expr) => expr.match_token.to_token_stream(),
        Expr::Struct(expr) => expr.path.to_token_stream(),
        _ => expr.to_token_stream(),
    }
}

/// What an unsupported expression is, with its verb, and what to write instead.
fn describe(expr: &Expr) -> (&'static str, &'static str) {
    match expr {
        Expr::Async(_) => (
            "an `async` block is",
            "compute the value outside and pass it in",
        ),
        Expr::Await(_) => ("`.await` is", "await outside and pass the value in"),
        Expr::Try(_) => (
            "the `?` operator is",
            "take an option apart with `let Some(x) = .. else { return None };`, and check for errors outside",
        ),
        Expr::Unsafe(_) => (
            "an `unsafe` block is",
            "write it without `unsafe`, or move it into a safe function of values outside `wrt`",
        ),
        Expr::RawAddr(_) => ("a raw pointer is", "use a reference"),
        Expr::Closure(_) => (
            "a closure over active values is",
            "give it a name with `let`, and call it or pass it to an iterator adaptor; or write a function with `#[differentiate]`",
        ),
        Expr::Range(_) => ("a range of active values is", "use integers in ranges"),
        Expr::Assign(_) => (
            "an assignment inside an expression is",
            "write the assignment as a statement of its own",
        ),
        _ => (
            "this expression is",
            "use arithmetic, float methods, tensors, `if` and calls of differentiated functions",
        ),
    }
}

/// `Default::default()`, which takes its type from where it stands.
fn is_default(expr: &Expr) -> bool {
    let Expr::Call(call) = expr else { return false };
    let Expr::Path(path) = &*call.func else {
        return false;
    };
    let mut names = path.path.segments.iter().rev();
    let [function, ty] = [names.next(), names.next()].map(|part| part.map(|part| &part.ident));
    path.qself.is_none()
        && function.is_some_and(|name| name == "default")
        && ty.is_some_and(|name| name == "Default")
}

/// The same with its type, for a line of its own.
fn default_of(ty: &syn::Path, span: Span) -> Expr {
    syn::parse_quote_spanned!(span=> <#ty as ::core::default::Default>::default())
}
