//! The input files and reference gradients of ADBench, in a folder with `gmm/`, `ba/` and `lstm/`.

use super::{bundle_adjustment, gmm};
use crate::programs::bundle_adjustment::{Camera, Observation};
use crate::programs::lstm::{self, Gate, Layer, Model, State};
use std::fs;
use std::path::{Path, PathBuf};

/// The names of the inputs in a folder that have a reference, each with both paths.
pub fn inputs(folder: &Path) -> Vec<(String, PathBuf, PathBuf)> {
    let mut inputs = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Some(stem) = name.strip_suffix(".txt")
            && !stem.ends_with(".ref")
        {
            inputs.push((
                stem.to_owned(),
                path.clone(),
                folder.join(format!("{stem}.ref.txt")),
            ));
        }
    }
    inputs.sort();
    inputs
}

/// All numbers of a file, less its comments.
pub fn numbers(path: &Path) -> Vec<f64> {
    fs::read_to_string(path)
        .expect("the file can be read")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .map(|word| word.parse().expect("a number"))
        .collect()
}

struct Reader(std::vec::IntoIter<f64>);

impl Reader {
    fn open(path: &Path) -> Self {
        Reader(numbers(path).into_iter())
    }

    fn one(&mut self) -> f64 {
        self.0.next().expect("the file goes on")
    }

    fn count(&mut self) -> usize {
        self.one() as usize
    }

    fn some(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.one()).collect()
    }

    fn array<const N: usize>(&mut self) -> [f64; N] {
        [0; N].map(|_| self.one())
    }
}

pub fn read_gmm(path: &Path) -> gmm::Problem {
    let mut file = Reader::open(path);
    let [d, components, points] = [0; 3].map(|_| file.count());
    gmm::Problem {
        d,
        alpha: file.some(components),
        mu: file.some(components * d),
        icf: file.some(components * d * (d + 1) / 2),
        x: file.some(points * d),
        gamma: file.one(),
        extra_freedom: file.one() as i32,
    }
}

pub fn read_bundle_adjustment(path: &Path) -> bundle_adjustment::Problem {
    let mut file = Reader::open(path);
    let [cameras, points, observations] = [0; 3].map(|_| file.count());
    let camera = Camera {
        rotation: file.array(),
        center: file.array(),
        focal_length: file.one(),
        principal_point: file.array(),
        distortion: file.array(),
    };
    let (point, weight, feature) = (file.array(), file.one(), file.array());
    bundle_adjustment::Problem {
        observations: (0..observations)
            .map(|o| Observation {
                camera: o % cameras,
                point: o % points,
                feature,
            })
            .collect(),
        cameras: vec![camera; cameras],
        points: vec![point; points],
        weights: vec![weight; observations],
    }
}

pub fn read_lstm(path: &Path) -> lstm::Problem {
    let mut file = Reader::open(path);
    let [layers, characters, bits] = [0; 3].map(|_| file.count());
    let layers = (0..layers)
        .map(|_| {
            let [a, b, c, d, e, f, g, h] = [0; 8].map(|_| file.some(bits));
            Layer {
                forget: Gate { weight: a, bias: e },
                ingate: Gate { weight: b, bias: f },
                outgate: Gate { weight: c, bias: g },
                change: Gate { weight: d, bias: h },
            }
        })
        .collect::<Vec<_>>();
    let model = Model {
        in_weight: file.some(bits),
        out_weight: file.some(bits),
        out_bias: file.some(bits),
        layers,
    };
    let start = model
        .layers
        .iter()
        .map(|_| State {
            hidden: file.some(bits),
            cell: file.some(bits),
        })
        .collect();
    let sequence = (0..characters).map(|_| file.some(bits)).collect();
    lstm::Problem {
        model,
        start,
        sequence,
    }
}
