//! Every row of the rule table: values, and derivatives against finite differences, in both precisions.

#[path = "rules/scalar.rs"]
mod scalar;
#[path = "rules/structural.rs"]
mod structural;
#[path = "rules/tensor.rs"]
mod tensor;

macro_rules! rows {
    ($($name:ident $class:ident $operands:tt $body:tt $domain:tt;)*) => {
        const ROWS: &[(&str, &str)] = &[$((stringify!($name), stringify!($class))),*];
    };
}
chainrule::__walk_rules!(rows);

#[test]
fn every_row_is_walked_once() {
    let count = |class| ROWS.iter().filter(|row| row.1 == class).count();
    let [elementwise, flat, structural] = ["elementwise", "flat", "structural"].map(count);
    let report = format!(
        "{} rows walked: {elementwise} elementwise, {flat} flat, {structural} structural",
        ROWS.len()
    );
    println!("{report}");
    assert!(
        report.starts_with(&(elementwise + flat + structural).to_string()),
        "{report}"
    );
    assert!(elementwise > 40 && flat > 5 && structural > 15, "{report}");
    for (index, (name, _)) in ROWS.iter().enumerate() {
        assert!(
            !ROWS[..index].iter().any(|(other, _)| other == name),
            "two rows are called `{name}`"
        );
    }
}
