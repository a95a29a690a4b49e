//! The syntax of programs. Every construct is one that the macro reads; types are known everywhere.

pub use crate::types::*;

/// A method of floats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fun {
    /// `sin`
    Sin,
    /// `cos`
    Cos,
    /// `tanh`
    Tanh,
    /// `atan`
    Atan,
    /// `exp`
    Exp,
    /// `ln`
    Ln,
    /// `sqrt`
    Sqrt,
    /// `abs`
    Abs,
    /// `asinh`
    Asinh,
    /// `exp_m1`
    ExpM1,
    /// `ln_1p`
    Ln1p,
    /// `recip`
    Recip,
    /// `relu` of `chainrule::Float`
    Relu,
    /// `sigmoid` of `chainrule::Float`
    Sigmoid,
    /// `softplus` of `chainrule::Float`
    Softplus,
    /// `max`
    Max,
    /// `min`
    Min,
    /// `hypot`
    Hypot,
    /// `atan2`
    Atan2,
    /// `powf`
    Powf,
    /// `powi` with an integer literal
    Powi(i32),
    /// `mul_add`
    MulAdd,
    /// `clamp`
    Clamp,
}

/// An operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`, of integers
    Rem,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `==`, of integers
    Equal,
    /// `&&`
    And,
    /// `||`
    Or,
}

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Expr {
    /// A float literal; with a suffix or without.
    Float(f64, bool),
    /// An integer literal.
    Int(usize),
    /// `true` or `false`.
    Bool(bool),
    /// A variable.
    Var(String),
    /// `*e`
    Deref(Box<Expr>),
    /// `&e`
    Ref(Box<Expr>),
    /// The field of a struct.
    Field(Box<Expr>, &'static Field, usize),
    /// The element of a tuple.
    Part(Box<Expr>, usize),
    /// `list[i]`
    Index(Box<Expr>, Box<Expr>),
    /// `list.len()`
    Len(Box<Expr>),
    /// `e.clone()`
    Clone(Box<Expr>),
    /// `-e`
    Neg(Box<Expr>),
    /// `!e`
    Not(Box<Expr>),
    /// An operator between two.
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// `e as f64`
    ToFloat(Box<Expr>),
    /// A method of floats; by path (`f64::sin(x)`) or as a method.
    Math(Fun, Vec<Expr>, bool),
    /// `(a, b)`
    Tuple(Vec<Expr>),
    /// `[a, b]`
    Array(Vec<Expr>),
    /// `[literal; n]`
    Repeat(Box<Expr>, usize),
    /// `vec![literal; n]`
    VecRepeat(Box<Expr>, usize),
    /// `vec![a, b]` of integers
    VecOf(Vec<Expr>),
    /// `Vec::new()`
    NewVec,
    /// A struct with all its fields.
    Struct(usize, Vec<Expr>),
    /// `if c { .. } else { .. }`
    If(Box<Expr>, Block, Block),
    /// `match e { .. }`
    Match(Box<Expr>, Vec<Arm>),
    /// `{ .. }`
    Block(Block),
    /// `loop { .. break value; .. }`
    Loop(Option<String>, Block),
    /// A call of a function of the program; a method by `.`.
    Call(usize, Vec<Expr>),
    /// `items.sum::<f64>()`
    Sum(Sequence),
    /// `items.product::<f64>()`
    Product(Sequence),
    /// `items.fold(init, |so_far, item| ..)`
    Fold(Sequence, Box<Expr>, Closure),
    /// `items.fold(init, f64::max)`
    FoldBy(Sequence, Box<Expr>, Fun),
    /// `items.reduce(|so_far, item| ..)`
    Reduce(Sequence, Closure),
    /// `items.collect::<Vec<f64>>()`
    Collect(Sequence),
    /// `std::array::from_fn(|i| ..)`, of floats; with its types written or without. Without a length it is that of the function.
    FromFn(Option<usize>, Closure, bool),
    /// `option?`
    Try(Box<Expr>),
    /// A constant of the module, of a type or of std.
    Const(&'static Constant),
    /// `stop_gradient(e)`
    Stop(Box<Expr>),
    /// `&mut place`, or the name of a reference that is passed on.
    Lend(Box<Expr>, bool),
    /// `list[from..to]`
    Slice(Box<Expr>, usize, Option<Box<Expr>>),
    /// `Some(e)`
    Some(Box<Expr>),
    /// `None`
    None,
    /// A method of options: its arguments, and its closure.
    Maybe(MaybeFun, Box<Expr>, Vec<Expr>, Option<Closure>),
    /// `list.first().copied()`, `list.get(i).copied()`
    Seen(Box<Expr>, End),
    /// `list.pop()`
    Pop(Box<Expr>),
    /// `list.remove(i)`
    Remove(Box<Expr>, Box<Expr>),
    /// `list.swap_remove(i)`
    SwapRemove(Box<Expr>, Box<Expr>),
    /// A variant of the enum with its fields.
    Variant(usize, Vec<Expr>),
    /// A call of a closure by its name.
    CallNamed(String, Vec<Expr>),
    /// `'label: { .. }`
    Labelled(String, Block),
    /// `let pattern = e`, in a condition.
    Let(Shape, Box<Expr>),
    /// `std::mem::replace(&mut place, e)`
    Replace(Box<Expr>, Box<Expr>),
    /// `std::mem::take(&mut place)`
    Take(Box<Expr>),
}

/// Which element of a list is looked at.
#[derive(Clone, PartialEq, Debug)]
pub enum End {
    /// `first`
    First,
    /// `last`
    Last,
    /// `get`
    At(Box<Expr>),
}

/// A method of `Option<f64>`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MaybeFun {
    /// `unwrap`
    Unwrap,
    /// `unwrap_or`
    UnwrapOr,
    /// `map`
    Map,
    /// `map_or`
    MapOr,
    /// `and_then`
    AndThen,
    /// `is_some`
    IsSome,
}

/// The parameters and the value of a closure.
#[derive(Clone, PartialEq, Debug)]
pub struct Closure {
    /// What it takes.
    pub patterns: Vec<Pattern>,
    /// What it gives.
    pub body: Box<Expr>,
}

/// An arm of a `match`.
#[derive(Clone, PartialEq, Debug)]
pub struct Arm {
    /// What it matches.
    pub pattern: Shape,
    /// `if ..`
    pub guard: Option<Expr>,
    /// What it gives.
    pub body: Block,
}

/// A pattern of a `match`.
#[derive(Clone, PartialEq, Debug)]
pub enum Shape {
    /// `3`, `1 | 2`
    Ints(Vec<usize>),
    /// `1..=3`
    Between(usize, usize),
    /// `true`
    Bool(bool),
    /// `k`
    Bind(String),
    /// `_`
    Any,
    /// `(3, _)`
    Tuple(Vec<Shape>),
    /// `Some(p)`
    Some(Box<Shape>),
    /// `None`
    None,
    /// A variant of the enum with patterns for its fields.
    Variant(usize, Vec<Shape>),
}

/// Items one after the other, as iterators give them.
#[derive(Clone, PartialEq, Debug)]
pub enum Sequence {
    /// `a..b` or `a..=b`
    Range(Box<Expr>, Box<Expr>, bool),
    /// `list.iter()`
    Iter(Box<Expr>),
    /// `&list`
    Borrowed(Box<Expr>),
    /// A list by value; with `into_iter()` or without.
    Owned(Box<Expr>, bool),
    /// `.rev()`
    Rev(Box<Sequence>),
    /// `.zip(..)`
    Zip(Box<Sequence>, Box<Sequence>),
    /// `.chain(..)`
    Chain(Box<Sequence>, Box<Sequence>),
    /// `.enumerate()`
    Enumerate(Box<Sequence>),
    /// `.skip(n)`
    Skip(Box<Sequence>, Box<Expr>),
    /// `.take(n)`
    Take(Box<Sequence>, Box<Expr>),
    /// `.step_by(n)`
    StepBy(Box<Sequence>, usize),
    /// `.map(|x| ..)`
    Map(Box<Sequence>, Closure),
    /// `.filter(|x| ..)`
    Filter(Box<Sequence>, Closure),
    /// `.copied()`
    Copied(Box<Sequence>),
    /// `list.windows(n)`
    Windows(Box<Expr>, usize),
    /// `list.chunks(n)`
    Chunks(Box<Expr>, usize),
    /// `.flat_map(|x| ..)`
    FlatMap(Box<Sequence>, Pattern, Box<Sequence>),
    /// `.map(f)`
    MapNamed(Box<Sequence>, String),
    /// `std::iter::once(e)`
    Once(Box<Expr>),
    /// `.scan(init, |s, x| { ..; Some(..) })`
    Scan(Box<Sequence>, Box<Expr>, Closure),
    /// `.take_while(|x| ..)`
    TakeWhile(Box<Sequence>, Closure),
    /// `.flatten()`
    Flatten(Box<Sequence>),
}

/// What a `let`, a `for` or a closure binds.
#[derive(Clone, PartialEq, Debug)]
pub enum Pattern {
    /// `x` or `mut x`
    Name(String, bool),
    /// `_`
    Any,
    /// `&p`
    Ref(Box<Pattern>),
    /// `(p, q)`
    Tuple(Vec<Pattern>),
    /// `Pair { a: p, b: q }`
    Struct(usize, Vec<Pattern>),
}

/// Statements, and perhaps a value.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Block {
    /// In order.
    pub stmts: Vec<Stmt>,
    /// The tail.
    pub value: Option<Box<Expr>>,
}

/// A statement.
#[derive(Clone, PartialEq, Debug)]
pub enum Stmt {
    /// `let p: T = e;`
    Let(Pattern, Option<Ty>, Expr),
    /// `let x;`
    Later(String),
    /// `place = e;`
    Assign(Expr, Expr),
    /// `(a, b) = e;`
    AssignTuple(Vec<Expr>, Expr),
    /// `place += e;`
    Compound(Operator, Expr, Expr),
    /// `if c { .. } else { .. }`
    If(Expr, Block, Option<Block>),
    /// `let p = e else { .. };`
    LetElse(Shape, Expr, Block),
    /// `let f = |x: f64| ..;`
    Closure(String, Vec<(String, Ty)>, Expr, Capture),
    /// `match e { .. }`
    Match(Expr, Vec<Arm>),
    /// `{ .. }`
    Block(Block),
    /// `for p in items { .. }`
    For(Option<String>, Pattern, Sequence, Block),
    /// `items.for_each(|p| { .. });`
    ForEach(Pattern, Sequence, Block),
    /// `let (a, b): (Vec<f64>, Vec<f64>) = items.unzip();`
    Unzip(String, String, Sequence),
    /// `for x in list.iter_mut() { .. }`
    ForMut(String, Expr, Block),
    /// `while c { .. }`
    While(Option<String>, Expr, Block),
    /// `loop { .. }`
    Loop(Option<String>, Block),
    /// `break 'label value;`
    Break(Option<String>, Option<Expr>),
    /// `continue 'label;`
    Continue(Option<String>),
    /// `return e;`
    Return(Expr),
    /// `list.swap(i, j);`
    Swap(Expr, Expr, Expr),
    /// `list.fill(e);`
    Fill(Expr, Expr),
    /// `list.copy_from_slice(&other);`
    CopyFrom(Expr, Expr),
    /// `list.push(e);`
    Push(Expr, Expr),
    /// `list.reverse();`
    Reverse(Expr),
    /// `list.truncate(n);`
    Truncate(Expr, usize),
    /// `list.extend(items);`
    Extend(Expr, Sequence),
    /// `list.insert(i, e);`
    Insert(Expr, usize, Expr),
    /// `std::mem::swap(&mut a, &mut b);`
    Exchange(Expr, Expr),
    /// An expression for what it does.
    Expr(Expr),
    /// `assert!(c);`
    Assert(Expr),
}

/// How a closure holds what it captures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Capture {
    /// By reference.
    Shared,
    /// By value: `move`.
    Moved,
    /// By a reference that may change it.
    Changed,
}

/// How a function is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// By its name.
    Free,
    /// As a method of a struct; its first parameter is `self` behind a reference.
    Method(usize),
    /// The same, of a trait that the struct has.
    Trait(usize),
}

/// A parameter.
#[derive(Clone, PartialEq, Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type; behind a reference where it is passed by one.
    pub ty: Ty,
    /// Whether it is `mut`.
    pub mutable: bool,
    /// Whether a derivative is asked for.
    pub active: bool,
}

/// A function with a derivative.
#[derive(Clone, PartialEq, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Whether it is a method.
    pub owner: Owner,
    /// In order.
    pub params: Vec<Param>,
    /// What it returns.
    pub output: Ty,
    /// What it does.
    pub body: Block,
    /// Whether `wrt(..)` is written out.
    pub writes_wrt: bool,
    /// Whether its floats are of a type `T: Float`.
    pub generic: bool,
    /// Whether `recursive` is written: it calls a function behind it.
    pub recursive: bool,
}

impl Function {
    /// Whether it is over arrays of any length `N`.
    #[must_use]
    pub fn is_sized(&self) -> bool {
        let mut types = self.params.iter().map(|param| param.ty.peeled());
        types.any(|ty| matches!(ty, Ty::Sized(_)))
    }

    /// Whether it is called as a method.
    #[must_use]
    pub fn is_method(&self) -> bool {
        self.owner != Owner::Free
    }
}

/// Functions that call only those before them, themselves, and the one behind them if they are `recursive`. The last one is the
/// program.
#[derive(Clone, PartialEq, Debug)]
pub struct Program {
    /// In the order of definition.
    pub functions: Vec<Function>,
    /// Whether a derivative is stopped somewhere, so that differences say something else.
    pub stops: bool,
    /// Whether its floats are `f32`.
    pub single: bool,
}

impl Program {
    /// The function that is tested.
    #[must_use]
    pub fn main(&self) -> &Function {
        self.functions.last().expect("a program has a function")
    }
}
