//! A method call at the end of a block that gives no value, as in `Op::Push(x) => stack.push(x)`, is a statement.

use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Stmt};

/// Puts the semicolon behind such calls.
pub(super) struct UnitBlocks;

impl VisitMut for UnitBlocks {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let behind = block.stmts.len().saturating_sub(1);
        for (index, stmt) in block.stmts.iter_mut().enumerate() {
            if let Stmt::Expr(expr, semicolon) = stmt
                && (index < behind || semicolon.is_some())
            {
                ends_as_statement(expr);
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        super::list::visit_vec(self, mac);
    }

    fn visit_expr_for_loop_mut(&mut self, repeat: &mut syn::ExprForLoop) {
        gives_nothing(&mut repeat.body);
        visit_mut::visit_expr_for_loop_mut(self, repeat);
    }

    fn visit_expr_while_mut(&mut self, repeat: &mut syn::ExprWhile) {
        gives_nothing(&mut repeat.body);
        visit_mut::visit_expr_while_mut(self, repeat);
    }

    fn visit_expr_loop_mut(&mut self, repeat: &mut syn::ExprLoop) {
        gives_nothing(&mut repeat.body);
        visit_mut::visit_expr_loop_mut(self, repeat);
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        if let ("for_each", Some(Expr::Closure(closure))) =
            (call.method.to_string().as_str(), call.args.first_mut())
        {
            is_statement(&mut closure.body);
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        let body = &*closure.body;
        let has_no_value = match body {
            Expr::Assign(_) => true,
            Expr::Binary(binary) => super::compound(&binary.op).is_some(),
            _ => false,
        };
        if has_no_value {
            *closure.body = syn::parse_quote!({ #body; });
        }
        visit_mut::visit_expr_closure_mut(self, closure);
    }
}

/// The value of a block is nobody's.
pub(super) fn gives_nothing(block: &mut Block) {
    if let Some(Stmt::Expr(last, semicolon)) = block.stmts.last_mut() {
        if let Expr::MethodCall(_) = last {
            semicolon.get_or_insert_default();
        }
        ends_as_statement(last);
    }
}

fn ends_as_statement(expr: &mut Expr) {
    match expr {
        Expr::Paren(inner) => ends_as_statement(&mut inner.expr),
        Expr::Block(block) if block.label.is_none() => gives_nothing(&mut block.block),
        // A closure that is called where it stands.
        Expr::Call(call) => {
            if let Expr::Paren(function) = &mut *call.func
                && let Expr::Closure(closure) = &mut *function.expr
            {
                is_statement(&mut closure.body);
            }
        }
        Expr::If(branch) => {
            gives_nothing(&mut branch.then_branch);
            if let Some((_, otherwise)) = &mut branch.else_branch {
                ends_as_statement(otherwise);
            }
        }
        _ => {}
    }
}

/// The value of a closure's body is nobody's.
fn is_statement(body: &mut Expr) {
    match body {
        Expr::MethodCall(_) => *body = syn::parse_quote!({ #body; }),
        body => ends_as_statement(body),
    }
}
