//! What is cheap to compute again is kept all the same, where that is instead of something that would be kept for it alone: of
//! `u[i - 1] - 2.0 * u[i] + u[i + 1]`, whose elements change, the sum and not its terms.

use super::kept::Decider;
use crate::ir::Value;
use std::collections::{BTreeSet, HashMap};

impl Decider<'_> {
    pub(super) fn keep_less(&mut self) {
        let mut reads: HashMap<Value, Vec<Value>> = HashMap::new();
        for (&read, readers) in &self.readers {
            for &reader in readers.iter().flatten() {
                reads.entry(reader).or_default().push(read);
            }
        }
        let cheap: BTreeSet<Value> = self.again.values().flatten().copied().collect();
        for &value in cheap.iter().rev() {
            let mut freed = Vec::new();
            self.free(value, &reads, &mut freed);
            let arm = self.homes[&value];
            let is_instead = |freed: &Value| !cheap.contains(freed) && self.homes[freed] == arm;
            if self.readers[&value].is_empty() || !freed.iter().any(is_instead) {
                self.readers_again(value, &reads, &freed);
                continue;
            }
            for gone in freed.into_iter().chain([value]) {
                let arm = self.homes[&gone].expect("what is read by an adjoint is made in an arm");
                for sets in [&mut self.again, &mut self.kept] {
                    if let Some(set) = sets.get_mut(&arm) {
                        set.remove(&gone);
                    }
                }
            }
            let arm = arm.expect("as above");
            self.overwritten.insert(value);
            self.kept.entry(arm).or_default().insert(value);
        }
    }

    /// Collects what nothing reads where a value is kept.
    fn free(&mut self, value: Value, reads: &HashMap<Value, Vec<Value>>, freed: &mut Vec<Value>) {
        for &read in reads.get(&value).into_iter().flatten() {
            let readers = self.readers.get_mut(&read).expect("it is read");
            if readers.remove(&Some(value)) && readers.is_empty() {
                freed.push(read);
                self.free(read, reads, freed);
            }
        }
    }

    fn readers_again(&mut self, value: Value, reads: &HashMap<Value, Vec<Value>>, freed: &[Value]) {
        for &reader in freed.iter().chain([&value]) {
            for read in reads.get(&reader).into_iter().flatten() {
                let readers = self.readers.get_mut(read).expect("it is read");
                readers.insert(Some(reader));
            }
        }
    }
}
