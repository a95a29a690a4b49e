//! Paired measurements: what is compared runs in turns in one process, so that all sides see the same machine; what counts is the
//! processor time of the thread, which leaves out the time in which something else runs.

use cpu_time::ThreadTime;

pub mod kernel;
pub mod perceptron;

/// Seconds of the burst of one side in one round: less than a scheduler's slice.
const BURST: f64 = 1e-3;
const ROUNDS: usize = 101;

/// One side of a comparison: a name, and the work of one run.
pub struct Side<'a> {
    name: &'a str,
    run: Box<dyn FnMut() + 'a>,
}

impl<'a> Side<'a> {
    pub fn new(name: &'a str, run: impl FnMut() + 'a) -> Self {
        let run = Box::new(run);
        Side { name, run }
    }

    /// Seconds of processor time a run, over a burst of runs after one that warms the caches.
    fn burst(&mut self, runs: u32) -> f64 {
        (self.run)();
        let start = ThreadTime::now();
        (0..runs).for_each(|_| (self.run)());
        start.elapsed().as_secs_f64() / f64::from(runs)
    }
}

/// Runs all sides in turns and prints, for each, the median time of a run and the median ratio to the *second* side in the
/// same round, with the quartiles of the ratio. `flops` are the floating point operations of a run, 0 for no rate.
pub fn compare(title: &str, flops: f64, sides: &mut [Side<'_>]) {
    let times = in_turns(sides);
    println!("{title}");
    for (side, own) in sides.iter().zip(&times) {
        let time = quantile(&mut own.clone(), 0.5);
        let rate = match flops > 0.0 {
            true => format!("{:8.1} GFLOP/s", flops / time * 1e-9),
            false => String::new(),
        };
        let ratio = ratio(own, &times[1]);
        println!("  {:<38} {}{rate}  ratio {ratio}", side.name, show(time));
    }
}

/// The same, with the ratio of the *first* side to each of the others.
pub fn measure(title: &str, sides: &mut [Side<'_>]) {
    let times = in_turns(sides);
    println!("{title}");
    for (index, (side, own)) in sides.iter().zip(&times).enumerate() {
        let time = show(quantile(&mut own.clone(), 0.5));
        match index {
            0 => println!("  {:<38} {time}", side.name),
            _ => println!(
                "  {:<38} {time}  {} over it {}",
                side.name,
                sides[0].name,
                ratio(&times[0], own)
            ),
        }
    }
}

/// Seconds a run, of each side in each round.
fn in_turns(sides: &mut [Side<'_>]) -> Vec<Vec<f64>> {
    let slowest = sides
        .iter_mut()
        .map(|side| (0..3).map(|_| side.burst(1)).fold(f64::MAX, f64::min))
        .fold(0.0, f64::max);
    let runs = (BURST / slowest).clamp(2.0, 1e7) as u32;
    let mut times = vec![Vec::with_capacity(ROUNDS); sides.len()];
    for round in 0..ROUNDS {
        let count = sides.len();
        for turn in 0..count {
            // Every side is first, second, .. equally often.
            let side = (turn + round) % count;
            times[side].push(sides[side].burst(runs));
        }
    }
    times
}

/// The median ratio and its quartiles.
fn ratio(times: &[f64], reference: &[f64]) -> String {
    let mut ratios: Vec<f64> = times.iter().zip(reference).map(|(a, b)| a / b).collect();
    let [low, ratio, high] = [0.25, 0.5, 0.75].map(|share| quantile(&mut ratios, share));
    format!("{ratio:5.2} ({low:.2} to {high:.2})")
}

fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share).round() as usize]
}

fn show(seconds: f64) -> String {
    match seconds {
        s if s < 1e-6 => format!("{:8.2} ns", s * 1e9),
        s if s < 1e-3 => format!("{:8.2} us", s * 1e6),
        s => format!("{:8.2} ms", s * 1e3),
    }
}
