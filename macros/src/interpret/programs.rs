//! Random programs through the stages that make the two sweeps, and these on numbers, beside the programs on dual numbers.

use super::data::Data;
use super::{Forward, Function, Functions, Stopped, backward, forward};
use crate::diagnostics::Errors;
use crate::differentiate::{Derivative, Seed, differentiate};
use crate::ir::Primal;
use crate::parse::signature::{Owner, OwnerKind, Signature};
use chainrule_fuzz::{Case, FLOATS, LENGTH, Outcome, Sample, Ty, VARIANTS, sample};
use quote::ToTokens;
use syn::{ImplItem, Item, ItemFn};

/// The name of the function that is differentiated with the seed 1.
const DIRECT: &str = "directly";

/// A function after the stages that can fail.
fn parsed(function: &ItemFn, owner: Option<&Owner>) -> Result<(Signature, Primal), String> {
    let mut errors = Errors::default();
    let attribute = function
        .attrs
        .iter()
        .find(|attr| attr.path().is_ident("differentiate"));
    let arguments = match attribute.map(|attr| &attr.meta) {
        Some(syn::Meta::List(list)) => list.tokens.clone(),
        _ => proc_macro2::TokenStream::new(),
    };
    let options = crate::options::parse(arguments, &mut errors);
    let signature = crate::parse::signature::signature(function, owner, &options, &mut errors);
    let mut primal = crate::parse::parse(function, &signature, &mut errors);
    if !errors.is_empty() {
        return Err(errors.into_compile_errors().to_string());
    }
    crate::infer::infer(&mut primal, &signature.output_ty);
    crate::fill::fill(&mut primal, &signature.sizes());
    Ok((signature, primal))
}

/// The parameter that says how long `N` is.
fn sized(function: &ItemFn) -> Option<usize> {
    let types = function.sig.inputs.iter().map(|input| match input {
        syn::FnArg::Typed(param) => param.ty.to_token_stream().to_string(),
        syn::FnArg::Receiver(_) => String::new(),
    });
    types
        .enumerate()
        .find(|(_, ty)| ty.ends_with("; N]"))
        .map(|(index, _)| index)
}

/// Every function of a program, differentiated.
fn functions(sample: &Sample) -> Result<Functions, String> {
    let file: syn::File =
        syn::parse_str(&sample.program.to_string()).map_err(|error| error.to_string())?;
    let main = &sample.program.main().name;
    let mut functions = Functions::new();
    for item in &file.items {
        let (function, owner) = match item {
            Item::Fn(function) => (function.clone(), None),
            Item::Impl(block) => {
                let [ImplItem::Fn(method)] = &block.items[..] else {
                    return Err("a block with one method is expected".into());
                };
                let owner = Owner {
                    kind: match block.trait_ {
                        Some(_) => OwnerKind::TraitOfType,
                        None => OwnerKind::Type,
                    },
                    methods: Vec::new(),
                    makers: Vec::new(),
                    generics: block.generics.clone(),
                    ty: (*block.self_ty).clone(),
                };
                let function = ItemFn {
                    attrs: Vec::new(),
                    vis: method.vis.clone(),
                    modifiers: Default::default(),
                    sig: method.sig.clone(),
                    block: Box::new(method.block.clone()),
                };
                (function, Some(owner))
            }
            // What it holds is in its `impl`.
            Item::Trait(_) => continue,
            _ => return Err("a function is expected".into()),
        };
        let (signature, primal) = parsed(&function, owner.as_ref())?;
        let derive =
            |seed| differentiate(primal.clone(), &signature.wrt, &signature.output_ty, seed);
        let name = function.sig.ident.to_string();
        let keep = |mut derivative: Derivative, seed| {
            crate::alias::alias(&mut derivative);
            crate::reread::reread(&mut derivative);
            if seed == Seed::One {
                crate::fuse::fuse(&mut derivative);
            }
            crate::merge::merge(&mut derivative);
            crate::local::localize(&mut derivative, &signature.wrt);
            Function {
                derivative,
                wrt: signature.wrt.clone(),
                lent: signature.params.iter().map(|param| param.lent).collect(),
                sized: sized(&function),
            }
        };
        if name == *main && signature.output_ty.is_float() {
            functions.insert(DIRECT.to_owned(), keep(derive(Seed::One), Seed::One));
        }
        functions.insert(name, keep(derive(Seed::Cotangent), Seed::Cotangent));
    }
    Ok(functions)
}

/// Takes arguments out of a case.
fn argument(
    ty: &Ty,
    floats: &mut std::slice::Iter<'_, f64>,
    ints: &mut std::slice::Iter<'_, usize>,
) -> Data {
    let mut int = || *ints.next().expect("as many as there are") as i64;
    match ty {
        Ty::Float => Data::Float(*floats.next().expect("as many as there are")),
        Ty::Int => Data::Int(int()),
        Ty::Bool => Data::Bool(int() % 2 == 1),
        Ty::MaybeInt => Data::Option(match int() {
            0 => None,
            number => Some(Box::new(Data::Int(number - 1))),
        }),
        Ty::Array(inner, count) => {
            Data::List((0..*count).map(|_| argument(inner, floats, ints)).collect())
        }
        Ty::Vec(inner) | Ty::Slice(inner) | Ty::Sized(inner) => {
            Data::List((0..LENGTH).map(|_| argument(inner, floats, ints)).collect())
        }
        Ty::Ref(inner) | Ty::RefMut(inner) => argument(inner, floats, ints),
        Ty::MaybeFloat => {
            let float = Data::Float(*floats.next().expect("as many as there are"));
            Data::Option((int() > 0).then(|| Box::new(float)))
        }
        Ty::Enum => {
            let variant = &VARIANTS[int() as usize % VARIANTS.len()];
            let mut held = floats.as_slice()[..FLOATS].iter();
            floats.nth(FLOATS - 1);
            let fields = variant.fields.iter();
            let fields = fields.map(|field| {
                let data = argument(&field.ty(), &mut held, ints);
                (field.name.to_owned(), data)
            });
            Data::Variant(variant.name.to_owned(), fields.collect())
        }
        Ty::Tuple(parts) => Data::Tuple(
            parts
                .iter()
                .map(|part| argument(part, floats, ints))
                .collect(),
        ),
        Ty::Struct(index) => {
            let fields = chainrule_fuzz::STRUCTS[*index].fields.iter();
            Data::Struct(
                fields
                    .map(|field| (field.name.to_owned(), argument(&field.ty(), floats, ints)))
                    .collect(),
            )
        }
    }
}

/// The value with these floats for its floats.
fn filled(like: &Data, floats: &mut std::slice::Iter<'_, f64>) -> Data {
    let mut data = like.clone();
    fill(&mut data, floats);
    data
}

fn fill(data: &mut Data, floats: &mut std::slice::Iter<'_, f64>) {
    match data {
        Data::Float(value) => *value = *floats.next().expect("as many as there are"),
        Data::List(parts) | Data::Tuple(parts) => {
            parts.iter_mut().for_each(|part| fill(part, floats))
        }
        Data::Struct(fields) => fields.iter_mut().for_each(|(_, part)| fill(part, floats)),
        Data::Variant(_, fields) => fields.iter_mut().for_each(|(_, part)| fill(part, floats)),
        Data::Option(Some(held)) => fill(held, floats),
        _ => {}
    }
}

/// Runs one function at one point, and says what is wrong.
fn disagreement(
    functions: &Functions,
    name: &str,
    sample: &Sample,
    case: &Case,
    outcome: &Outcome,
) -> Result<Option<String>, Stopped> {
    let (mut floats, mut ints) = (case.floats.iter(), case.ints.iter());
    let params = &sample.program.main().params;
    let args: Vec<Data> = params
        .iter()
        .map(|param| argument(&param.ty, &mut floats, &mut ints))
        .collect();
    let Forward {
        value,
        finals,
        frame,
    } = forward(functions, name, &args, 0)?;
    let mut values = Vec::new();
    value.floats(&mut values);
    let of_value = values.len();
    let lent = functions[name].lent.iter().enumerate();
    let lent: Vec<usize> = lent
        .filter(|(_, lent)| **lent)
        .map(|(index, _)| index)
        .collect();
    for index in &lent {
        finals[*index].floats(&mut values);
    }
    let same = values.len() == outcome.values.len()
        && values
            .iter()
            .zip(&outcome.values)
            .all(|(a, b)| a.to_bits() == b.to_bits());
    if !same {
        return Ok(Some(format!(
            "the value is {values:?}, not {:?}",
            outcome.values
        )));
    }
    let weights: Vec<f64> = match name == DIRECT {
        true => (0..values.len())
            .map(|index| f64::from(u8::from(index < of_value)))
            .collect(),
        false => (0..values.len())
            .map(|index| 0.75 - 1.25 * index as f64)
            .collect(),
    };
    let mut given = weights.iter();
    let cotangent = filled(&value, &mut given);
    let places = lent
        .iter()
        .map(|index| (*index, filled(&finals[*index], &mut given)));
    let places = places.collect();
    let gradients = backward(functions, name, &frame, Some(&cotangent), &places, 0)?;
    let mut gradient = Vec::new();
    for index in &functions[name].wrt {
        gradients[index].floats(&mut gradient);
    }
    let expected: Vec<f64> = (0..outcome.inputs)
        .map(|input| {
            outcome
                .slopes
                .iter()
                .zip(&weights)
                .map(|(slopes, weight)| weight * slopes[input])
                .sum()
        })
        .collect();
    let scale = outcome
        .slopes
        .iter()
        .flatten()
        .fold(1.0, |most: f64, slope| most.max(slope.abs()));
    let is_near = gradient.len() == expected.len()
        && gradient
            .iter()
            .zip(&expected)
            .all(|(a, b)| (a - b).abs() <= 1e-9 * scale);
    Ok((!is_near).then(|| format!("the gradient is {gradient:?}, not {expected:?}")))
}

/// What became of a program.
enum Verdict {
    Agrees,
    Unknown(String),
    Wrong(String),
}

fn verdict(sample: &Sample) -> Verdict {
    let functions = match functions(sample) {
        Ok(functions) => functions,
        // A block that changes a variable, as an operand of what has no derivative.
        Err(refused) if refused.to_string().contains("kept as it is") => {
            return Verdict::Unknown("a change in kept Rust, which is refused".into());
        }
        Err(refused) => return Verdict::Wrong(format!("refused: {refused}")),
    };
    let main = sample.program.main().name.as_str();
    let names = [main, DIRECT]
        .into_iter()
        .filter(|name| functions.contains_key(*name));
    for name in names {
        for (case, outcome) in &sample.cases {
            match disagreement(&functions, name, sample, case, outcome) {
                Ok(None) => {}
                Ok(Some(what)) => return Verdict::Wrong(format!("{name}: {what} at {case:?}")),
                Err(Stopped::Unknown(what)) => return Verdict::Unknown(what),
                Err(Stopped::Broken(what)) => {
                    return Verdict::Wrong(format!("{name}: {what} at {case:?}"));
                }
            }
        }
    }
    Verdict::Agrees
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

#[test]
fn sweeps_of_random_programs_agree_with_dual_numbers() {
    let (seed, count) = (
        number("CHAINRULE_FUZZ_SEED", 1),
        number("CHAINRULE_FUZZ_COUNT", 400),
    );
    let work = move || {
        let (mut agreed, mut unknown, mut wrong) = (
            0_u64,
            std::collections::BTreeMap::<String, u64>::new(),
            Vec::new(),
        );
        let first = seed.wrapping_mul(1 << 32).wrapping_add(1 << 24);
        for seed in (0..count).map(|index| first + index) {
            let Some(sample) = sample(seed, "") else {
                continue;
            };
            match verdict(&sample) {
                Verdict::Agrees => agreed += 1,
                Verdict::Unknown(what) => *unknown.entry(what).or_default() += 1,
                Verdict::Wrong(what) => {
                    wrong.push(format!("{seed}: {what}\n{}", sample.program));
                    if wrong.len() > 30 {
                        break;
                    }
                }
            }
        }
        (agreed, unknown, wrong)
    };
    let worker = std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(work);
    let (agreed, unknown, wrong) = worker.expect("a thread").join().expect("no panic");
    let passed_over: u64 = unknown.values().sum();
    println!(
        "{agreed} programs agree, {passed_over} have what the interpreter does not know: {unknown:#?}"
    );
    assert!(
        wrong.is_empty(),
        "{} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        10 * agreed >= 8 * count,
        "only {agreed} of {count} programs were run"
    );
}
