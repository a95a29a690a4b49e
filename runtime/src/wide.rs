//! Loops compiled a second time for wider vectors, chosen at run time.

/// Runs `work` with vectors of 32 bytes where the processor has them: for long loops of plain arithmetic, whose results do
/// not depend on the width.
#[inline(always)]
#[allow(unsafe_code)]
pub(crate) fn wide<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn avx2<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has what the function is compiled for, as just detected.
            return unsafe { avx2(work) };
        }
    }
    work()
}
