//! What a program is to compute: its value and gradient at a point.

use crate::ast::{FLOATS, Program, Ty, VARIANTS};
use crate::dual::{Dual, Number};
use crate::interpret::{Data, Ran, Stopped, run};
use crate::rng::Rng;
use crate::rounded::{ADDITIONS, Rounded};

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
    /// Every float of the value, and then of what the `&mut` parameters refer to at the end.
    pub values: Vec<f64>,
    /// For each of them its derivative in every float of an active parameter.
    pub slopes: Vec<Vec<f64>>,
    /// How many floats that is.
    pub inputs: usize,
    /// How far a program in `f32` may be from that.
    pub allowed: Option<Allowed>,
}

/// What roundings may do.
#[derive(Clone, PartialEq, Debug)]
pub struct Allowed {
    /// To each value.
    pub values: Vec<f64>,
    /// To each derivative.
    pub slopes: Vec<Vec<f64>>,
}

/// How many floats a parameter of a type has; a list of unknown length gets as many as [`LENGTH`].
#[must_use]
pub(crate) fn floats_in(ty: &Ty) -> usize {
    match ty {
        Ty::Float => 1,
        Ty::Array(inner, count) => count * floats_in(inner),
        Ty::Vec(inner) | Ty::Slice(inner) | Ty::Sized(inner) => LENGTH * floats_in(inner),
        Ty::Ref(inner) | Ty::RefMut(inner) => floats_in(inner),
        Ty::Tuple(_) | Ty::Struct(_) => ty.parts().iter().map(floats_in).sum(),
        Ty::Enum => FLOATS,
        Ty::MaybeFloat => 1,
        Ty::Int | Ty::Bool | Ty::MaybeInt => 0,
    }
}

/// How many floats a variant has.
fn floats_of(variant: usize) -> usize {
    let fields = VARIANTS[variant].fields.iter();
    fields.map(|field| floats_in(&field.ty())).sum()
}

/// The variant of an enum in a case, by its integer.
fn variant_of(int: usize) -> usize {
    int % VARIANTS.len()
}

/// How long lists in parameters are.
pub const LENGTH: usize = 3;

/// Arguments, drawn.
#[must_use]
pub fn case(program: &Program, rng: &mut Rng) -> Case {
    let params = &program.main().params;
    let floats = params.iter().map(|param| floats_in(&param.ty)).sum();
    let rounded = |x: f64| match program.single {
        true => f64::from(x as f32),
        false => x,
    };
    Case {
        floats: (0..floats)
            .map(|_| rounded(2.4 * rng.uniform() - 1.2))
            .collect(),
        ints: params.iter().map(|_| rng.below(4)).collect(),
    }
}

/// Takes arguments out of a case.
struct Arguments<'a, F> {
    case: &'a Case,
    /// The number of a float, and of the input that it is.
    number: F,
    floats: usize,
    ints: usize,
    inputs: usize,
}

impl<S: Number, F: Fn(f64, Option<usize>) -> S> Arguments<'_, F> {
    fn data(&mut self, ty: &Ty, active: bool) -> Data<S> {
        match ty {
            Ty::Float => {
                let value = self.case.floats[self.floats];
                self.floats += 1;
                let input = active.then_some(self.inputs);
                self.inputs += usize::from(active);
                Data::Float((self.number)(value, input))
            }
            Ty::Array(inner, count) => {
                Data::List((0..*count).map(|_| self.data(inner, active)).collect())
            }
            Ty::Vec(inner) | Ty::Slice(inner) | Ty::Sized(inner) => {
                Data::List((0..LENGTH).map(|_| self.data(inner, active)).collect())
            }
            Ty::Ref(inner) | Ty::RefMut(inner) => self.data(inner, active),
            Ty::Tuple(_) | Ty::Struct(_) => Data::Parts(
                ty.parts()
                    .iter()
                    .map(|part| self.data(part, active))
                    .collect(),
            ),
            Ty::Int => Data::Int(self.int()),
            Ty::Bool => Data::Bool(self.int() % 2 == 1),
            Ty::MaybeInt => {
                let number = self.int().checked_sub(1);
                Data::Maybe(number.map(|number| Box::new(Data::Int(number))))
            }
            Ty::MaybeFloat => match self.int() {
                0 => {
                    self.floats += 1;
                    Data::Maybe(None)
                }
                _ => Data::Maybe(Some(Box::new(self.data(&Ty::Float, active)))),
            },
            Ty::Enum => {
                let variant = variant_of(self.int());
                let end = self.floats + floats_in(&Ty::Enum);
                let fields = VARIANTS[variant].fields.iter();
                let parts = fields.map(|field| self.data(&field.ty(), active)).collect();
                self.floats = end;
                Data::Variant(variant, parts)
            }
        }
    }

    fn int(&mut self) -> usize {
        self.ints += 1;
        self.case.ints[self.ints - 1]
    }
}

/// Runs a program on some kind of numbers; how many inputs it has.
fn evaluated<S: Number>(
    program: &Program,
    case: &Case,
    number: impl Fn(f64, Option<usize>) -> S,
) -> Result<(Ran<S>, usize), Stopped> {
    let mut arguments = Arguments {
        case,
        number,
        floats: 0,
        ints: 0,
        inputs: 0,
    };
    let params = &program.main().params;
    let args = params
        .iter()
        .map(|param| arguments.data(&param.ty, param.active))
        .collect();
    Ok((run(program, args)?, arguments.inputs))
}

/// Value and derivatives of a program, by dual numbers.
///
/// # Errors
///
/// Where the program is too long, too near to a kink, or no program.
pub fn examine(program: &Program, case: &Case) -> Result<Outcome, Stopped> {
    let (ran, inputs) = evaluated(program, case, |value, input| match input {
        Some(index) => Dual::input(value, index),
        None => Dual::constant(value),
    })?;
    let numbers = numbers_of(&ran);
    Ok(Outcome {
        values: numbers.iter().map(|number| number.value).collect(),
        slopes: numbers
            .iter()
            .map(|number| number.slopes[..inputs].to_vec())
            .collect(),
        inputs,
        allowed: match program.single {
            true => Some(allowed(program, case, &numbers, ran.decisions)?),
            false => None,
        },
    })
}

/// How often roundings are drawn.
const DRAWN: u64 = 4;

/// How far a program in `f32` may be from its value and derivatives.
fn allowed(
    program: &Program,
    case: &Case,
    exact: &[Dual],
    decisions: u64,
) -> Result<Allowed, Stopped> {
    let epsilon = f64::from(f32::EPSILON);
    let mut values: Vec<f64> = exact
        .iter()
        .map(|number| 8.0 * epsilon * number.value.abs())
        .collect();
    let mut slopes = vec![Vec::new(); exact.len()];
    for salt in 0..=DRAWN {
        let (ran, inputs) = evaluated(program, case, |value, input| {
            Rounded::argument(value, input, salt)
        })?;
        let drawn = numbers_of(&ran);
        // Where roundings decide which way a program goes, it says nothing.
        if ran.decisions != decisions || drawn.len() != exact.len() {
            return Err(Stopped::Rough);
        }
        for (index, (number, exact)) in drawn.iter().zip(exact).enumerate() {
            values[index] += 4.0 * (number.dual.value - exact.value).abs();
            slopes[index].resize(inputs, 0.0);
            for (input, slope) in slopes[index].iter_mut().enumerate() {
                *slope += 4.0 * (number.dual.slopes[input] - exact.slopes[input]).abs();
                *slope += epsilon * number.error[input];
                // All draws have the same mass.
                if salt == 0 {
                    *slope += 0.5 * epsilon * ADDITIONS * number.mass[input];
                }
            }
        }
    }
    Ok(Allowed { values, slopes })
}

/// Every float of the value, and then of the places.
fn numbers_of<S: Number>(ran: &Ran<S>) -> Vec<S> {
    let mut numbers = Vec::new();
    flatten(&ran.value, &mut numbers);
    let places = ran.places.iter();
    places.for_each(|place| flatten(place, &mut numbers));
    numbers
}

fn flatten<S: Number>(data: &Data<S>, numbers: &mut Vec<S>) {
    match data {
        Data::Float(number) => numbers.push(*number),
        Data::List(parts) | Data::Parts(parts) | Data::Variant(_, parts) => {
            parts.iter().for_each(|part| flatten(part, numbers))
        }
        Data::Maybe(Some(held)) => flatten(held, numbers),
        Data::Int(_) | Data::Bool(_) | Data::Maybe(None) => {}
    }
}

/// The positions of the floats that a derivative is asked for, among all floats of a case.
#[must_use]
pub fn active_floats(program: &Program, case: &Case) -> Vec<usize> {
    let mut active = Vec::new();
    let mut first = 0;
    let mut ints = case.ints.iter();
    for param in &program.main().params {
        let count = floats_in(&param.ty);
        let held = match param.ty.peeled() {
            Ty::Enum => floats_of(variant_of(*ints.next().expect("one a parameter"))),
            Ty::MaybeFloat => usize::from(*ints.next().expect("one a parameter") > 0),
            Ty::Int | Ty::Bool | Ty::MaybeInt => {
                ints.next();
                0
            }
            _ => count,
        };
        if param.active {
            active.extend(first..first + held);
        }
        first += count;
    }
    active
}
