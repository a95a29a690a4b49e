//! A three-layer network that learns to read handwritten digits, with nothing but `#[differentiate]` on its loss.
//!
//! ```sh
//! cargo run --release --example digits -- --predict
//! ```

mod cli;
mod data;
mod draw;
mod idx;
mod network;
mod plot;
mod predict;
mod report;
mod train;
mod weights;

use std::process::ExitCode;

use anyhow::{Result, ensure};
use chainrule::prelude::*;
use clap::Parser;
use console::style;

use cli::Cli;
use data::Dataset;
use network::Mlp;
use report::ConfusionMatrix;
use weights::Weights;

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{} {error:#}", style("error:").for_stderr().red().bold());
            ExitCode::FAILURE
        }
    }
}

/// Returns the accuracy on the test images, from 0 to 1.
fn run(cli: &Cli) -> Result<f32> {
    let mut rng = Rng::seed(cli.seed);
    let data = match &cli.data {
        Some(folder) => Dataset::mnist(folder, &mut rng)?,
        None => Dataset::bundled(&mut rng)?,
    };
    let saved = cli.load.as_deref().map(Weights::load).transpose()?;
    let hidden = hidden_sizes(cli, saved.as_ref())?;
    let session = Session {
        cli,
        data,
        saved,
        hidden,
    };

    // The usual sizes are part of the type; any others are known at run time only.
    match (session.data.train.area(), hidden) {
        (64, [256, 128]) => session.run::<64, 256, 128>(&mut rng),
        (784, [256, 128]) => session.run::<784, 256, 128>(&mut rng),
        (784, [64, 64]) => session.run::<784, 64, 64>(&mut rng),
        _ => session.run::<DYN, DYN, DYN>(&mut rng),
    }
}

fn hidden_sizes(cli: &Cli, saved: Option<&Weights>) -> Result<[usize; 2]> {
    let asked = cli.hidden.map(|hidden| hidden.0);
    let Some(saved) = saved.map(Weights::hidden).transpose()? else {
        return Ok(cli.hidden.unwrap_or_default().0);
    };
    ensure!(
        asked.is_none_or(|asked| asked == saved),
        "the saved network has hidden layers of {saved:?}, not of {asked:?}"
    );
    Ok(saved)
}

struct Session<'a> {
    cli: &'a Cli,
    data: Dataset,
    saved: Option<Weights>,
    hidden: [usize; 2],
}

impl Session<'_> {
    fn run<const I: usize, const H1: usize, const H2: usize>(&self, rng: &mut Rng) -> Result<f32> {
        let Self {
            cli,
            data,
            hidden: [h1, h2],
            ..
        } = self;
        let sizes = [data.train.area(), *h1, *h2];
        let mut net = match &self.saved {
            Some(weights) => Mlp::<I, H1, H2>::from_weights(weights, sizes)?,
            None => Mlp::random(sizes, rng),
        };
        println!(
            "{}: {} training images, {} test images of {}x{} pixels",
            data.name,
            data.train.len(),
            data.test.len(),
            data.train.height,
            data.train.width
        );
        println!(
            "network {}-{h1}-{h2}-10, {:?}, learning rate {}\n",
            sizes[0],
            cli.optimizer,
            cli.learning_rate()
        );

        let history = train::train(&mut net, data, cli, rng);

        let probabilities = net.probabilities(&data.test.matrix());
        let predictions = network::most_probable(&probabilities);
        let confusion = ConfusionMatrix::new(&data.test.labels, &predictions);
        confusion.print();
        if cli.predict {
            predict::show(&data.test, probabilities.as_slice(), &predictions);
        }
        if !history.is_empty() {
            for path in plot::write_curves(&history, &cli.out)? {
                println!("wrote {}", path.display());
            }
        }
        if let Some(path) = &cli.save {
            net.weights().save(path)?;
            println!("wrote {}", path.display());
        }
        println!("test accuracy: {:.1}%", 100.0 * confusion.accuracy());
        Ok(confusion.accuracy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Runs with these arguments, `@` standing for a folder of the test.
    fn run_in(folder: &Path, arguments: &str) -> Result<f32> {
        let arguments =
            format!("digits --out @ {arguments}").replace('@', folder.to_str().unwrap());
        run(&Cli::parse_from(arguments.split(' ')))
    }

    #[test]
    fn the_network_learns_and_its_weights_can_be_saved() {
        let folder = tempfile::tempdir().unwrap();
        let trained = run_in(
            folder.path(),
            "--epochs 5 --lr 0.003 --hidden 32,16 --save @/w --predict",
        )
        .unwrap();
        assert!(trained > 0.9, "{trained}");
        assert!(folder.path().join("curves.png").is_file());

        assert_eq!(run_in(folder.path(), "--load @/w").unwrap(), trained);
        let further = run_in(folder.path(), "--load @/w --epochs 5").unwrap();
        assert!(further > trained, "{further}");
        let error = run_in(folder.path(), "--load @/w --hidden 256,128").unwrap_err();
        assert!(error.to_string().contains("[32, 16]"), "{error}");
    }

    #[test]
    fn every_optimizer_learns() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"] {
            let accuracy = run_in(
                folder.path(),
                &format!("--epochs 4 --hidden 32,16 --optimizer {name}"),
            )
            .unwrap();
            assert!(accuracy > 0.8, "{name}: {accuracy}");
        }
    }

    #[test]
    fn mnist_files_of_any_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        data::tests::write_mnist(folder.path(), 50);
        let accuracy = run_in(folder.path(), "--data @ --epochs 1 --hidden 4,3 --predict").unwrap();
        assert!((0.0..=1.0).contains(&accuracy));
        assert!(run_in(folder.path(), "--data @/missing").is_err());
    }
}
