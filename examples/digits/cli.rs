//! The command line.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Parser, ValueEnum};

/// Trains a three-layer ReLU network to read handwritten digits.
///
/// Without --data, on the 1,797 images of 8x8 pixels that come with the example.
#[derive(Parser, Debug)]
#[command(name = "digits")]
pub(crate) struct Cli {
    /// Passes over the training images [default: 30, or 0 with --load]
    #[arg(long)]
    epochs: Option<usize>,

    /// Images in a mini-batch
    #[arg(long, default_value_t = 32, value_parser = positive)]
    pub(crate) batch: usize,

    /// Learning rate [default: one that suits the optimizer]
    #[arg(long)]
    lr: Option<f64>,

    #[arg(long, value_enum, default_value_t = Optimizer::Adam)]
    pub(crate) optimizer: Optimizer,

    /// Decides the split into training and test images, the first weights, and the order of the batches
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,

    /// Sizes of the two hidden layers [default: 256,128, or those in the file of --load]
    #[arg(long, value_name = "H1,H2")]
    pub(crate) hidden: Option<Hidden>,

    /// Folder with MNIST files (train-images-idx3-ubyte, ..; plain or .gz)
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,

    /// Folder for the learning curves
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub(crate) out: PathBuf,

    /// Write the trained weights to a safetensors file
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,

    /// Start from saved weights (with the seed they were trained with, which keeps the test images unseen)
    #[arg(long, value_name = "FILE")]
    pub(crate) load: Option<PathBuf>,

    /// Draw some test images with what the network takes them for
    #[arg(long)]
    pub(crate) predict: bool,
}

impl Cli {
    pub(crate) fn epochs(&self) -> usize {
        self.epochs
            .unwrap_or(if self.load.is_some() { 0 } else { 30 })
    }

    pub(crate) fn learning_rate(&self) -> f64 {
        self.lr.unwrap_or(match self.optimizer {
            Optimizer::Sgd => 0.1,
            Optimizer::Momentum | Optimizer::Nesterov => 0.02,
            Optimizer::Rmsprop | Optimizer::Adam | Optimizer::Adamw => 1e-3,
        })
    }
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq)]
pub(crate) enum Optimizer {
    Sgd,
    Momentum,
    Nesterov,
    Rmsprop,
    Adam,
    Adamw,
}

/// The sizes of the hidden layers, written `256,128`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hidden(pub(crate) [usize; 2]);

impl Default for Hidden {
    fn default() -> Self {
        Self([256, 128])
    }
}

impl FromStr for Hidden {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let sizes = text
            .split(',')
            .map(positive)
            .collect::<Result<Vec<_>, _>>()?;
        let two = sizes
            .try_into()
            .map_err(|_| "expected two sizes, such as 256,128")?;
        Ok(Self(two))
    }
}

fn positive(text: &str) -> Result<usize, String> {
    match text.trim().parse() {
        Ok(0) => Err("must be at least 1".to_owned()),
        Ok(number) => Ok(number),
        Err(error) => Err(format!("`{text}`: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(["digits"].into_iter().chain(arguments.split_whitespace()))
    }

    #[test]
    fn defaults() {
        let cli = parse("").unwrap();
        assert_eq!(
            (cli.epochs(), cli.batch, cli.learning_rate()),
            (30, 32, 1e-3)
        );
        assert_eq!(
            (cli.optimizer, cli.hidden.unwrap_or_default().0),
            (Optimizer::Adam, [256, 128])
        );
    }

    #[test]
    fn saved_weights_are_not_trained_further_unless_asked() {
        assert_eq!(parse("--load w.safetensors").unwrap().epochs(), 0);
        assert_eq!(
            parse("--load w.safetensors --epochs 2").unwrap().epochs(),
            2
        );
    }

    #[test]
    fn every_optimizer_has_a_name() {
        for name in ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"] {
            assert!(parse(&format!("--optimizer {name}")).is_ok(), "{name}");
        }
        assert!(parse("--optimizer lbfgs").is_err());
    }

    #[test]
    fn hidden_takes_two_positive_sizes() {
        assert_eq!(
            parse("--hidden 64,64").unwrap().hidden,
            Some(Hidden([64, 64]))
        );
        for wrong in ["64", "64,64,64", "64,0", "64,x", ","] {
            assert!(parse(&format!("--hidden {wrong}")).is_err(), "{wrong}");
        }
        assert!(parse("--batch 0").is_err());
    }
}
