//! How programs are drawn. What is drawn is well typed and borrows soundly; whether its numbers behave is seen by running
//! it.

mod adaptor;
mod block;
mod call;
mod closure;
mod condition;
mod consumer;
mod float;
mod function;
mod generic;
mod lists;
mod loops;
mod matching;
mod option;
mod pattern;
mod scope;
mod sequence;
mod statement;
mod value;

use crate::ast::*;
use crate::rng::Rng;

/// A program, whose functions carry the tag in their names. One in five is in `f32`.
#[must_use]
pub fn generate(seed: u64, tag: &str) -> Program {
    let mut rng = Rng::new(seed);
    let mut program = Program {
        functions: Vec::new(),
        stops: false,
        single: seed % 5 == 3,
    };
    let helpers = rng.weighted(&[40, 35, 20, 5]);
    for index in 0..helpers {
        function::helper(&mut rng, &mut program, &format!("inner{tag}_{index}"));
    }
    function::main(&mut rng, &mut program, &format!("outer{tag}"));
    generic::generalize(&mut program, seed);
    program
}

/// A variable in scope.
#[derive(Clone, Debug)]
struct Variable {
    name: String,
    ty: Ty,
    mutable: bool,
    /// How many references to it are alive, and whether one of them may change it.
    borrowed: usize,
    taken: bool,
    /// Whether rustc may not yet know which float it is.
    vague: bool,
    /// The least and the largest value of an integer, where they are known.
    bounds: Option<(usize, usize)>,
    /// Of a reference: the variable that it borrows.
    lends: Option<usize>,
}

/// A closure in a variable.
#[derive(Clone, Debug)]
struct Named {
    name: String,
    params: Vec<Ty>,
    /// What it borrows as long as it is in scope.
    held: Vec<usize>,
    /// What it changes, that nobody else sees until then.
    changed: Vec<usize>,
}

impl Variable {
    fn new(name: impl Into<String>, ty: Ty) -> Self {
        Variable {
            name: name.into(),
            ty,
            mutable: false,
            borrowed: 0,
            taken: false,
            vague: false,
            bounds: None,
            lends: None,
        }
    }

    fn mutable(mut self, mutable: bool) -> Self {
        self.mutable = mutable;
        self
    }

    fn vague(mut self, vague: bool) -> Self {
        self.vague = vague;
        self
    }
}

/// A loop that is open, or a labelled block.
#[derive(Clone, Debug)]
struct Frame {
    label: Option<String>,
    /// Whether it gives a float.
    gives: bool,
    is_block: bool,
}

struct Generator<'a> {
    rng: &'a mut Rng,
    program: &'a mut Program,
    variables: Vec<Variable>,
    closures: Vec<Named>,
    frames: Vec<Frame>,
    /// What may still be drawn.
    budget: isize,
    /// Variables before this one are not changed: a closure or an argument list is open.
    barrier: usize,
    /// Whether statements may leave the function, and the first loop that they may leave.
    may_return: bool,
    first_frame: usize,
    /// Whether `?` may stand here: nothing before it in the statement changes anything, and it is reached for certain.
    asks: bool,
    output: Ty,
    /// The index of this function and the calls left, where it may call itself.
    recursion: Option<(usize, usize)>,
    /// How deep statements and expressions are nested.
    depth: usize,
    fresh: usize,
    /// The variables read since recording began.
    reads: Vec<usize>,
}

/// Names that are used again and again, so that variables shadow each other, and some that generated code might like.
const NAMES: [&str; 16] = [
    "a", "b", "c", "s", "t", "u", "x", "y", "acc", "dx", "x_bar", "value", "result", "trace",
    "stop", "t2",
];

impl<'a> Generator<'a> {
    fn new(rng: &'a mut Rng, program: &'a mut Program, output: Ty, budget: isize) -> Self {
        Generator {
            rng,
            program,
            variables: Vec::new(),
            closures: Vec::new(),
            frames: Vec::new(),
            budget,
            barrier: 0,
            may_return: true,
            first_frame: 0,
            asks: false,
            output,
            recursion: None,
            depth: 0,
            fresh: 0,
            reads: Vec::new(),
        }
    }

    /// Whether something larger than a leaf may still be drawn.
    fn affords(&mut self) -> bool {
        self.budget -= 1;
        self.budget > 0 && self.depth < 9
    }

    fn name(&mut self) -> String {
        if self.rng.percent(60) {
            (*self.rng.of(&NAMES)).to_owned()
        } else {
            self.fresh_name("v")
        }
    }

    fn fresh_name(&mut self, prefix: &str) -> String {
        self.fresh += 1;
        format!("{prefix}{}", self.fresh)
    }

    /// Whether rustc may not know yet which float an expression is.
    fn is_vague(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Float(_, suffix) => !suffix,
            Expr::Var(name) => self
                .variables
                .iter()
                .rev()
                .find(|variable| variable.name == *name)
                .is_none_or(|variable| variable.vague),
            Expr::Deref(inner)
            | Expr::Ref(inner)
            | Expr::Field(inner, ..)
            | Expr::Part(inner, _)
            | Expr::Index(inner, _)
            | Expr::Clone(inner)
            | Expr::Neg(inner)
            | Expr::Stop(inner)
            | Expr::Repeat(inner, _)
            | Expr::VecRepeat(inner, _) => self.is_vague(inner),
            Expr::Binary(_, a, b) => self.is_vague(a) && self.is_vague(b),
            Expr::Tuple(parts) => parts.iter().any(|part| self.is_vague(part)),
            Expr::Array(parts) | Expr::VecOf(parts) => parts.iter().all(|part| self.is_vague(part)),
            Expr::Block(block) => match block.value.as_deref() {
                Some(Expr::Binary(_, first, _)) => !matches!(**first, Expr::Float(_, true)),
                Some(Expr::Call(..) | Expr::CallNamed(..) | Expr::ToFloat(_)) => false,
                _ => true,
            },
            Expr::If(..) | Expr::Match(..) | Expr::Loop(..) | Expr::Labelled(..) => true,
            Expr::Fold(..) | Expr::Collect(_) | Expr::None | Expr::Reduce(..) => true,
            Expr::FromFn(_, _, typed) => !typed,
            Expr::Try(inner) => self.is_vague(inner),
            Expr::Slice(inner, ..) | Expr::Some(inner) | Expr::Lend(inner, _) => {
                self.is_vague(inner)
            }
            Expr::Replace(inner, _)
            | Expr::Take(inner)
            | Expr::Pop(inner)
            | Expr::Seen(inner, _)
            | Expr::SwapRemove(inner, _)
            | Expr::Remove(inner, _) => self.is_vague(inner),
            Expr::Maybe(_, option, ..) => self.is_vague(option),
            _ => false,
        }
    }
}

fn boxed(expr: Expr) -> Box<Expr> {
    Box::new(expr)
}

fn binary(operator: Operator, left: Expr, right: Expr) -> Expr {
    Expr::Binary(operator, boxed(left), boxed(right))
}
