//! Every block and every expression of a program.

use crate::ast::*;

/// A block or an expression.
pub(super) enum Node<'a> {
    Block(&'a mut Block),
    Expr(&'a mut Expr),
}

/// Says whether the walk is over.
pub(super) type Visit<'a> = &'a mut dyn FnMut(Node<'_>) -> bool;

/// Visits a block and what is in it, outer nodes first.
pub(super) fn walk(block: &mut Block, visit: Visit<'_>) -> bool {
    visit(Node::Block(block))
        || block.stmts.iter_mut().any(|stmt| statement(stmt, visit))
        || block
            .value
            .as_mut()
            .is_some_and(|value| expression(value, visit))
}

fn statement(stmt: &mut Stmt, visit: Visit<'_>) -> bool {
    match stmt {
        Stmt::Let(_, _, value)
        | Stmt::Return(value)
        | Stmt::Expr(value)
        | Stmt::Assert(value)
        | Stmt::Closure(_, _, value, _)
        | Stmt::Break(_, Some(value)) => expression(value, visit),
        Stmt::Later(_) | Stmt::Break(_, None) | Stmt::Continue(_) => false,
        Stmt::Assign(place, value)
        | Stmt::Compound(_, place, value)
        | Stmt::Fill(place, value)
        | Stmt::CopyFrom(place, value)
        | Stmt::Push(place, value)
        | Stmt::Insert(place, _, value)
        | Stmt::Exchange(place, value) => inside(place, visit) || expression(value, visit),
        Stmt::AssignTuple(places, value) => {
            places.iter_mut().any(|place| inside(place, visit)) || expression(value, visit)
        }
        Stmt::Swap(list, i, j) => {
            inside(list, visit) || expression(i, visit) || expression(j, visit)
        }
        Stmt::If(cond, then, otherwise) => {
            expression(cond, visit)
                || walk(then, visit)
                || otherwise
                    .as_mut()
                    .is_some_and(|otherwise| walk(otherwise, visit))
        }
        Stmt::LetElse(_, value, otherwise) => expression(value, visit) || walk(otherwise, visit),
        Stmt::Match(value, arms) => expression(value, visit) || each_arm(arms, visit),
        Stmt::Block(block) | Stmt::Loop(_, block) => walk(block, visit),
        Stmt::For(_, _, items, body) => sequence(items, visit) || walk(body, visit),
        Stmt::ForEach(_, items, body) => sequence(items, visit) || walk(body, visit),
        Stmt::Reverse(list) | Stmt::Truncate(list, _) => inside(list, visit),
        Stmt::Extend(list, items) => inside(list, visit) || sequence(items, visit),
        Stmt::Unzip(_, _, items) => sequence(items, visit),
        Stmt::ForMut(_, list, body) => inside(list, visit) || walk(body, visit),
        Stmt::While(_, cond, body) => expression(cond, visit) || walk(body, visit),
    }
}

fn each_arm(arms: &mut [Arm], visit: Visit<'_>) -> bool {
    arms.iter_mut().any(|arm| {
        arm.guard
            .as_mut()
            .is_some_and(|guard| expression(guard, visit))
            || walk(&mut arm.body, visit)
    })
}

fn expression(expr: &mut Expr, visit: Visit<'_>) -> bool {
    visit(Node::Expr(expr)) || inside(expr, visit)
}

/// Visits what is in an expression, but not the expression: it is a place.
fn inside(expr: &mut Expr, visit: Visit<'_>) -> bool {
    match expr {
        Expr::If(cond, then, otherwise) => {
            expression(cond, visit) || walk(then, visit) || walk(otherwise, visit)
        }
        Expr::Match(value, arms) => expression(value, visit) || each_arm(arms, visit),
        Expr::Block(block) | Expr::Labelled(_, block) | Expr::Loop(_, block) => walk(block, visit),
        Expr::Sum(items) | Expr::Product(items) | Expr::Collect(items) => sequence(items, visit),
        Expr::Fold(items, init, closure) => {
            sequence(items, visit)
                || expression(init, visit)
                || expression(&mut closure.body, visit)
        }
        Expr::FoldBy(items, init, _) => sequence(items, visit) || expression(init, visit),
        Expr::Reduce(items, closure) => {
            sequence(items, visit) || expression(&mut closure.body, visit)
        }
        Expr::FromFn(_, closure, _) => expression(&mut closure.body, visit),
        Expr::Maybe(_, option, args, closure) => {
            expression(option, visit)
                || args.iter_mut().any(|arg| expression(arg, visit))
                || closure
                    .as_mut()
                    .is_some_and(|closure| expression(&mut closure.body, visit))
        }
        Expr::Seen(list, end) => {
            inside(list, visit)
                || match end {
                    End::At(at) => expression(at, visit),
                    End::First | End::Last => false,
                }
        }
        Expr::Lend(place, _) | Expr::Pop(place) | Expr::Take(place) => inside(place, visit),
        Expr::Replace(place, value) => inside(place, visit) || expression(value, visit),
        Expr::Field(base, ..) | Expr::Part(base, _) => inside(base, visit),
        Expr::Remove(base, index) | Expr::SwapRemove(base, index) | Expr::Index(base, index) => {
            inside(base, visit) || expression(index, visit)
        }
        other => parts(other).into_iter().any(|part| expression(part, visit)),
    }
}

/// The direct operands of what has nothing else in it.
fn parts(expr: &mut Expr) -> Vec<&mut Expr> {
    match expr {
        Expr::Deref(inner)
        | Expr::Ref(inner)
        | Expr::Field(inner, ..)
        | Expr::Part(inner, _)
        | Expr::Len(inner)
        | Expr::Clone(inner)
        | Expr::Neg(inner)
        | Expr::Not(inner)
        | Expr::ToFloat(inner)
        | Expr::Repeat(inner, _)
        | Expr::VecRepeat(inner, _)
        | Expr::Stop(inner)
        | Expr::Some(inner)
        | Expr::Try(inner)
        | Expr::Let(_, inner) => vec![inner],
        Expr::Slice(base, _, to) => std::iter::once(base)
            .chain(to)
            .map(|part| &mut **part)
            .collect(),
        Expr::Binary(_, left, right) => vec![left, right],
        Expr::Math(_, args, _)
        | Expr::Tuple(args)
        | Expr::Array(args)
        | Expr::VecOf(args)
        | Expr::Struct(_, args)
        | Expr::Variant(_, args)
        | Expr::Call(_, args)
        | Expr::CallNamed(_, args) => args.iter_mut().collect(),
        _ => Vec::new(),
    }
}

/// What of an expression may stand in its place.
pub(super) fn children(expr: &Expr) -> Vec<Expr> {
    let block = |block: &Block| Expr::Block(block.clone());
    match expr {
        Expr::If(_, then, otherwise) => vec![block(then), block(otherwise)],
        Expr::Match(_, arms) => arms.iter().map(|arm| block(&arm.body)).collect(),
        Expr::Block(_) => Vec::new(),
        Expr::Labelled(_, inner) => vec![block(inner)],
        Expr::Sum(items) => {
            let shorter = inner(items).into_iter();
            shorter.map(Expr::Sum).collect()
        }
        Expr::Product(items) => {
            let shorter = inner(items).into_iter();
            shorter.map(Expr::Product).collect()
        }
        Expr::Collect(items) => {
            let shorter = inner(items).into_iter();
            shorter.map(Expr::Collect).collect()
        }
        Expr::Reduce(items, closure) => {
            let shorter = inner(items).into_iter();
            shorter
                .map(|items| Expr::Reduce(items, closure.clone()))
                .collect()
        }
        Expr::FoldBy(_, init, _) => vec![(**init).clone()],
        Expr::FromFn(_, closure, _) => vec![(*closure.body).clone()],
        Expr::Fold(_, init, closure) => vec![(**init).clone(), (*closure.body).clone()],
        Expr::Maybe(_, option, args, closure) => {
            let closure = closure.iter().map(|closure| (*closure.body).clone());
            let args = args.iter().cloned().chain(closure);
            std::iter::once((**option).clone()).chain(args).collect()
        }
        Expr::Index(..) => Vec::new(),
        Expr::Replace(_, value) => vec![(**value).clone()],
        other => parts(&mut other.clone())
            .into_iter()
            .map(|part| part.clone())
            .collect(),
    }
}

/// The sequences that a sequence is made from.
pub(super) fn inner(items: &Sequence) -> Vec<Sequence> {
    match items {
        Sequence::Rev(inner)
        | Sequence::Enumerate(inner)
        | Sequence::Skip(inner, _)
        | Sequence::Take(inner, _)
        | Sequence::StepBy(inner, _)
        | Sequence::Map(inner, _)
        | Sequence::Filter(inner, _)
        | Sequence::Copied(inner)
        | Sequence::FlatMap(inner, ..)
        | Sequence::Scan(inner, ..)
        | Sequence::TakeWhile(inner, _)
        | Sequence::Flatten(inner)
        | Sequence::MapNamed(inner, _) => vec![(**inner).clone()],
        Sequence::Zip(a, b) | Sequence::Chain(a, b) => vec![(**a).clone(), (**b).clone()],
        _ => Vec::new(),
    }
}

fn sequence(items: &mut Sequence, visit: Visit<'_>) -> bool {
    match items {
        Sequence::Range(from, to, _) => expression(from, visit) || expression(to, visit),
        Sequence::Iter(list)
        | Sequence::Borrowed(list)
        | Sequence::Owned(list, _)
        | Sequence::Windows(list, _)
        | Sequence::Chunks(list, _) => inside(list, visit),
        Sequence::Rev(inner)
        | Sequence::Enumerate(inner)
        | Sequence::Copied(inner)
        | Sequence::StepBy(inner, _)
        | Sequence::Flatten(inner)
        | Sequence::MapNamed(inner, _) => sequence(inner, visit),
        Sequence::Once(item) => expression(item, visit),
        Sequence::Scan(inner, init, closure) => {
            sequence(inner, visit)
                || expression(init, visit)
                || expression(&mut closure.body, visit)
        }
        Sequence::Zip(a, b) | Sequence::Chain(a, b) | Sequence::FlatMap(a, _, b) => {
            sequence(a, visit) || sequence(b, visit)
        }
        Sequence::Skip(inner, count) | Sequence::Take(inner, count) => {
            sequence(inner, visit) || expression(count, visit)
        }
        Sequence::Map(inner, closure)
        | Sequence::Filter(inner, closure)
        | Sequence::TakeWhile(inner, closure) => {
            sequence(inner, visit) || expression(&mut closure.body, visit)
        }
    }
}
