//! What a program is to compute: its value and gradient at a point.

use crate::ast::{Program, STRUCTS, Ty};
use crate::dual::{Dual, Number};

use crate::interpret::{Data, Stopped, run};
use crate::rng::Rng;

/// The arguments of a program, as the numbers in them.
#[derive(Clone, PartialEq, Debug)]
pub struct Case {
    /// Every float, in the order of parameters.
    pub floats: Vec<f64>,
    /// Every integer, condition and option.
    pub ints: Vec<usize>,
}

/// What a program computes at a point.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// Every float of the value.
    pub values: Vec<f64>,
    /// For every float of the value its derivative in every float of an active parameter.
    pub slopes: Vec<Vec<f64>>,
}

/// How many floats a parameter of a type has; a list of unknown length gets as many as [`LENGTH`].
#[must_use]
pub(crate) fn floats_in(ty: &Ty) -> usize {
    match ty {
        Ty::Float => 1,
        Ty::Array(inner, count) => count * floats_in(inner),
        Ty::Vec(inner) => LENGTH * floats_in(inner),
        Ty::Ref(inner) => floats_in(inner),
        Ty::Tuple(_) | Ty::Struct(_) => ty.parts().iter().map(floats_in).sum(),
        Ty::Int | Ty::Bool | Ty::MaybeInt => 0,
    }
}

/// How long lists in parameters are.
pub const LENGTH: usize = 3;

/// Arguments, drawn.
#[must_use]
pub fn case(program: &Program, rng: &mut Rng) -> Case {
    let params = &program.main().params;
    let floats = params.iter().map(|param| floats_in(&param.ty)).sum();
    Case {
        floats: (0..floats).map(|_| 2.4 * rng.uniform() - 1.2).collect(),
        ints: params.iter().map(|_| rng.below(4)).collect(),
    }
}

/// Takes arguments out of a case.
struct Arguments<'a> {
    case: &'a Case,
    floats: usize,
    ints: usize,
    inputs: usize,
}

impl Arguments<'_> {
    fn data(&mut self, ty: &Ty, active: bool) -> Data<Dual> {
        match ty {
            Ty::Float => {
                let value = self.case.floats[self.floats];
                self.floats += 1;
                if !active {
                    return Data::Float(Dual::constant(value));
                }
                self.inputs += 1;
                Data::Float(Dual::input(value, self.inputs - 1))
            }
            Ty::Array(inner, count) => {
                Data::List((0..*count).map(|_| self.data(inner, active)).collect())
            }
            Ty::Vec(inner) => Data::List((0..LENGTH).map(|_| self.data(inner, active)).collect()),
            Ty::Ref(inner) => self.data(inner, active),
            Ty::Tuple(_) | Ty::Struct(_) => Data::Parts(
                ty.parts()
                    .iter()
                    .map(|part| self.data(part, active))
                    .collect(),
            ),
            Ty::Int => Data::Int(self.int()),
            Ty::Bool => Data::Bool(self.int() % 2 == 1),
            Ty::MaybeInt => Data::Maybe(self.int().checked_sub(1)),
        }
    }

    fn int(&mut self) -> usize {
        self.ints += 1;
        self.case.ints[self.ints - 1]
    }
}

/// Value and derivatives of a program, by dual numbers.
///
/// # Errors
///
/// Where the program is too long, too near to a kink, or no program.
pub fn examine(program: &Program, case: &Case) -> Result<Outcome, Stopped> {
    let mut arguments = Arguments {
        case,
        floats: 0,
        ints: 0,
        inputs: 0,
    };
    let params = &program.main().params;
    let args = params
        .iter()
        .map(|param| arguments.data(&param.ty, param.active))
        .collect();
    let inputs = arguments.inputs;
    let value = run(program, args)?;
    let mut numbers = Vec::new();
    flatten(&value, &mut numbers);
    Ok(Outcome {
        values: numbers.iter().map(|number| number.value).collect(),
        slopes: numbers
            .iter()
            .map(|number| number.slopes[..inputs].to_vec())
            .collect(),
    })
}

fn flatten(data: &Data<Dual>, numbers: &mut Vec<Dual>) {
    match data {
        Data::Float(number) => numbers.push(*number),
        Data::List(parts) | Data::Parts(parts) => {
            parts.iter().for_each(|part| flatten(part, numbers))
        }
        Data::Int(_) | Data::Bool(_) | Data::Maybe(_) => {}
    }
}

/// The Rust that makes the arguments of a program from `q: &[f64]` and `k: &[usize]`: declarations, and how they are passed.
#[must_use]
pub(crate) fn arguments(program: &Program) -> (String, String) {
    let (mut floats, mut ints) = (0, 0);
    let (mut made, mut passed) = (String::new(), Vec::new());
    for (index, param) in program.main().params.iter().enumerate() {
        let value = written(param.ty.peeled(), &mut floats, &mut ints);
        made.push_str(&format!("    let a{index} = {value};\n"));
        passed.push(match (&param.ty, param.ty.is_copy()) {
            (Ty::Ref(_), _) => format!("&a{index}"),
            (_, true) => format!("a{index}"),
            (_, false) => format!("a{index}.clone()"),
        });
    }
    (made, passed.join(", "))
}

fn written(ty: &Ty, floats: &mut usize, ints: &mut usize) -> String {
    let mut all = |parts: Vec<&Ty>| {
        let parts: Vec<String> = parts
            .into_iter()
            .map(|part| written(part, floats, ints))
            .collect();
        parts.join(", ")
    };
    match ty {
        Ty::Float => {
            *floats += 1;
            format!("q[{}]", *floats - 1)
        }
        Ty::Array(inner, count) => format!("[{}]", all(vec![inner; *count])),
        Ty::Vec(inner) => format!("vec![{}]", all(vec![inner; LENGTH])),
        Ty::Ref(inner) => written(inner, floats, ints),
        Ty::Tuple(parts) => format!("({})", all(parts.iter().collect())),
        Ty::Struct(index) => {
            let fields = STRUCTS[*index].fields.iter();
            let fields: Vec<String> = fields
                .map(|field| format!("{}: {}", field.name, written(&field.ty(), floats, ints)))
                .collect();
            format!("{} {{ {} }}", STRUCTS[*index].name, fields.join(", "))
        }
        Ty::Int | Ty::Bool | Ty::MaybeInt => {
            *ints += 1;
            let number = format!("k[{}]", *ints - 1);
            match ty {
                Ty::Int => number,
                Ty::Bool => format!("{number} % 2 == 1"),
                _ => format!("{number}.checked_sub(1)"),
            }
        }
    }
}

/// The positions of the floats that a derivative is asked for, among all floats of a case.
#[must_use]
pub fn active_floats(program: &Program) -> Vec<usize> {
    let mut active = Vec::new();
    let mut first = 0;
    for param in &program.main().params {
        let count = floats_in(&param.ty);
        if param.active {
            active.extend(first..first + count);
        }
        first += count;
    }
    active
}
