//! Lines of a derivation, and their layout.

/// The width from which on a line is broken.
const WIDTH: usize = 96;
/// How far blocks are indented at most, so that deep nesting stays linear.
const DEEPEST: usize = 8;

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Line {
    /// `y = a = b`: each side is a list of terms, to be broken between.
    Definition {
        name: String,
        sides: Vec<Vec<String>>,
    },
    /// A value by cases; the last one holds otherwise.
    Cases {
        name: String,
        cases: Vec<(String, String)>,
    },
    /// Lines that hold under a condition, or are repeated.
    Block {
        head: String,
        lines: Vec<Line>,
    },
    Text(String),
}

pub(super) fn layout(lines: &[Line]) -> String {
    let mut rows = Vec::new();
    for line in lines {
        rows_of(line, 0, &mut rows);
    }
    rows.join("\n")
}

fn rows_of(line: &Line, depth: usize, rows: &mut Vec<String>) {
    let indent = "    ".repeat(depth.min(DEEPEST));
    match line {
        Line::Text(text) => rows.push(format!("{indent}{text}")),
        Line::Definition { name, sides } => definition(&indent, name, sides, rows),
        Line::Cases { name, cases } => {
            let width = cases
                .iter()
                .map(|(value, _)| value.chars().count())
                .max()
                .unwrap_or(0);
            let margin = " ".repeat(name.chars().count() + 3);
            for (index, (value, condition)) in cases.iter().enumerate() {
                let brace = match index {
                    0 => '⎧',
                    _ if index + 1 == cases.len() => '⎩',
                    _ => '⎨',
                };
                let head = match index {
                    0 => format!("{name} = "),
                    _ => margin.clone(),
                };
                rows.push(format!(
                    "{indent}{head}{brace} {value:<width$}   {condition}"
                ));
            }
        }
        Line::Block { head, lines } => {
            rows.push(format!("{indent}{head}:"));
            for line in lines {
                rows_of(line, depth + 1, rows);
            }
        }
    }
}

fn definition(indent: &str, name: &str, sides: &[Vec<String>], rows: &mut Vec<String>) {
    let margin = format!("{indent}{}", " ".repeat(name.chars().count()));
    let mut row = format!("{indent}{name}");
    for (index, side) in sides.iter().enumerate() {
        let length: usize = side.iter().map(|term| term.chars().count()).sum();
        if index > 0 && row.chars().count() + 3 + length > WIDTH {
            rows.push(std::mem::replace(&mut row, margin.clone()));
        }
        row += " = ";
        for (index, term) in side.iter().enumerate() {
            if index > 0 && row.chars().count() + term.chars().count() > WIDTH {
                rows.push(std::mem::replace(&mut row, format!("{margin}  ")));
            }
            row += term;
        }
    }
    rows.push(row);
}
