//! The walk through a function: what each name means where it stands.

use super::{Meaning, Walk};
use crate::parse::closure::behind_parens;
use crate::parse::env::spelling;
use crate::parse::iterators::loops_over;
use crate::parse::list::{vec_elements, visit_vec};
use crate::parse::snippet::collect_names;
use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprClosure, Local, Macro, Stmt, Token};

impl VisitMut for Walk {
    fn visit_block_mut(&mut self, block: &mut Block) {
        self.enter();
        loops_over(&mut block.stmts);
        for mut stmt in std::mem::take(&mut block.stmts) {
            let number = self.declared;
            match &mut stmt {
                Stmt::Local(local) => match self.declared(local) {
                    Some(names) => {
                        block.stmts.extend(names);
                        continue;
                    }
                    None => self.local(local, number),
                },
                stmt => self.visit_stmt_mut(stmt),
            }
            block.stmts.push(stmt);
        }
        self.leave();
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        self.local(local, self.declared);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Path(_) => self.name(expr),
            Expr::Call(call) => {
                let is_named = matches!(&*call.func, Expr::Path(_));
                visit_mut::visit_expr_call_mut(self, call);
                if let (true, func @ Expr::Closure(_)) = (is_named, &*call.func) {
                    *call.func = syn::parse_quote!((#func));
                }
            }
            Expr::MethodCall(call) => {
                // An iterator is made again anyway.
                let is_copy = call.method == "clone" && call.args.is_empty();
                if is_copy && self.is_iterator(&call.receiver) {
                    *expr = (*call.receiver).clone();
                    return self.name(expr);
                }
                for arg in &mut call.args {
                    // An adaptor may as well be given the closure itself.
                    if let Some(name) = self.lent_closure(arg) {
                        *arg = name;
                    }
                }
                visit_mut::visit_expr_method_call_mut(self, call);
            }
            Expr::Let(condition) => {
                self.visit_expr_mut(&mut condition.expr);
                self.bind_names(&condition.pat);
            }
            Expr::If(branch) => {
                self.scope(|walk| {
                    walk.visit_expr_mut(&mut branch.cond);
                    walk.visit_block_mut(&mut branch.then_branch);
                });
                if let Some((_, otherwise)) = &mut branch.else_branch {
                    self.visit_expr_mut(otherwise);
                }
            }
            Expr::While(repeat) => self.scope(|walk| {
                walk.visit_expr_mut(&mut repeat.cond);
                walk.visit_block_mut(&mut repeat.body);
            }),
            Expr::ForLoop(repeat) => {
                self.visit_expr_mut(&mut repeat.expr);
                self.scope(|walk| {
                    walk.bind_names(&repeat.pat);
                    walk.visit_block_mut(&mut repeat.body);
                });
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut ExprClosure) {
        self.scope(|walk| {
            closure.inputs.iter().for_each(|pat| walk.bind_names(pat));
            walk.visit_expr_mut(&mut closure.body);
        });
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.scope(|walk| {
            walk.bind_names(&arm.pat);
            visit_mut::visit_arm_mut(walk, arm);
        });
    }

    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        visit_mut::visit_field_value_mut(self, field);
        field.colon_token.get_or_insert_default();
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        // An element may declare a closure of its own.
        if vec_elements(mac).is_some() {
            return visit_vec(self, mac);
        }
        let mut names = Vec::new();
        collect_names(mac.tokens.clone(), &mut names);
        if !names.iter().any(|name| self.is_rewritten(name)) {
            return names.iter().for_each(|name| self.mention(name));
        }
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let Ok(mut args) = parser.parse2(mac.tokens.clone()) else {
            return self.errors.on(
                &mac.path,
                "a closure that changes what it captures is mentioned in a macro that cannot be seen into",
                "call the closure in a `let` in front of the macro",
            );
        };
        for arg in &mut args {
            match arg {
                Expr::Lit(text) => {
                    for (binding, alias) in &self.aliases {
                        alias.rename_in_format(&self.bindings[*binding], &mut text.lit);
                    }
                }
                Expr::Assign(named) => self.visit_expr_mut(&mut named.right),
                arg => self.visit_expr_mut(arg),
            }
        }
        mac.tokens = args.to_token_stream();
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Walk {
    /// Whether an expression is the name of an iterator.
    pub(super) fn is_iterator(&self, expr: &Expr) -> bool {
        let Expr::Path(path) = expr else { return false };
        let name = path.path.get_ident().map(spelling);
        match name.and_then(|name| self.meaning(&name)) {
            Some(Meaning::Changer(changer)) => self.changers[changer].is_iterator,
            _ => false,
        }
    }

    /// The `add` in `&mut add`, where that is a closure that is written out.
    fn lent_closure(&self, arg: &Expr) -> Option<Expr> {
        let Expr::Reference(reference) = behind_parens(arg) else {
            return None;
        };
        let name @ Expr::Path(path) = behind_parens(&reference.expr) else {
            return None;
        };
        let meaning = self.meaning(&spelling(path.path.get_ident()?));
        matches!(meaning, Some(Meaning::Changer(_))).then(|| name.clone())
    }
}
