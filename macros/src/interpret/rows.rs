//! What a node computes from what is there.

use super::data::Data;
use super::{Machine, Result, broken, last, unknown};
use crate::ir::{Op, Value};
use crate::variants::is_some;
use quote::ToTokens;

impl Machine<'_> {
    pub(super) fn compute(&mut self, value: Value) -> Result<Data> {
        let op = self.derivative.graph[value].op.clone();
        Ok(match op {
            Op::Literal(text) => Data::Float(text.parse().expect("a literal is a number")),
            Op::Row(row, args) => {
                let args = args
                    .iter()
                    .map(|arg| self.get(*arg))
                    .collect::<Result<Vec<_>>>()?;
                apply(row.name, &args)?
            }
            Op::Tuple(parts) => Data::Tuple(self.all(&parts)?),
            Op::Array(parts) | Op::Vec(parts) => Data::List(self.all(&parts)?),
            Op::Repeat { element, count, .. } => {
                let Data::Int(count) = self.get(count)? else {
                    return unknown("a count that is no integer");
                };
                Data::List(vec![
                    self.get(element)?;
                    usize::try_from(count).unwrap_or(0)
                ])
            }
            Op::Struct(construction) => {
                let mut fields = Vec::new();
                for (member, value) in &construction.fields {
                    fields.push((member.to_token_stream().to_string(), self.get(*value)?));
                }
                match (construction.is_variant, construction.rest) {
                    (true, _) if is_some(&construction.path) => {
                        Data::Option(fields.pop().map(|(_, held)| Box::new(held)))
                    }
                    (true, _) => Data::Variant(last(&construction.path), fields),
                    (false, None) => Data::Struct(fields),
                    (false, Some(_)) => return unknown("the rest of a struct"),
                }
            }
            Op::Ref(inner) | Op::Deref(inner) | Op::Cast(inner) | Op::Cell(inner) => {
                self.get(inner)?
            }
            Op::Load(place) | Op::Fixed(place, _) => self.get(place)?,
            Op::Length(_) => Data::Int(self.length_of(value)?),
            Op::Project(base, projection) => {
                let (base, part) = (self.get(base)?, self.part(&projection)?);
                base.part(&part)?
            }
            Op::Rust(snippet) => {
                let ty = self.derivative.graph[value].ty.clone();
                self.rust(&snippet, &ty)?
            }
            Op::SumTo(summed, _) => self.get(summed)?,
            Op::Total(list, like) => {
                let mut total = self.get(like)?.zero();
                let Data::List(parts) = self.get(list)? else {
                    return unknown("no list");
                };
                for part in parts {
                    total.add(&part)?;
                }
                total
            }
            Op::ShapeOf(_) => return unknown("a shape"),
            Op::ZeroLike(like) => self.get(like)?.zero(),
            Op::AdjointOf(root) => self.adjoint(root)?,
            Op::ReadAdjoint(place) => self.change_adjoint(place, |slot| Ok(slot.clone()))?,
            Op::TakeAdjoint(place) => {
                let taken = self.change_adjoint(place, |slot| {
                    let zero = slot.zero();
                    Ok(std::mem::replace(slot, zero))
                })?;
                match self.derivative.graph.is_optional(place) {
                    true => unwrapped(taken)?,
                    false => taken,
                }
            }
            Op::PopAdjoint(place) => {
                self.change_adjoint(place, |slot| match slot.list()?.pop() {
                    Some(popped) => Ok(popped),
                    None => broken("no adjoint is left to pop"),
                })?
            }
            Op::Some(inner) => Data::Option(Some(Box::new(self.get(inner)?))),
            Op::None => Data::Option(None),
            Op::IsNone(option) => Data::Bool(self.get(option)? == Data::Option(None)),
            Op::Unwrap(option) => unwrapped(self.get(option)?)?,
            _ => return unknown("a node of this kind"),
        })
    }

    fn all(&mut self, values: &[Value]) -> Result<Vec<Data>> {
        values.iter().map(|value| self.get(*value)).collect()
    }
}

fn unwrapped(option: Data) -> Result<Data> {
    match option {
        Data::Option(Some(held)) => Ok(*held),
        other => broken(format!("{other:?} is unwrapped")),
    }
}

/// A row of the table, by name, on floats.
pub(super) fn apply(name: &str, args: &[Data]) -> Result<Data> {
    if let (
        true,
        [
            Data::Option(_) | Data::List(_) | Data::Tuple(_) | Data::Struct(_) | Data::Variant(..),
            other,
        ],
    ) = (name == "+", args)
    {
        let mut sum = args[0].clone();
        sum.add(other)?;
        return Ok(sum);
    }
    if let ("powi" | "powi_slope", [x, Data::Int(n)]) = (name, args) {
        let (x, n) = (x.float()?, i32::try_from(*n).expect("a small power"));
        return Ok(Data::Float(match (name, n) {
            ("powi", n) => x.powi(n),
            (_, 0) => 0.0,
            (_, n) => f64::from(n) * x.powi(n - 1),
        }));
    }
    let Ok(args) = args.iter().map(Data::float).collect::<Result<Vec<f64>>>() else {
        return unknown(format!("`{name}` of what is no float"));
    };
    let share = |over: bool, under: bool| match (over, under) {
        (true, _) => 1.0,
        (_, true) => 0.0,
        _ => 0.5,
    };
    Ok(Data::Float(match (name, args[..].as_ref()) {
        ("+" | "add", &[a, b]) => a + b,
        ("-" | "sub", &[a, b]) => a - b,
        ("*" | "mul", &[a, b]) => a * b,
        ("/" | "div", &[a, b]) => a / b,
        ("neg", &[x]) => -x,
        ("identity", &[x]) => x,
        ("sin", &[x]) => x.sin(),
        ("cos", &[x]) => x.cos(),
        ("tanh", &[x]) => x.tanh(),
        ("atan", &[x]) => x.atan(),
        ("exp", &[x]) => x.exp(),
        ("ln", &[x]) => x.ln(),
        ("sqrt", &[x]) => x.sqrt(),
        ("abs", &[x]) => x.abs(),
        ("asinh", &[x]) => x.asinh(),
        ("exp_m1", &[x]) => x.exp_m1(),
        ("ln_1p", &[x]) => x.ln_1p(),
        ("recip", &[x]) => x.recip(),
        ("relu", &[x]) => {
            if x <= 0.0 {
                0.0
            } else {
                x
            }
        }
        ("sigmoid", &[x]) => {
            let e = (-x.abs()).exp();
            (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
        }
        ("softplus", &[x]) => (if x <= 0.0 { 0.0 } else { x }) + (-x.abs()).exp().ln_1p(),
        ("max", &[a, b]) => a.max(b),
        ("min", &[a, b]) => a.min(b),
        ("hypot", &[a, b]) => a.hypot(b),
        ("atan2", &[a, b]) => a.atan2(b),
        ("powf", &[a, b]) => a.powf(b),
        ("mul_add", &[x, a, b]) => x.mul_add(a, b),
        ("clamp", &[x, low, high]) => x.clamp(low, high),
        ("sign", &[x]) => {
            if x == 0.0 {
                0.0
            } else {
                x.signum()
            }
        }
        ("gate", &[y, g]) => {
            if y > 0.0 {
                g
            } else {
                0.0
            }
        }
        ("max_share", &[a, b]) => share(a > b, a < b),
        ("min_share", &[a, b]) => share(a < b, a > b),
        ("clamp_share", &[x, low, high]) => f64::from(u8::from(low < x && x < high)),
        ("clamp_low_share", &[x, low, _]) => f64::from(u8::from(x < low)),
        ("clamp_high_share", &[x, _, high]) => f64::from(u8::from(x > high)),
        ("powf_slope", &[a, b]) => b * a.powf(b - 1.0),
        ("powf_log", &[a, _, y]) => y * a.ln(),
        ("hypot_share", &[a, y]) => a / y,
        _ => return unknown(format!("the row `{name}`")),
    }))
}
