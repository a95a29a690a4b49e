//! `?` in a function that returns an option: what it is applied to is taken apart in front of the statement, which goes on
//! where there is something.

use super::effects::changed_for_certain;
use quote::{format_ident, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Stmt, Type};

/// Rewrites `f(x?)` to `let Some(y) = x else { return None }; f(y)`. What is left of `?` is refused.
#[derive(Default)]
pub(super) struct Questions {
    count: usize,
}

/// Whether a type is an option by its name.
pub(super) fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

impl VisitMut for Questions {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let mut stmts = Vec::new();
        for mut stmt in std::mem::take(&mut block.stmts) {
            let mut asked = Asked {
                count: &mut self.count,
                stmts: Vec::new(),
            };
            asked.statement(&mut stmt);
            stmts.append(&mut asked.stmts);
            stmts.push(stmt);
        }
        block.stmts = stmts;
        visit_mut::visit_block_mut(self, block);
    }

    // What leaves a closure is its own affair.
    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        super::list::visit_vec(self, mac);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// What a statement asks for before it does anything.
struct Asked<'a> {
    count: &'a mut usize,
    stmts: Vec<Stmt>,
}

impl Asked<'_> {
    fn statement(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Local(local) => {
                if let Some(init) = &mut local.init {
                    self.value(&mut init.expr);
                }
            }
            Stmt::Expr(Expr::Assign(assign), _) => self.value(&mut assign.right),
            Stmt::Expr(Expr::Binary(binary), _) if super::compound(&binary.op).is_some() => {
                self.value(&mut binary.right);
            }
            Stmt::Expr(expr, _) => self.value(expr),
            _ => {}
        }
    }

    /// An expression that is computed first of all. Where it changes something on the way, it is left as it is.
    fn value(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Paren(inner) => self.value(&mut inner.expr),
            Expr::If(branch) => self.value(&mut branch.cond),
            Expr::Match(matching) => self.value(&mut matching.expr),
            Expr::ForLoop(repeat) => self.value(&mut repeat.expr),
            expr if changed_for_certain(expr).is_empty() => self.visit_expr_mut(expr),
            // What the call itself changes, it changes behind its arguments.
            Expr::Call(call) => call.args.iter_mut().for_each(|arg| self.value(arg)),
            Expr::MethodCall(call) if is_place(&call.receiver) => {
                call.args.iter_mut().for_each(|arg| self.value(arg));
            }
            _ => {}
        }
    }
}

fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(field) => is_place(&field.base),
        Expr::Paren(inner) => is_place(&inner.expr),
        _ => false,
    }
}

impl VisitMut for Asked<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Try(asked) => {
                self.visit_expr_mut(&mut asked.expr);
                let (option, span) = (&asked.expr, asked.question_token.span);
                *self.count += 1;
                let name = format_ident!("__asked{}", self.count, span = span);
                let tokens = quote_spanned! {span=>
                    let ::core::option::Option::Some(#name) = #option else {
                        return ::core::option::Option::None;
                    };
                };
                if let Ok(stmt) = syn::parse2(tokens) {
                    self.stmts.push(stmt);
                    *expr = syn::parse_quote!(#name);
                }
            }
            Expr::If(branch) => self.visit_expr_mut(&mut branch.cond),
            Expr::Match(matching) => self.visit_expr_mut(&mut matching.expr),
            Expr::ForLoop(repeat) => self.visit_expr_mut(&mut repeat.expr),
            // Only what comes first is computed for certain.
            Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                self.visit_expr_mut(&mut binary.left);
            }
            Expr::Block(_)
            | Expr::While(_)
            | Expr::Loop(_)
            | Expr::Closure(_)
            | Expr::Async(_)
            | Expr::Unsafe(_)
            | Expr::TryBlock(_) => {}
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        super::list::visit_vec(self, mac);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
