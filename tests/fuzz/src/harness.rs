//! The Rust that asks a function for every answer it has.

use crate::ast::{Function, STRUCTS, Ty, VARIANTS};
use crate::reference::{LENGTH, floats_in};
use std::fmt::Write;

/// The body of a closure of `q: &[f64]`, `k: &[usize]` and `cotangent: &[f64]`.
#[must_use]
pub(crate) fn answers(function: &Function, single: bool) -> String {
    let (mut floats, mut ints) = (0, 0);
    let mut text = String::new();
    if single {
        text.push_str("        let q: Vec<f32> = q.iter().map(|x| *x as f32).collect();\n");
    }
    for (index, param) in function.params.iter().enumerate() {
        let value = written(param.ty.peeled(), &mut floats, &mut ints);
        let _ = writeln!(text, "        let a{index} = {value};");
    }
    let name = &function.name;
    let is_scalar = function.output == Ty::Float;
    let lent: Vec<usize> = positions(function, |ty| matches!(ty, Ty::RefMut(_)));
    if lent.is_empty() {
        let kind = if is_scalar { "scalar" } else { "general" };
        let passed = passed(function, "");
        let _ = writeln!(text, "        answers!({kind} {name}({passed}); cotangent)");
        return text;
    }
    text.push_str(&with_places(function, &lent, is_scalar));
    text
}

fn positions(function: &Function, fits: impl Fn(&Ty) -> bool) -> Vec<usize> {
    let params = function.params.iter().enumerate();
    params
        .filter(|(_, param)| fits(&param.ty))
        .map(|(index, _)| index)
        .collect()
}

/// The arguments; places are variables of their own for each call.
fn passed(function: &Function, call: &str) -> String {
    let params = function.params.iter().enumerate();
    let args: Vec<String> = params
        .map(|(index, param)| match (&param.ty, param.ty.is_copy()) {
            (Ty::RefMut(_), _) => format!("&mut {call}{index}"),
            (Ty::Ref(_), _) => format!("&a{index}"),
            (_, true) => format!("a{index}"),
            (_, false) => format!("a{index}.clone()"),
        })
        .collect();
    args.join(", ")
}

fn with_places(function: &Function, lent: &[usize], is_scalar: bool) -> String {
    let name = &function.name;
    let begin = |text: &mut String, call: &str| {
        for index in lent {
            let _ = writeln!(text, "        let mut {call}{index} = a{index}.clone();");
        }
    };
    let values = |call: &str, first: &str| {
        let places = lent.iter().map(|index| format!("value(&{call}{index})"));
        let all: Vec<String> = std::iter::once(first.to_owned()).chain(places).collect();
        format!("[{}].concat()", all.join(", "))
    };
    let mut text = String::new();
    begin(&mut text, "p");
    let args = passed(function, "p");
    let _ = writeln!(text, "        let result = {name}({args});");
    let all = values("p", "value(&result)");
    let _ = writeln!(text, "        let plain = {all};");
    begin(&mut text, "v");
    let args = passed(function, "v");
    let _ = writeln!(
        text,
        "        let (result, pullback) = {name}::vjp({args});"
    );
    text.push_str("        let mut split = Split(cotangent);\n");
    text.push_str("        let given = split.of(&result);\n");
    for index in lent {
        let _ = writeln!(text, "        let mut b{index} = split.of(&p{index});");
    }
    let places: Vec<String> = lent
        .iter()
        .map(|index| format!(", &mut b{index}"))
        .collect();
    let active = (0..function.params.len()).filter(|index| function.params[*index].active);
    let active: Vec<usize> = active.collect();
    let returned: Vec<String> = active
        .iter()
        .filter(|index| !lent.contains(index))
        .map(|index| format!("g{index}"))
        .collect();
    let pattern = match &returned[..] {
        [one] => one.clone(),
        several => format!("({})", several.join(", ")),
    };
    let _ = writeln!(
        text,
        "        let {pattern} = pullback(given{});",
        places.concat()
    );
    let gradient: Vec<String> = active
        .iter()
        .map(|index| match lent.contains(index) {
            true => format!("read(&b{index})"),
            false => format!("read(&g{index})"),
        })
        .collect();
    let all = values("v", "value(&result)");
    let _ = writeln!(
        text,
        "        let mut derived = vec![(\"vjp\", {all}, [{}].concat())];",
        gradient.join(", ")
    );
    if is_scalar {
        begin(&mut text, "s");
        let args = passed(function, "s");
        let _ = writeln!(
            text,
            "        let (result, gradient) = {name}::value_and_grad({args});"
        );
        let all = values("s", "value(&result)");
        let _ = writeln!(
            text,
            "        derived.push((\"value_and_grad\", {all}, read(&gradient)));"
        );
        begin(&mut text, "i");
        let args = passed(function, "i");
        let _ = writeln!(
            text,
            "        let mut into = spoil(gradient);\n        \
             let result = {name}::value_and_grad_into({args}, &mut into);"
        );
        let all = values("i", "value(&result)");
        let _ = writeln!(
            text,
            "        derived.push((\"value_and_grad_into\", {all}, read(&into)));"
        );
    }
    text.push_str("        Answers { plain, derived }\n");
    text
}

/// A value with floats of `q` and integers of `k`.
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
        Ty::Sized(inner) => format!("[{}]", all(vec![inner; LENGTH])),
        Ty::Vec(inner) | Ty::Slice(inner) => format!("vec![{}]", all(vec![inner; LENGTH])),
        Ty::Ref(inner) | Ty::RefMut(inner) => written(inner, floats, ints),
        Ty::Tuple(parts) => format!("({})", all(parts.iter().collect())),
        Ty::Struct(index) => {
            let fields = STRUCTS[*index].fields.iter();
            let fields: Vec<String> = fields
                .map(|field| format!("{}: {}", field.name, written(&field.ty(), floats, ints)))
                .collect();
            format!("{} {{ {} }}", STRUCTS[*index].name, fields.join(", "))
        }
        Ty::Int | Ty::Bool | Ty::MaybeInt | Ty::MaybeFloat | Ty::Enum => {
            *ints += 1;
            let number = format!("k[{}]", *ints - 1);
            match ty {
                Ty::Int => number,
                Ty::Bool => format!("{number} % 2 == 1"),
                Ty::MaybeInt => format!("{number}.checked_sub(1)"),
                Ty::MaybeFloat => {
                    *floats += 1;
                    format!("({number} > 0).then(|| q[{}])", *floats - 1)
                }
                _ => chosen(&number, floats),
            }
        }
    }
}

/// The variant of a number.
fn chosen(number: &str, floats: &mut usize) -> String {
    let first = *floats;
    *floats += floats_in(&Ty::Enum);
    let arms = VARIANTS.iter().enumerate().map(|(index, variant)| {
        let (mut next, mut none) = (first, 0);
        let fields = variant.fields.iter();
        let fields: Vec<String> = fields
            .map(|field| {
                format!(
                    "{}: {}",
                    field.name,
                    written(&field.ty(), &mut next, &mut none)
                )
            })
            .collect();
        let pattern = if index + 1 < VARIANTS.len() {
            index.to_string()
        } else {
            "_".to_owned()
        };
        let fields = fields.join(", ");
        format!("{pattern} => Form::{} {{ {fields} }}", variant.name)
    });
    let arms: Vec<String> = arms.collect();
    format!(
        "match {number} % {} {{ {} }}",
        VARIANTS.len(),
        arms.join(", ")
    )
}
