//! Draws the programs that the tests compile.

use std::{env, fs, path::Path};

/// As many as there are files in `tests/`, so that they are compiled side by side.
const SHARDS: usize = 4;

fn number(name: &str, otherwise: u64) -> u64 {
    println!("cargo::rerun-if-env-changed={name}");
    match env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is a number, not `{text}`")),
        Err(_) => otherwise,
    }
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let seed = number("CHAINRULE_FUZZ_SEED", 1);
    let count = number("CHAINRULE_FUZZ_COUNT", 500);
    let count = usize::try_from(count).expect("a number of programs");
    let folder = env::var("OUT_DIR").expect("cargo sets it");
    for shard in 0..SHARDS {
        let source = chainrule_fuzz::source(seed, count, shard, SHARDS);
        let path = Path::new(&folder).join(format!("programs_{shard}.rs"));
        fs::write(path, source).expect("OUT_DIR can be written");
    }
}
