//! The fast Fourier transform, after Cooley and Tukey, on real and imaginary arrays.

use chainrule::prelude::*;
use std::f64::consts::PI;

#[differentiate]
pub(crate) fn fft(re: &[f64], im: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let n = re.len();
    assert!(n.is_power_of_two());
    let mut re: Vec<f64> = re.to_vec();
    let mut im: Vec<f64> = im.to_vec();

    // Into the order of reversed bits.
    let mut j = 0;
    for i in 1..n {
        let mut bit = n >> 1;
        while j & bit != 0 {
            j ^= bit;
            bit >>= 1;
        }
        j |= bit;
        if i < j {
            re.swap(i, j);
            im.swap(i, j);
        }
    }

    let mut len = 2;
    while len <= n {
        let half = len / 2;
        let angle = -2.0 * PI / len as f64;
        for start in (0..n).step_by(len) {
            for k in 0..half {
                let (sin, cos) = (angle * k as f64).sin_cos();
                let (a, b) = (start + k, start + k + half);
                let t_re = cos * re[b] - sin * im[b];
                let t_im = cos * im[b] + sin * re[b];
                re[b] = re[a] - t_re;
                im[b] = im[a] - t_im;
                re[a] += t_re;
                im[a] += t_im;
            }
        }
        len *= 2;
    }
    (re, im)
}

/// The energy of the spectrum between two frequencies.
#[differentiate(wrt(signal))]
fn band_energy(signal: &[f64], from: usize, to: usize) -> f64 {
    let (re, im) = fft(signal, &vec![0.0; signal.len()]);
    let mut sum = 0.0;
    for k in from..to {
        sum += re[k] * re[k] + im[k] * im[k];
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{assert_close, assert_slopes, uniform};
    use chainrule_tests::{answers, check_vjp};

    /// The definition, with the sign of the exponent.
    fn dft(re: &[f64], im: &[f64], sign: f64) -> (Vec<f64>, Vec<f64>) {
        let n = re.len();
        let sum = |k: usize, part: fn(f64, f64, f64, f64) -> f64| {
            (0..n)
                .map(|t| {
                    let (sin, cos) = (sign * 2.0 * PI * ((k * t) % n) as f64 / n as f64).sin_cos();
                    part(re[t], im[t], cos, sin)
                })
                .sum()
        };
        (
            (0..n)
                .map(|k| sum(k, |re, im, cos, sin| re * cos - im * sin))
                .collect(),
            (0..n)
                .map(|k| sum(k, |re, im, cos, sin| re * sin + im * cos))
                .collect(),
        )
    }

    fn signal(n: usize) -> (Vec<f64>, Vec<f64>) {
        let mut rng = Rng::seed(8);
        (
            uniform(n, (-1.0, 1.0), &mut rng),
            uniform(n, (-1.0, 1.0), &mut rng),
        )
    }

    /// The transform is linear: its adjoint is the transform with the other sign.
    #[test]
    fn adjoint() {
        for n in [1, 2, 8, 256] {
            let ((re, im), (u, v)) = (signal(n), signal(n));
            let (value, pullback) = fft::vjp(&re, &im);
            assert_close(&value, &dft(&re, &im, -1.0), 1e-13);
            assert_close(&pullback((u.clone(), v.clone())), &dft(&u, &v, 1.0), 1e-13);
        }
        let (re, im) = signal(8);
        check_vjp!([re, im] fft(re, im));
    }

    /// The energy of all frequencies is n times that of the signal, after Parseval.
    #[test]
    fn energies() {
        let (signal, _) = signal(1024);
        let gradient = answers!(band_energy(&signal, 0, 1024); 0.5).agreed(0.5);
        let expected: Vec<f64> = signal.iter().map(|x| 2048.0 * x).collect();
        assert_close(&gradient, &expected, 1e-13);
        let gradient = answers!(band_energy(&signal, 10, 200); 0.5).agreed(0.5);
        let f = |signal: &Vec<f64>| band_energy(signal, 10, 200);
        assert_slopes(f, &signal, &gradient, 1e-3, 1e-9);
    }
}
