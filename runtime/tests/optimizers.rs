//! Optimizers against their formulas, written out in plain arithmetic.

use chainrule::{
    Adam, AdamW, RmsProp, Sgd, Vector, clip_by_global_norm, clip_by_value, global_norm,
};

/// Runs an optimizer and a plain recurrence over the same gradients.
fn follow(
    mut step: impl FnMut(&mut Vec<f64>, &Vec<f64>),
    mut recurrence: impl FnMut(usize, f64, f64) -> f64,
) {
    let mut x = vec![1.0, -2.0];
    let mut expected = x.clone();
    for t in 1..=20 {
        let gradient: Vec<f64> = x.iter().map(|x| x * x * x - 0.3 * t as f64).collect();
        for (i, p) in expected.iter_mut().enumerate() {
            *p = recurrence(i, *p, gradient[i]);
        }
        step(&mut x, &gradient);
        x.iter()
            .zip(&expected)
            .for_each(|(a, b)| assert!((a - b).abs() <= 1e-12 * b.abs(), "{a} is not {b}"));
    }
}

#[test]
fn sgd() {
    let mut sgd = Sgd::new(0.01).momentum(0.9).weight_decay(0.1);
    let mut v = [0.0; 2];
    follow(
        |x, g| sgd.step(x, g),
        |i, p, g| {
            v[i] = 0.9 * v[i] + (g + 0.1 * p);
            p - 0.01 * v[i]
        },
    );
}

#[test]
fn nesterov() {
    let mut sgd = Sgd::new(0.01).momentum(0.9).nesterov(true);
    let mut v = [0.0; 2];
    follow(
        |x, g| sgd.step(x, g),
        |i, p, g| {
            v[i] = 0.9 * v[i] + g;
            p - 0.01 * (g + 0.9 * v[i])
        },
    );
}

#[test]
fn rmsprop() {
    let mut rmsprop = RmsProp::new(0.01).decay(0.95).epsilon(1e-6);
    let mut s = [0.0; 2];
    follow(
        |x, g| rmsprop.step(x, g),
        |i, p, g| {
            s[i] = 0.95 * s[i] + (1.0 - 0.95) * g * g;
            p - 0.01 * g / (s[i].sqrt() + 1e-6)
        },
    );
}

/// The recurrence of Adam as the paper writes it.
fn adam_step(state: &mut [(f64, f64, i32)], i: usize, p: f64, g: f64) -> f64 {
    let (m, v, t) = &mut state[i];
    *t += 1;
    *m = 0.9 * *m + (1.0 - 0.9) * g;
    *v = 0.999 * *v + (1.0 - 0.999) * g * g;
    let (m_hat, v_hat) = (
        *m / (1.0 - 0.9_f64.powi(*t)),
        *v / (1.0 - 0.999_f64.powi(*t)),
    );
    p - 0.05 * m_hat / (v_hat.sqrt() + 1e-8)
}

#[test]
fn adam() {
    let mut adam = Adam::new(0.05);
    let mut state = [(0.0, 0.0, 0); 2];
    follow(
        |x, g| adam.step(x, g),
        |i, p, g| adam_step(&mut state, i, p, g),
    );
}

#[test]
fn adamw() {
    let mut adamw = AdamW::new(0.05).weight_decay(0.2);
    let mut state = [(0.0, 0.0, 0); 2];
    follow(
        |x, g| adamw.step(x, g),
        |i, p, g| adam_step(&mut state, i, p * (1.0 - 0.05 * 0.2), g),
    );
}

#[test]
fn the_learning_rate_changes_between_steps() {
    let mut x = 1.0;
    let mut sgd = Sgd::new(1.0);
    sgd.step(&mut x, &0.25);
    sgd.set_learning_rate(0.5);
    sgd.step(&mut x, &0.5);
    assert_eq!(x, 0.5);
}

#[test]
fn parameters_of_both_precisions_and_all_containers() {
    let mut tensor = Vector::from([1.0_f32, 2.0]);
    let (mut list, mut pair) = (vec![[1.0_f64; 2]; 2], Some(Box::new(3.0_f32)));
    let mut adam = Adam::new(0.1);
    for _ in 0..2 {
        let gradient = (
            Vector::from([1.0_f32, -1.0]),
            vec![[1.0, 0.0]; 2],
            Some(Box::new(1.0_f32)),
        );
        adam.step((&mut tensor, &mut list, &mut pair), &gradient);
    }
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} is not {b}");
    close(tensor.as_slice()[1].into(), 2.2);
    close(list[1][0], 0.8);
    close(list[1][1], 1.0);
    close((**pair.as_ref().unwrap()).into(), 2.8);
}

#[test]
fn clipping() {
    let mut g = (Vector::from([3.0_f32, -4.0]), [12.0_f64]);
    assert_eq!(global_norm(&g), 13.0);
    assert_eq!(clip_by_global_norm(&mut g, 26.0), 13.0);
    assert_eq!(g.1, [12.0]);
    clip_by_global_norm(&mut g, 6.5);
    assert_eq!((g.0.as_slice()[1], g.1[0]), (-2.0, 6.0));
    clip_by_value(&mut g, 1.75);
    assert_eq!(
        (g.0.as_slice()[0], g.0.as_slice()[1], g.1[0]),
        (1.5, -1.75, 1.75)
    );
    let mut nan = [f64::NAN, 1.0];
    clip_by_value(&mut nan, 0.5);
    assert!(nan[0].is_nan() && nan[1] == 0.5);
    clip_by_global_norm(&mut nan, 0.1);
    assert_eq!(nan[1], 0.5, "a norm that is not a number scales nothing");
}

#[test]
fn averages_of_a_gradient_that_stays_zero_settle() {
    fn settles(mut step: impl FnMut(&mut f32, f32)) {
        let mut x = 1.0_f32;
        step(&mut x, 1e-3);
        for _ in 0..200_000 {
            step(&mut x, 0.0);
        }
        let settled = x;
        step(&mut x, 0.0);
        assert_eq!(x.to_bits(), settled.to_bits());
    }
    let (mut adam, mut rms, mut sgd) = (
        Adam::new(1e-3),
        RmsProp::new(1e-3),
        Sgd::new(1e-3).momentum(0.9),
    );
    settles(|x, g| adam.step(x, &g));
    settles(|x, g| rms.step(x, &g));
    settles(|x, g| sgd.step(x, &g));
    let says = format!("{adam:?} {rms:?} {sgd:?}");
    assert!(!says.contains("e-4"), "a subnormal average is left: {says}");
}
