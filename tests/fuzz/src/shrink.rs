//! Smaller programs: with a statement less, or with a part of an expression in its place.

mod walk;

use crate::ast::*;
use walk::{Node, children, walk};

/// The programs that are one step smaller than this one, from the front to the back. Not all of them are programs still.
pub fn reductions(program: &Program) -> impl Iterator<Item = Program> {
    let mut step = 0;
    let edited = std::iter::from_fn(move || {
        step += 1;
        edited(program, step - 1)
    });
    without_a_function(program).into_iter().chain(edited)
}

/// The program after one of all edits, by number.
fn edited(program: &Program, step: usize) -> Option<Program> {
    let mut changed = program.clone();
    let mut left = step;
    for function in &mut changed.functions {
        let done = walk(&mut function.body, &mut |node| match node {
            Node::Block(block) => apply(block, smaller_blocks(block), &mut left),
            Node::Expr(expr) => apply(expr, smaller_exprs(expr), &mut left),
        });
        if done {
            return Some(changed);
        }
    }
    None
}

fn apply<T>(node: &mut T, smaller: Vec<T>, left: &mut usize) -> bool {
    let count = smaller.len();
    match smaller.into_iter().nth(*left) {
        Some(chosen) => {
            *node = chosen;
            true
        }
        None => {
            *left -= count;
            false
        }
    }
}

/// Programs without a function that nothing calls.
fn without_a_function(program: &Program) -> Vec<Program> {
    let mut found = Vec::new();
    for gone in 0..program.functions.len() - 1 {
        let mut smaller = program.clone();
        smaller.functions.remove(gone);
        let mut is_called = false;
        for function in &mut smaller.functions {
            walk(&mut function.body, &mut |node| {
                if let Node::Expr(Expr::Call(index, _)) = node {
                    is_called |= *index == gone;
                    *index -= usize::from(*index > gone);
                }
                false
            });
        }
        if !is_called {
            found.push(smaller);
        }
    }
    found
}

fn smaller_blocks(block: &Block) -> Vec<Block> {
    let mut found = Vec::new();
    let count = block.stmts.len();
    if count > 2 {
        let mut half = block.clone();
        half.stmts.drain(..count / 2);
        found.push(half);
    }
    for index in 0..count {
        let with = |inside: Vec<Stmt>| {
            let mut smaller = block.clone();
            smaller.stmts.splice(index..=index, inside);
            smaller
        };
        found.push(with(Vec::new()));
        for inner in inside(&block.stmts[index]) {
            found.push(with(inner));
        }
    }
    found
}

/// What may stand in the place of a statement.
fn inside(stmt: &Stmt) -> Vec<Vec<Stmt>> {
    let alone = |block: &Block| vec![Stmt::Block(block.clone())];
    match stmt {
        Stmt::If(cond, then, Some(otherwise)) => vec![
            vec![Stmt::If(cond.clone(), then.clone(), None)],
            alone(then),
            alone(otherwise),
        ],
        Stmt::If(_, then, None) => vec![alone(then)],
        Stmt::Block(block) => vec![block.stmts.clone()],
        Stmt::Match(_, arms) => arms.iter().map(|arm| alone(&arm.body)).collect(),
        Stmt::For(label, pattern, sequence, body) => {
            let shorter = walk::inner(sequence).into_iter();
            let shorter = shorter.map(|sequence| {
                vec![Stmt::For(
                    label.clone(),
                    pattern.clone(),
                    sequence,
                    body.clone(),
                )]
            });
            std::iter::once(alone(body)).chain(shorter).collect()
        }
        Stmt::ForEach(pattern, sequence, body) => {
            let plain = Stmt::For(None, pattern.clone(), sequence.clone(), body.clone());
            vec![vec![plain], alone(body)]
        }
        Stmt::While(_, _, body) | Stmt::Loop(_, body) => vec![alone(body)],
        _ => Vec::new(),
    }
}

fn smaller_exprs(expr: &Expr) -> Vec<Expr> {
    let is_leaf = matches!(expr, Expr::Float(..) | Expr::Int(_) | Expr::Bool(_));
    if is_leaf {
        return Vec::new();
    }
    let mut found = match expr {
        Expr::Var(_) => Vec::new(),
        _ => children(expr),
    };
    if let Expr::Block(Block {
        stmts,
        value: Some(value),
    }) = expr
        && stmts.is_empty()
    {
        found.push((**value).clone());
    }
    let is_place = matches!(
        expr,
        Expr::Lend(..) | Expr::Ref(_) | Expr::Slice(..) | Expr::Let(..) | Expr::Deref(_)
    );
    if !is_place {
        found.extend([Expr::Float(1.5, true), Expr::Int(1), Expr::Bool(true)]);
    }
    found
}
