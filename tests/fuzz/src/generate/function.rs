//! Functions: their parameters, and what they return.

use super::{Generator, Variable, binary, boxed};
use crate::ast::*;
use crate::dual::DIRECTIONS;
use crate::reference::floats_in;
use crate::rng::Rng;

fn param(name: &str, ty: Ty) -> Param {
    Param {
        name: name.to_owned(),
        ty,
        mutable: false,
        active: true,
    }
}

fn floats(count: usize) -> Ty {
    Ty::Array(Box::new(Ty::Float), count)
}

/// What a `&mut` parameter refers to.
fn lent(rng: &mut Rng) -> Ty {
    let float = || Box::new(Ty::Float);
    Ty::RefMut(Box::new(match rng.below(11) {
        0..=3 => Ty::Float,
        4 | 5 => floats(3),
        6 | 7 => Ty::Slice(float()),
        8 => Ty::Vec(float()),
        9 => Ty::Enum,
        _ => Ty::Struct(rng.below(STRUCTS.len())),
    }))
}

/// The element of a list in a parameter.
fn group(rng: &mut Rng) -> Ty {
    match rng.below(3) {
        0 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
        1 => Ty::Struct(0),
        _ => floats(2),
    }
}

fn by_ref(ty: Ty) -> Ty {
    Ty::Ref(Box::new(ty))
}

/// The function that is tested.
pub(super) fn main(rng: &mut Rng, program: &mut Program, name: &str) {
    let mut params = vec![param("x", Ty::Float)];
    for index in 0..1 + rng.below(3) {
        let ty = match rng.below(19) {
            16 => by_ref(Ty::Vec(Box::new(group(rng)))),
            17 => Ty::Vec(Box::new(group(rng))),
            18 => by_ref(Ty::Array(Box::new(group(rng)), 2)),
            0 | 1 => Ty::Float,
            2 | 3 => by_ref(floats(3)),
            4 => floats(2),
            5 => by_ref(Ty::Vec(Box::new(Ty::Float))),
            6 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
            7 => Ty::Struct(rng.below(3)),
            8 => by_ref(Ty::Struct(rng.below(STRUCTS.len()))),
            9 => by_ref(Ty::Array(Box::new(floats(2)), 2)),
            10 => Ty::MaybeFloat,
            11 => by_ref(Ty::Enum),
            12 => Ty::Enum,
            13 | 14 => lent(rng),
            _ => Ty::Vec(Box::new(Ty::Float)),
        };
        let name = (*rng.of(&["y", "p", "q", "w"])).to_owned();
        let name = if params.iter().any(|param| param.name == name) {
            format!("z{index}")
        } else {
            name
        };
        params.push(param(&name, ty));
    }
    while params
        .iter()
        .map(|param| floats_in(&param.ty))
        .sum::<usize>()
        > DIRECTIONS
    {
        params.pop();
    }
    let writes_wrt = params.len() > 1 && rng.percent(25);
    if writes_wrt {
        let left_out = 1 + rng.below(params.len() - 1);
        params[left_out].active = matches!(params[left_out].ty, Ty::RefMut(_));
    }
    if rng.percent(60) {
        params.push(Param {
            active: false,
            ..param("n", Ty::Int)
        });
    }
    if rng.percent(20) {
        params.push(Param {
            active: false,
            ..param("flag", Ty::Bool)
        });
    }
    if rng.percent(20) {
        params.push(Param {
            active: false,
            ..param("maybe", Ty::MaybeInt)
        });
    }
    for param in &mut params {
        let is_reference = matches!(param.ty, Ty::Ref(_) | Ty::RefMut(_));
        param.mutable = param.active && !is_reference && rng.percent(20);
    }
    let output = match rng.below(16) {
        0 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
        1 => floats(2),
        2 => Ty::Struct(rng.below(3)),
        3 => Ty::MaybeFloat,
        4 => Ty::Enum,
        5 if params.iter().any(is_lent) => Ty::unit(),
        _ => Ty::Float,
    };
    let budget = 20 + 10 * rng.below(13) as isize;
    let function = Function {
        name: name.to_owned(),
        owner: Owner::Free,
        params,
        output,
        body: Block::default(),
        writes_wrt,
        generic: false,
        recursive: false,
    };
    let body = draw_body(rng, program, &function, budget, None);
    program.functions.push(Function { body, ..function });
}

/// A function that later ones may call.
pub(super) fn helper(rng: &mut Rng, program: &mut Program, name: &str) {
    let kind = rng.weighted(&[50, 23, 20, 7]);
    let mut function = head(rng, name, kind);
    let budget = 10 + 8 * rng.below(5) as isize;
    if kind < 2 {
        let body = draw_body(rng, program, &function, budget, None);
        program.functions.push(Function { body, ..function });
        return;
    }
    // It stands there already, so that it can be called from its body.
    let own = program.functions.len();
    function.recursive = kind == 3;
    program.functions.push(function);
    if kind == 3 {
        let other = head(rng, &format!("{name}_back"), kind);
        program.functions.push(other);
        for (index, called) in [(own, own + 1), (own + 1, own)] {
            let function = program.functions[index].clone();
            let body = draw_body(rng, program, &function, budget / 2, Some(called));
            program.functions[index].body = body;
        }
        return;
    }
    let function = program.functions[own].clone();
    let body = draw_body(rng, program, &function, budget, Some(own));
    program.functions[own].body = body;
}

/// A function without a body: alone, a method, one that calls itself, or one of two that call each other.
fn head(rng: &mut Rng, name: &str, kind: usize) -> Function {
    let mut function = Function {
        name: name.to_owned(),
        owner: Owner::Free,
        params: Vec::new(),
        output: Ty::Float,
        body: Block::default(),
        writes_wrt: false,
        generic: false,
        recursive: false,
    };
    if kind == 1 {
        let item = rng.below(STRUCTS.len());
        function.owner = match rng.percent(35) {
            true => Owner::Trait(item),
            false => Owner::Method(item),
        };
        let itself = match rng.percent(50) {
            true => Ty::RefMut(Box::new(Ty::Struct(item))),
            false => by_ref(Ty::Struct(item)),
        };
        function.params.push(param("self", itself));
    }
    function.params.push(param("x", Ty::Float));
    if rng.percent(60) {
        let sized = Ty::Sized(Box::new(Ty::Float));
        let ty = match rng.below(17) {
            15 => by_ref(Ty::Vec(Box::new(group(rng)))),
            16 => Ty::RefMut(Box::new(Ty::Vec(Box::new(group(rng))))),
            13 => by_ref(sized),
            14 => Ty::RefMut(Box::new(sized)),
            0 => Ty::Float,
            1 => by_ref(floats(3)),
            2 => by_ref(Ty::Vec(Box::new(Ty::Float))),
            3 => Ty::Struct(0),
            4 => by_ref(Ty::Struct(rng.below(3))),
            5 => Ty::MaybeFloat,
            6 => by_ref(Ty::Enum),
            _ => lent(rng),
        };
        function.params.push(param("y", ty));
    }
    if rng.percent(10) {
        function.params.insert(0, param("z", lent(rng)));
        if kind == 1 {
            function.params.swap(0, 1);
        }
    }
    if kind < 2 {
        function.output = match rng.below(13) {
            0 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
            1 => floats(2),
            2 => Ty::Struct(0),
            3 | 4 | 12 => Ty::MaybeFloat,
            5 => Ty::Enum,
            6 | 7 if function.params.iter().any(is_lent) => Ty::unit(),
            _ => Ty::Float,
        };
    }
    if kind >= 2 {
        function.params.push(Param {
            active: false,
            ..param("depth", Ty::Int)
        });
    }
    function
}

fn is_lent(param: &Param) -> bool {
    matches!(param.ty, Ty::RefMut(_))
}

fn draw_body(
    rng: &mut Rng,
    program: &mut Program,
    function: &Function,
    budget: isize,
    called: Option<usize>,
) -> Block {
    let mut draw = Generator::new(rng, program, function.output.clone(), budget);
    for param in &function.params {
        let mut variable = match &param.ty {
            Ty::RefMut(inner) => Variable::new(&param.name, Ty::Ref(inner.clone())).mutable(true),
            ty => Variable::new(&param.name, ty.clone()).mutable(param.mutable),
        };
        if param.ty == Ty::Int {
            variable.bounds = Some((0, 3));
        }
        draw.variables.push(variable);
    }
    if function.is_sized() {
        draw.variables.push(Variable::new("N", Ty::Int));
    }
    let mut stmts = Vec::new();
    if let Some(called) = called {
        let value = draw.frozen(Generator::leaf);
        let done = binary(Operator::Equal, Expr::Var("depth".into()), Expr::Int(0));
        let then = Block {
            stmts: vec![Stmt::Return(value)],
            value: None,
        };
        stmts.push(Stmt::If(done, then, None));
        draw.recursion = Some((called, 2));
    }
    let count = 1 + draw.rng.below(6);
    stmts.extend(draw.stmts(count));
    let output = function.output.clone();
    if output == Ty::unit() {
        return Block { stmts, value: None };
    }
    let mut value = draw.value(&output);
    if output == Ty::Float {
        // Most of what was computed is part of the result.
        for _ in 0..3 {
            value = binary(Operator::Add, value, draw.leaf());
        }
    }
    Block {
        stmts,
        value: Some(boxed(value)),
    }
}
