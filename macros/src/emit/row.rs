//! Primitives of the rule table as they are written: on single floats, on whole tensors.

use super::Emitter;
use super::code::{Binding, Code, of_operator};
use super::names::ident;
use super::value::located;
use crate::ir::{FloatTy, Op, Ty, Value};
use crate::rules::{Form, Kind, Row};
use proc_macro2::Ident;
use quote::{quote, quote_spanned};

impl Emitter<'_> {
    pub(super) fn row(&self, value: Value, row: &'static Row, args: &[Value]) -> Code {
        let node = &self.derivative.graph[value];
        if !row.is_elementwise() {
            return self.structural(value, row, args);
        }
        if node.ty == Ty::Other && !self.inside_loop() {
            let (operands, closure) = self.fused(value, true);
            // What is no tensor is reported at the operator.
            let (rt, operands) = (&self.rt, located(operands, node.span));
            return Code::tight(quote!(#rt::zip(#operands, #closure)));
        }
        self.scalar(value, row, args)
    }

    /// An operation on single floats.
    fn scalar(&self, value: Value, row: &'static Row, args: &[Value]) -> Code {
        let graph = &self.derivative.graph;
        let node = &graph[value];
        let (span, rt) = (node.span, &self.rt);
        let generic = match &node.ty {
            Ty::Float(float @ FloatTy::Generic(_)) => Some(float),
            _ => None,
        };
        let code = |arg: Value| self.value_as(arg, generic);
        let has_literal = args.iter().any(|arg| graph.is_literal(*arg));
        match row.form {
            Form::Infix if self.inside_loop() && self.is_generic() && has_literal => {
                let name = ident(function_of(row.name));
                let args = args.iter().map(|arg| code(*arg).tokens());
                Code::tight(quote!(#rt::#name(#(#args),*)))
            }
            Form::Infix => {
                let binding = of_operator(row.name);
                let (left, right) = (code(args[0]).at(binding), code(args[1]).right_of(binding));
                let operator = syn::parse_str::<syn::BinOp>(row.name)
                    .expect("a row is named after its operator");
                let mut operator = operator;
                set_span(&mut operator, span);
                Code::new(quote!(#left #operator #right), binding)
            }
            Form::Prefix => {
                let is_deref = matches!(self.derivative.graph[args[0]].op, Op::Deref(_));
                let least = if is_deref {
                    Binding::Prefix
                } else {
                    Binding::Tight
                };
                let operand = code(args[0]).at(least);
                Code::new(quote_spanned!(span=> -#operand), Binding::Prefix)
            }
            Form::Method => {
                let receiver = if graph.is_literal(args[0]) {
                    let float = match &node.ty {
                        Ty::Float(float) => Some(float),
                        _ => None,
                    };
                    self.value_as(args[0], float.or(self.output_float()))
                } else {
                    code(args[0])
                };
                let receiver = receiver.at(Binding::Tight);
                let rest = args[1..].iter().map(|arg| code(*arg).tokens());
                let name = Ident::new(row.name, span);
                Code::tight(quote!(#receiver.#name(#(#rest),*)))
            }
            Form::Function => {
                let name = Ident::new(row.name, span);
                let args = args.iter().zip(row.operands).map(|(arg, kind)| match kind {
                    Kind::Plain => self.value(*arg).tokens(),
                    _ => self.value_as(*arg, generic).tokens(),
                });
                Code::tight(quote!(#rt::#name(#(#args),*)))
            }
        }
    }

    /// An operation on whole tensors.
    fn structural(&self, value: Value, row: &'static Row, args: &[Value]) -> Code {
        let (span, rt) = (self.derivative.graph[value].span, &self.rt);
        let operand = |(arg, kind): (&Value, &Kind)| match kind {
            Kind::Plain => self.value(*arg).tokens(),
            Kind::Active | Kind::Passive => self.reference(*arg),
        };
        let name = Ident::new(method_of(row.name), span);
        if row.form == Form::Function {
            let args = args.iter().zip(row.operands).map(operand);
            return Code::tight(quote!(#rt::#name(#(#args),*)));
        }
        let receiver = if CONSUMING.contains(&row.name) {
            self.owned(args[0])
        } else {
            self.base(args[0])
        };
        let rest = args[1..].iter().zip(&row.operands[1..]).map(operand);
        let generics = self.derivative.types.get(&value);
        Code::tight(quote!(#receiver.#name #generics(#(#rest),*)))
    }
}

/// Methods that take their receiver by value.
const CONSUMING: &[&str] = &["into_dyn", "fixed"];

/// The method that users write for a reduction whose row has a name of its own.
fn method_of(name: &str) -> &str {
    match name {
        "maximum" => "max",
        "minimum" => "min",
        name => name,
    }
}

fn function_of(operator: &str) -> &str {
    match operator {
        "+" => "add",
        "-" => "sub",
        "*" => "mul",
        "/" => "div",
        _ => "rem",
    }
}

fn set_span(operator: &mut syn::BinOp, span: proc_macro2::Span) {
    use syn::BinOp;
    match operator {
        BinOp::Add(token) => token.span = span,
        BinOp::Sub(token) => token.span = span,
        BinOp::Mul(token) => token.span = span,
        BinOp::Div(token) => token.span = span,
        BinOp::Rem(token) => token.span = span,
        _ => {}
    }
}
