//! How variants are known by their names: those of options, and the components of an enum's tangent, a type that generated
//! code cannot name.

use syn::Path;

/// The number of the component that belongs to a field of a variant: the hash of `Variant.field`. The derive gives it to
/// the component, `#[differentiate]` asks for it, and the runtime writes out that of `Some.0`.
pub(crate) fn part_number(variant: &str, member: &str) -> u64 {
    let plain = |name: &str| name.strip_prefix("r#").unwrap_or(name).to_owned();
    fnv_1a(&format!("{}.{}", plain(variant), plain(member)))
}

/// `Some`, `Option::Some`, `::core::option::Option::Some`
pub(crate) fn is_some(path: &Path) -> bool {
    is_of_option(path, "Some")
}

/// `None`, `Option::None`, `::core::option::Option::None`
pub(crate) fn is_none(path: &Path) -> bool {
    is_of_option(path, "None")
}

fn is_of_option(path: &Path, variant: &str) -> bool {
    let mut names = path.segments.iter().rev().map(|segment| &segment.ident);
    names.next().is_some_and(|last| last == variant) && names.next().is_none_or(|ty| ty == "Option")
}

/// FNV-1a, 64 bits (Fowler, Noll and Vo).
fn fnv_1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{fnv_1a, part_number};

    #[test]
    fn the_hash_is_that_of_its_authors() {
        assert_eq!(fnv_1a(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv_1a("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv_1a("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn raw_names_are_the_same_names() {
        assert_eq!(part_number("r#Loop", "r#type"), part_number("Loop", "type"));
        assert_ne!(part_number("Loop", "0"), part_number("Loop", "1"));
    }

    #[test]
    fn the_runtime_writes_out_the_number_of_some() {
        let runtime = include_str!("../../runtime/src/differentiable/variant.rs");
        let number = format!("{:#x}", part_number("Some", "0"));
        assert!(runtime.replace('_', "").contains(&number), "{number}");
    }
}
