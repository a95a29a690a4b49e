//! Calls: methods of the vocabulary, and functions with a twin.

use super::Lower;
use super::closure::behind_parens;
use super::content::Content;
use super::env::spelling;
use super::loops::as_range;
use super::sequence::is_adaptor;
use super::snippet::is_stop_gradient;
use super::types;
use crate::diagnostics::nearest;
use crate::ir::{Callee, Op, Ty, Value};
use crate::rules::{self, Kind, PREDICATES, Row};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall};

/// Methods of lists and iterators that return no float, whatever they look at.
const TESTS: &[&str] = &["any", "all", "contains", "count", "position", "rposition"];

/// Methods that hand a value on: their derivative is the identity.
const IDENTITIES: &[&str] = &["clone", "to_owned"];

impl Lower<'_> {
    /// Whether a method is arithmetic on floats whose types are known, active or not.
    pub(super) fn in_vocabulary(&self, call: &ExprMethodCall) -> bool {
        let known = |expr: &Expr| self.snippet_ty(expr).peeled().is_float();
        rules::method(&call.method.to_string(), 1 + call.args.len()).is_some()
            && known(&call.receiver)
            && call
                .args
                .iter()
                .all(|arg| known(arg) || matches!(self.snippet_ty(arg), Ty::Int))
    }

    pub(super) fn method(&mut self, call: &ExprMethodCall) -> Value {
        let name = call.method.to_string();
        if let Some(value) = self.consumed(call) {
            return value;
        }
        if let Some(value) = self.end_of_list(call) {
            return value;
        }
        if let Some(value) = self.taken_off(call) {
            return value;
        }
        if let Some(content) = self.content(call, Content::Value) {
            return content;
        }
        if let ("split_at", Some(position)) = (name.as_str(), call.args.first()) {
            return self.split(&call.receiver, position, call.method.span());
        }
        // Which of the integers of a range: what they are compared by has no part in the value.
        let is_choice = ["max_by", "min_by", "max_by_key", "min_by_key"].contains(&name.as_str());
        if is_choice && as_range(&call.receiver).is_some() {
            let ty = Ty::Option(Box::new(Ty::Int));
            return self.plain(&Expr::MethodCall(call.clone()), ty);
        }
        if TESTS.contains(&name.as_str()) {
            let ty = match name.as_str() {
                "any" | "all" | "contains" => Ty::Bool,
                "count" => Ty::Int,
                _ => Ty::Other,
            };
            return self.plain(&Expr::MethodCall(call.clone()), ty);
        }
        let marker = self.stmts.len();
        let receiver = self.expression(&call.receiver);
        if !self.graph[receiver].active && !call.args.iter().any(|arg| self.mentions_active(arg)) {
            let row = rules::method(&name, 1 + call.args.len());
            if row.is_none() || !self.graph[receiver].ty.peeled().is_float() {
                let expr = Expr::MethodCall(call.clone());
                return self.plain_around(marker, &expr, &[receiver], None);
            }
        }
        if name == "to_vec" && call.args.is_empty() {
            // Of an array, too, it is another type.
            let span = call.method.span();
            let range = self.composed(quote!(..), Vec::new(), Ty::Range, span);
            let whole = self.slice_by(receiver, range, span);
            let ty = self.graph[whole].ty.owned();
            return self.add(Op::Load(whole), ty, span);
        }
        if let Some(value) = self.option_method(receiver, call) {
            return value;
        }
        if let Some(value) = self.mapped_array(receiver, call) {
            return value;
        }
        if ["copied", "cloned"].contains(&name.as_str()) && call.args.is_empty() {
            return self.operand(receiver);
        }
        if ["as_ref", "as_deref"].contains(&name.as_str()) && call.args.is_empty() {
            let place = self.behind(receiver);
            let ty = Ty::Ref(Box::new(self.graph[place].ty.clone()));
            return self.add(Op::Ref(place), ty, call.method.span());
        }
        if IDENTITIES.contains(&name.as_str()) && call.args.is_empty() {
            let value = self.operand(receiver);
            return match self.graph[value].ty.owned() {
                ty if ty == self.graph[value].ty => value,
                ty => self.add(Op::Load(value), ty, call.method.span()),
            };
        }
        if PREDICATES.contains(&name.as_str()) {
            let expr = Expr::MethodCall(call.clone());
            return self.plain_around(marker, &expr, &[receiver], None);
        }
        let args: Vec<&Expr> = call.args.iter().collect();
        let is_own = self.is_own_method(call) || self.is_users(receiver);
        if name == "sin_cos" && args.is_empty() && !is_own {
            return self.sin_cos(receiver, call.method.span());
        }
        // Who calls an operator by its name has no operator: tensors have.
        let is_operator = ["add", "sub", "mul", "div", "rem", "neg"].contains(&name.as_str())
            && self.is_of_plain_type(receiver);
        let row = rules::method(&name, 1 + args.len()).filter(|_| !is_own && !is_operator);
        let Some(row) = row else {
            let is_users = matches!(self.graph[receiver].ty.peeled(), Ty::Other);
            if is_own || is_users {
                let value = self.method_call(receiver, call);
                if is_own {
                    self.note_made(&name, value);
                }
                return value;
            }
            return self.unknown_method(call, args.len());
        };
        let value = self.apply_written(row, receiver, &args, call.method.span());
        if let Some(generics) = &call.turbofish {
            self.types.insert(value, generics.to_token_stream());
        }
        value
    }

    fn apply_written(
        &mut self,
        row: &'static Row,
        first: Value,
        rest: &[&Expr],
        span: proc_macro2::Span,
    ) -> Value {
        let operands = self.written_operands(row, first, rest);
        self.apply(row, operands, span)
    }

    fn written_operands(&mut self, row: &'static Row, first: Value, rest: &[&Expr]) -> Vec<Value> {
        let mut operands = vec![self.operand(first)];
        for (arg, kind) in rest.iter().zip(&row.operands[1..]) {
            if let (Kind::Plain, Expr::Cast(_)) = (kind, arg) {
                operands.push(self.expression(arg));
            } else if *kind == Kind::Plain {
                let is_read = row.is_elementwise() && !self.loses_derivative_to_integer(arg);
                if !is_read && self.loses_derivative(arg) {
                    self.errors.on(
                        arg,
                        format!("this operand of `{}` is an integer: it cannot depend on an active value", row.name),
                        "compute it from values outside `wrt`, or wrap the active part in `stop_gradient(..)`",
                    );
                }
                let ty = match is_read {
                    // An exponent is an integer, or rustc refuses it.
                    true => Ty::Int,
                    false => self.snippet_ty(arg),
                };
                operands.push(self.plain(arg, ty));
            } else {
                let value = self.expression(arg);
                operands.push(self.operand(value));
            }
        }
        operands
    }

    fn sin_cos(&mut self, receiver: Value, span: proc_macro2::Span) -> Value {
        let x = self.operand(receiver);
        let parts = ["sin", "cos"].map(|name| self.apply(rules::row(name), vec![x], span));
        let ty = Ty::Tuple(parts.iter().map(|v| self.graph[*v].ty.clone()).collect());
        self.add(Op::Tuple(parts.to_vec()), ty, span)
    }

    fn unknown_method(&mut self, call: &ExprMethodCall, args: usize) -> Value {
        let name = call.method.to_string();
        let other_count = rules::vocabulary().find(|row| row.name == name);
        if let Some(row) = other_count {
            let expected = row.operands.len() - 1;
            return self.error(
                call.method.span(),
                format!("`{name}` takes {expected} argument{}, not {args}", if expected == 1 { "" } else { "s" }),
                "call it as floats and tensors declare it; a method of your own by this name has no derivative rule",
            );
        }
        if is_adaptor(&name) {
            return self.error(
                call.method.span(),
                "an iterator over active values is not supported here",
                "end the chain where it stands, by `sum`, `fold`, `collect` or the like, or write it as a `for` loop",
            );
        }
        let known = rules::vocabulary()
            .map(|row| row.name)
            .chain(["sin_cos", "clone"]);
        let help = match nearest(&name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write the operation as a function with `#[differentiate]`, or wrap the call in `stop_gradient(..)` if its derivative is to be dropped".into(),
        };
        self.error(
            call.method.span(),
            format!("the method `{name}` has no derivative rule"),
            help,
        )
    }

    pub(super) fn call(&mut self, call: &ExprCall) -> Value {
        if let Expr::Closure(closure) = behind_parens(&call.func) {
            let args = call.args.iter().map(|arg| self.given(arg)).collect();
            return self.body_of(closure, args, call.span());
        }
        if let Some(value) = self.exchange(call) {
            return value;
        }
        if let Some(callable) = self.callable(&call.func) {
            let args = call.args.iter().map(|arg| self.given(arg)).collect();
            return self.call_of(callable, args, call.span());
        }
        if !call.args.is_empty() && !call.args.iter().any(|arg| self.loses_derivative(arg)) {
            // Of active values, it is given lengths and the like.
            let whole = Expr::Call(call.clone());
            let ty = self.snippet_ty(&whole);
            return self.plain(&whole, ty);
        }
        if let Some(array) = self.array_from_fn(call, None) {
            return array;
        }
        let Expr::Path(func) = behind_parens(&call.func) else {
            return self.error_on(
                &call.func,
                "a call through an expression is not supported",
                "call a function by its path",
            );
        };
        let path = &func.path;
        let segments = &path.segments;
        let last = segments.last().expect("a path has a segment");
        let name = last.ident.to_string();
        let args: Vec<&Expr> = call.args.iter().collect();
        if let Some(ident) = path.get_ident()
            && self.env.lookup(&spelling(ident)).is_some()
        {
            return self.error(
                ident.span(),
                format!("`{ident}` is a variable: what it calls has no derivative rule here"),
                "call a function by its path, with `#[differentiate]` on it",
            );
        }
        let is_result = ["Ok", "Err"].contains(&name.as_str());
        if func.qself.is_none() && name.starts_with(char::is_uppercase) && !is_result {
            let fields = args.iter().enumerate().map(|(index, arg)| {
                let member = syn::Member::Unnamed(syn::Index::from(index));
                (member, self.expression(arg))
            });
            let fields = fields.collect();
            return self.constructed(path, fields, None, call.span());
        }
        let is_box = segments.len() > 1 && segments[segments.len() - 2].ident == "Box";
        if let ("new", true, [value]) = (name.as_str(), is_box, &args[..]) {
            let value = self.expression(value);
            let ty = Ty::Boxed(Box::new(self.graph[value].ty.clone()));
            return self.add(Op::Boxed(value), ty, call.span());
        }
        let is_associated = func.qself.is_some()
            || segments.len() > 1 && {
                let owner = segments[segments.len() - 2].ident.to_string();
                owner.starts_with(char::is_uppercase) || owner == "f32" || owner == "f64"
            };
        if is_associated {
            return self.associated(call, &name, &args);
        }
        if is_result && types::is_result(&self.signature.output) {
            return self.add(Op::Error, Ty::Other, path.span());
        }
        if is_result {
            return self.error_on(
                path,
                format!("`{name}(..)` around an active value is not supported"),
                "use an `Option`, or check for errors outside",
            );
        }
        self.twin_call(call, path, Callee::Function)
    }

    pub(super) fn stops_reference(&self, call: &ExprCall) -> bool {
        let is_stop = matches!(&*call.func, Expr::Path(func) if is_stop_gradient(&func.path));
        is_stop && call.args.len() == 1 && matches!(self.snippet_ty(&call.args[0]), Ty::Ref(_))
    }

    /// `stop_gradient(&x)` becomes `&stop_gradient(x.clone())`: the backward sweep cannot keep a reference.
    pub(super) fn stopped_reference(&mut self, call: &ExprCall) -> Value {
        let (func, arg, span) = (&call.func, &call.args[0], call.span());
        let ty = self.snippet_ty(arg).peeled().clone();
        let owned = syn::parse_quote_spanned!(span=> #func(::core::clone::Clone::clone(#arg)));
        let value = self.plain(&owned, ty.clone());
        self.add(Op::Ref(value), Ty::Ref(Box::new(ty)), span)
    }

    /// `f64::sin(x)`, `Float::max(a, b)`: a method in path form.
    fn associated(&mut self, call: &ExprCall, name: &str, args: &[&Expr]) -> Value {
        let row = rules::method(name, args.len());
        if name == "sin_cos" && args.len() == 1 {
            let receiver = self.expression(args[0]);
            return self.sin_cos(receiver, call.func.span());
        }
        if PREDICATES.contains(&name) {
            return self.plain(&Expr::Call(call.clone()), Ty::Other);
        }
        if let ("clone", [original]) = (name, args)
            && ends_in_clone(&call.func)
        {
            let method = quote_spanned!(call.span()=> (#original).clone());
            if let Some(value) = self.rewritten_expression(method) {
                return value;
            }
        }
        let float = match behind_parens(&call.func) {
            Expr::Path(func) => self.float_type_path(&func.path),
            _ => None,
        };
        if let (Some(float), None, [arg]) = (&float, row, args)
            && self.is_lowered(arg)
        {
            let marker = self.stmts.len();
            let value = self.expression(arg);
            let operand = self.operand(value);
            if !self.graph[operand].active {
                let ty = Ty::Float(float.clone());
                return self.plain_around(marker, &Expr::Call(call.clone()), &[operand], Some(ty));
            }
        }
        match (row.filter(|_| self.has_vocabulary(&call.func)), args) {
            (Some(row), [first, rest @ ..]) => {
                let first = self.expression(first);
                let mut operands = self.written_operands(row, first, rest);
                if let (Some(float), true) = (float, row.is_elementwise()) {
                    operands[0] = self.float(operands[0], float);
                }
                self.apply(row, operands, call.func.span())
            }
            _ => {
                let near = nearest(name, rules::vocabulary().map(|row| row.name));
                if let Expr::Path(func) = behind_parens(&call.func)
                    && func.qself.is_none()
                    && self.float_type_path(&func.path).is_none()
                    && func
                        .path
                        .segments
                        .iter()
                        .all(|segment| segment.ident != "Float")
                {
                    if let Some(error) = self.hides_its_value(&func.path) {
                        return error;
                    }
                    let value = self.twin_call(call, &func.path, Callee::Associated);
                    let segments = &func.path.segments;
                    let owner = syn::Path::from(segments[segments.len() - 2].ident.clone());
                    if self.is_users_type(&syn::parse_quote!(#owner)) {
                        self.note_made(name, value);
                    }
                    return value;
                }
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "call a free function with `#[differentiate]`, or wrap the call in `stop_gradient(..)` if its derivative is to be dropped".into(),
                };
                self.error_on(
                    &call.func,
                    format!("the associated function `{name}` has no derivative rule"),
                    help,
                )
            }
        }
    }

    /// Whether `Type::method` is one of a float or a tensor: methods of other types by the same name are the user's.
    fn has_vocabulary(&self, func: &Expr) -> bool {
        const TENSORS: [&str; 5] = ["Tensor", "Vector", "Matrix", "Tensor3", "Tensor4"];
        let Expr::Path(func) = behind_parens(func) else {
            return false;
        };
        let segments = &func.path.segments;
        let owner = segments
            .iter()
            .rev()
            .nth(1)
            .map(|owner| owner.ident.to_string());
        func.qself.is_some()
            || self.float_type_path(&func.path).is_some()
            || owner.is_some_and(|owner| owner == "Float" || TENSORS.contains(&owner.as_str()))
    }

    /// Whether a method is called on `self` that stands in the same block.
    fn is_own_method(&self, call: &ExprMethodCall) -> bool {
        let is_self = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self"));
        let owner = self.signature.owner.as_ref();
        is_self && owner.is_some_and(|owner| owner.methods.contains(&call.method.to_string()))
    }
}

/// `Clone::clone`, `::core::clone::Clone::clone`
fn ends_in_clone(func: &Expr) -> bool {
    let Expr::Path(func) = func else {
        return false;
    };
    let mut names = func.path.segments.iter().rev();
    names.nth(1).is_some_and(|owner| owner.ident == "Clone")
}
