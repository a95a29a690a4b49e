//! What the terminal shows.

use std::time::{Duration, Instant};

use console::style;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::data::CLASSES;

/// How well a network does on some images.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Score {
    /// Mean cross entropy, in nats.
    pub(crate) loss: f32,
    /// Share of images taken for what they are, from 0 to 1.
    pub(crate) accuracy: f32,
}

/// The scores of one pass over the training images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Epoch {
    /// The mean over the batches, each before the step that learns from it.
    pub(crate) train: Score,
    pub(crate) test: Score,
}

/// One line an epoch: a bar that fills on a terminal, plain text elsewhere.
pub(crate) struct Progress {
    epochs: usize,
    batches: usize,
    epoch: usize,
    started: Instant,
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn new(epochs: usize, batches: usize) -> Self {
        Self {
            epochs,
            batches,
            epoch: 0,
            started: Instant::now(),
            bar: ProgressBar::hidden(),
        }
    }

    pub(crate) fn start_epoch(&mut self) {
        self.epoch += 1;
        let style = ProgressStyle::with_template("{prefix} {bar:24.cyan/dim} {msg}")
            .expect("a valid template")
            .progress_chars("━━─");
        self.bar =
            ProgressBar::with_draw_target(Some(self.batches as u64), ProgressDrawTarget::stdout())
                .with_style(style)
                .with_prefix(self.prefix());
    }

    /// After each batch, with the mean over the batches of this epoch so far.
    pub(crate) fn batch_done(&self, batch: usize, mean: Score) {
        self.bar.set_message(format!(
            "loss {:.4}  accuracy {:5.1}%  {}",
            mean.loss,
            100.0 * mean.accuracy,
            self.time_left(batch)
        ));
        self.bar.inc(1);
    }

    pub(crate) fn finish_epoch(&self, scores: &Epoch) {
        let summary = format!(
            "loss {:.4}  accuracy {:5.1}%  test {:5.1}%  {}",
            scores.train.loss,
            100.0 * scores.train.accuracy,
            100.0 * scores.test.accuracy,
            self.time_left(self.batches)
        );
        if self.bar.is_hidden() {
            println!("{} {summary}", self.prefix());
        }
        self.bar.finish_with_message(summary);
    }

    fn prefix(&self) -> String {
        let width = self.epochs.to_string().len();
        format!("epoch {:>width$}/{}", self.epoch, self.epochs)
    }

    fn time_left(&self, batch: usize) -> String {
        let done = ((self.epoch - 1) * self.batches + batch) as f64;
        let all = (self.epochs * self.batches) as f64;
        if batch == self.batches && self.epoch == self.epochs {
            return format!("took {}", duration(self.started.elapsed()));
        }
        format!(
            "{} left",
            duration(self.started.elapsed().mul_f64((all - done) / done))
        )
    }
}

fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        ..10.0 => format!("{seconds:.1} s"),
        ..60.0 => format!("{seconds:.0} s"),
        _ => format!("{}:{:02} min", time.as_secs() / 60, time.as_secs() % 60),
    }
}

/// How often each digit (row) was taken for each digit (column).
#[derive(Debug, PartialEq)]
pub(crate) struct ConfusionMatrix([[usize; CLASSES]; CLASSES]);

impl ConfusionMatrix {
    pub(crate) fn new(labels: &[usize], predictions: &[usize]) -> Self {
        let mut counts = [[0; CLASSES]; CLASSES];
        for (&label, &prediction) in labels.iter().zip(predictions) {
            counts[label][prediction] += 1;
        }
        Self(counts)
    }

    /// The share on the diagonal, from 0 to 1.
    pub(crate) fn accuracy(&self) -> f32 {
        let correct: usize = (0..CLASSES).map(|digit| self.0[digit][digit]).sum();
        let all: usize = self.0.iter().flatten().sum();
        correct as f32 / all as f32
    }

    pub(crate) fn print(&self) {
        println!("\nconfusion matrix: a row for each digit, a column for what it was taken for\n");
        let header: String = (0..CLASSES).map(|digit| format!("{digit:>6}")).collect();
        println!("  {}   found", style(header).bold());
        for (digit, row) in self.0.iter().enumerate() {
            print!("{} ", style(digit).bold());
            for (column, &count) in row.iter().enumerate() {
                let cell = match count {
                    0 => style(format!("{:>6}", "·")).dim(),
                    _ if column == digit => style(format!("{count:>6}")).green(),
                    _ => style(format!("{count:>6}")).red(),
                };
                print!("{cell}");
            }
            let share = 100.0 * row[digit] as f32 / row.iter().sum::<usize>().max(1) as f32;
            println!("  {share:5.1}%");
        }
        println!();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confusion_counts_rows_of_truth() {
        let matrix = ConfusionMatrix::new(&[0, 1, 1, 9], &[0, 1, 7, 9]);
        assert_eq!((matrix.0[1][7], matrix.0[7][1], matrix.0[9][9]), (1, 0, 1));
        assert_eq!(matrix.accuracy(), 0.75);
    }

    #[test]
    fn durations_read_well() {
        let read = |seconds| duration(Duration::from_secs_f64(seconds));
        assert_eq!(
            [read(0.25), read(59.0), read(125.0)],
            ["0.2 s", "59 s", "2:05 min"]
        );
    }

    #[test]
    fn the_last_batch_ends_the_countdown() {
        let mut progress = Progress::new(2, 3);
        progress.start_epoch();
        assert!(progress.time_left(3).ends_with("left"));
        progress.start_epoch();
        assert!(progress.time_left(2).ends_with("left"));
        assert!(progress.time_left(3).starts_with("took"));
        assert_eq!(progress.prefix(), "epoch 2/2");
    }
}
