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

fn by_ref(ty: Ty) -> Ty {
    Ty::Ref(Box::new(ty))
}

/// The function that is tested.
pub(super) fn main(rng: &mut Rng, program: &mut Program, name: &str) {
    let mut params = vec![param("x", Ty::Float)];
    for index in 0..1 + rng.below(3) {
        let ty = match rng.below(11) {
            0 | 1 => Ty::Float,
            2 | 3 => by_ref(floats(3)),
            4 => floats(2),
            5 => by_ref(Ty::Vec(Box::new(Ty::Float))),
            6 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
            7 => Ty::Struct(rng.below(3)),
            8 => by_ref(Ty::Struct(rng.below(STRUCTS.len()))),
            9 => by_ref(Ty::Array(Box::new(floats(2)), 2)),
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
        params[left_out].active = false;
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
        param.mutable = param.active && !matches!(param.ty, Ty::Ref(_)) && rng.percent(20);
    }
    let output = match rng.below(12) {
        0 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
        1 => floats(2),
        2 => Ty::Struct(rng.below(3)),
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
    };
    let body = draw_body(rng, program, &function, budget, None);
    program.functions.push(Function { body, ..function });
}

/// A function that later ones may call.
pub(super) fn helper(rng: &mut Rng, program: &mut Program, name: &str) {
    let kind = rng.weighted(&[55, 20, 25]);
    let mut function = Function {
        name: name.to_owned(),
        owner: Owner::Free,
        params: Vec::new(),
        output: Ty::Float,
        body: Block::default(),
        writes_wrt: false,
    };
    if kind == 1 {
        let item = rng.below(STRUCTS.len());
        function.owner = Owner::Method(item);
        function
            .params
            .push(param("self", by_ref(Ty::Struct(item))));
    }
    function.params.push(param("x", Ty::Float));
    if rng.percent(60) {
        let ty = match rng.below(5) {
            0 => Ty::Float,
            1 => by_ref(floats(3)),
            2 => by_ref(Ty::Vec(Box::new(Ty::Float))),
            3 => Ty::Struct(0),
            _ => by_ref(Ty::Struct(rng.below(3))),
        };
        function.params.push(param("y", ty));
    }
    if kind != 2 {
        function.output = match rng.below(8) {
            0 => Ty::Tuple(vec![Ty::Float, Ty::Float]),
            1 => floats(2),
            2 => Ty::Struct(0),
            _ => Ty::Float,
        };
    }
    if kind == 2 {
        function.params.push(Param {
            active: false,
            ..param("depth", Ty::Int)
        });
    }
    let budget = 10 + 8 * rng.below(5) as isize;
    if kind == 2 {
        // It stands there already, so that it can call itself.
        let own = program.functions.len();
        program.functions.push(function);
        let function = program.functions[own].clone();
        let body = draw_body(rng, program, &function, budget, Some(own));
        program.functions[own].body = body;
    } else {
        let body = draw_body(rng, program, &function, budget, None);
        program.functions.push(Function { body, ..function });
    }
}

fn draw_body(
    rng: &mut Rng,
    program: &mut Program,
    function: &Function,
    budget: isize,
    own: Option<usize>,
) -> Block {
    let mut draw = Generator::new(rng, program, function.output.clone(), budget);
    for param in &function.params {
        let mut variable = Variable::new(&param.name, param.ty.clone()).mutable(param.mutable);
        if param.ty == Ty::Int {
            variable.bounds = Some((0, 3));
        }
        draw.variables.push(variable);
    }
    let mut stmts = Vec::new();
    if let Some(own) = own {
        let value = draw.frozen(Generator::leaf);
        let done = binary(Operator::Equal, Expr::Var("depth".into()), Expr::Int(0));
        let then = Block {
            stmts: vec![Stmt::Return(value)],
            value: None,
        };
        stmts.push(Stmt::If(done, then, None));
        draw.recursion = Some((own, 2));
    }
    let count = 1 + draw.rng.below(6);
    stmts.extend(draw.stmts(count));
    let output = function.output.clone();
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
