//! Letters above and below the line, and how identifiers and literals look in a formula.

/// The text raised, where Unicode has every letter of it and it is short.
pub(super) fn superscript(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| *c != ' ').collect();
    if text.chars().count() > 4 {
        return None;
    }
    text.chars()
        .map(|c| {
            Some(match c {
                '0' => '⁰',
                '1' => '¹',
                '2' => '²',
                '3' => '³',
                '4'..='9' => char::from_u32('⁴' as u32 + (c as u32 - '4' as u32))?,
                '+' => '⁺',
                '−' => '⁻',
                'i' => 'ⁱ',
                'j' => 'ʲ',
                'k' => 'ᵏ',
                'm' => 'ᵐ',
                'n' => 'ⁿ',
                'p' => 'ᵖ',
                't' => 'ᵗ',
                _ => return None,
            })
        })
        .collect()
}

/// The text lowered: digits, and the letters that indices are called.
pub(super) fn subscript(text: &str) -> Option<String> {
    let lowered: Option<String> = text
        .chars()
        .map(|c| {
            Some(match c {
                '0'..='9' => char::from_u32('₀' as u32 + (c as u32 - '0' as u32))?,
                'i' => 'ᵢ',
                'j' => 'ⱼ',
                'k' => 'ₖ',
                'm' => 'ₘ',
                'n' => 'ₙ',
                't' => 'ₜ',
                _ => return None,
            })
        })
        .collect();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    lowered.filter(|_| !text.is_empty() && (is_number || text.len() == 1))
}

/// Whether a text ends below the line, so that nothing more can be put there.
pub(super) fn ends_lowered(text: &str) -> bool {
    text.ends_with(|c: char| ('₀'..='₉').contains(&c) || "ᵢⱼₖₘₙₜ".contains(c))
}

/// How many letters at the end of a text are below the line.
pub(super) fn lowered(text: &str) -> usize {
    let letters = text.chars().rev();
    letters
        .take_while(|c| ends_lowered(c.encode_utf8(&mut [0; 4])))
        .count()
}

/// An identifier, its trailing digits lowered: `w1` and `w_1` are w₁.
pub(super) fn identifier(name: &str) -> String {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &name[stem.len()..];
    let stem = match stem.strip_suffix('_') {
        Some(bare) if !digits.is_empty() && !bare.is_empty() => bare,
        _ => stem,
    };
    match subscript(digits) {
        Some(lowered) if !stem.is_empty() => format!("{stem}{lowered}"),
        _ => name.to_owned(),
    }
}

/// A literal without its suffix: `2.0` is 2.
pub(super) fn literal(text: &str) -> String {
    let text = text.strip_suffix(".0").unwrap_or(text);
    text.strip_suffix('.').unwrap_or(text).to_owned()
}
