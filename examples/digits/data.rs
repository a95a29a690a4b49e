//! Where the images come from, and their split into training and test.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use chainrule::prelude::*;
use flate2::read::GzDecoder;

use crate::idx::Idx;

/// How many digits there are.
pub(crate) const CLASSES: usize = 10;

/// Grey images of one size, each with the digit it shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Images {
    pub(crate) height: usize,
    pub(crate) width: usize,
    /// From 0 (paper) to 1 (ink), image by image, row by row.
    pub(crate) pixels: Vec<f32>,
    pub(crate) labels: Vec<usize>,
}

impl Images {
    pub(crate) fn len(&self) -> usize {
        self.labels.len()
    }

    /// Pixels in one image.
    pub(crate) fn area(&self) -> usize {
        self.height * self.width
    }

    pub(crate) fn image(&self, index: usize) -> &[f32] {
        &self.pixels[index * self.area()..][..self.area()]
    }

    /// The images as rows of a matrix, one column a pixel, from -1 to 1: around zero, so that learning goes faster.
    pub(crate) fn matrix<const I: usize>(&self) -> Matrix<DYN, I> {
        let centred = self.pixels.iter().map(|pixel| 2.0 * pixel - 1.0);
        Matrix::from_vec([self.len(), self.area()], centred.collect())
    }

    fn select(&self, indices: &[usize]) -> Self {
        Self {
            height: self.height,
            width: self.width,
            pixels: indices
                .iter()
                .flat_map(|&i| self.image(i))
                .copied()
                .collect(),
            labels: indices.iter().map(|&i| self.labels[i]).collect(),
        }
    }
}

/// Images to learn from, and others to measure what was learnt.
pub(crate) struct Dataset {
    pub(crate) name: String,
    pub(crate) train: Images,
    pub(crate) test: Images,
}

impl Dataset {
    /// The digits that come with the example; a fifth of them, chosen at random, is for the test.
    pub(crate) fn bundled(rng: &mut Rng) -> Result<Self> {
        Self::split("UCI handwritten digits".to_owned(), &bundled_digits()?, rng)
    }

    /// The MNIST files in a folder. Where only one of the two pairs is there, a fifth of it is for the test.
    pub(crate) fn mnist(folder: &Path, rng: &mut Rng) -> Result<Self> {
        let name = folder.display().to_string();
        match (read_pair(folder, "train")?, read_pair(folder, "t10k")?) {
            (Some(train), Some(test)) => {
                ensure!(
                    (train.height, train.width) == (test.height, test.width),
                    "the training images have {}x{} pixels, the test images {}x{}",
                    train.height,
                    train.width,
                    test.height,
                    test.width
                );
                Ok(Self { name, train, test })
            }
            (Some(all), None) | (None, Some(all)) => Self::split(name, &all, rng),
            (None, None) => bail!(
                "no MNIST files in {name}: expected train-images-idx3-ubyte and train-labels-idx1-ubyte, \
                 t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, or both pairs, plain or with .gz"
            ),
        }
    }

    fn split(name: String, all: &Images, rng: &mut Rng) -> Result<Self> {
        ensure!(all.len() >= 5, "{} images are too few to split", all.len());
        let mut order: Vec<usize> = (0..all.len()).collect();
        rng.shuffle(&mut order);
        let (test, train) = order.split_at(all.len() / 5);
        Ok(Self {
            name,
            train: all.select(train),
            test: all.select(test),
        })
    }
}

fn bundled_digits() -> Result<Images> {
    let mut text = String::new();
    GzDecoder::new(include_bytes!("../data/digits.csv.gz").as_slice()).read_to_string(&mut text)?;
    let mut images = Images {
        height: 8,
        width: 8,
        pixels: Vec::new(),
        labels: Vec::new(),
    };
    for line in text.lines() {
        let (pixels, label) = line.rsplit_once(',').context("a line without commas")?;
        for pixel in pixels.split(',') {
            images.pixels.push(pixel.parse::<f32>()? / 16.0);
        }
        images.labels.push(label.parse()?);
    }
    Ok(images)
}

/// Images and labels of one set, or `None` where the folder has neither.
fn read_pair(folder: &Path, set: &str) -> Result<Option<Images>> {
    let images = find(folder, &format!("{set}-images-idx3-ubyte"));
    let labels = find(folder, &format!("{set}-labels-idx1-ubyte"));
    match (images, labels) {
        (Some(images), Some(labels)) => combine(Idx::read(&images)?, Idx::read(&labels)?)
            .with_context(|| format!("{} and {}", images.display(), labels.display()))
            .map(Some),
        (Some(images), None) => bail!(
            "{} has no {set}-labels-idx1-ubyte beside it",
            images.display()
        ),
        (None, Some(labels)) => bail!(
            "{} has no {set}-images-idx3-ubyte beside it",
            labels.display()
        ),
        (None, None) => Ok(None),
    }
}

fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    [folder.join(name), folder.join(format!("{name}.gz"))]
        .into_iter()
        .find(|path| path.is_file())
}

fn combine(images: Idx<3>, labels: Idx<1>) -> Result<Images> {
    let [count, height, width] = images.dims;
    ensure!(
        count > 0 && height > 0 && width > 0,
        "there are no images: {:?}",
        images.dims
    );
    ensure!(
        count == labels.dims[0],
        "{count} images, but {} labels",
        labels.dims[0]
    );
    if let Some(index) = labels
        .bytes
        .iter()
        .position(|&label| usize::from(label) >= CLASSES)
    {
        bail!("label {index} is {}, not a digit", labels.bytes[index]);
    }
    Ok(Images {
        height,
        width,
        pixels: images
            .bytes
            .into_iter()
            .map(|pixel| f32::from(pixel) / 255.0)
            .collect(),
        labels: labels.bytes.into_iter().map(usize::from).collect(),
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::idx::tests::{encode, gzip};
    use std::fs;

    /// `count` images of 2x3 pixels, all of the value of their label.
    fn images(count: u8) -> Vec<u8> {
        let bytes: Vec<u8> = (0..count).flat_map(|i| [i % 10; 6]).collect();
        encode(&[u32::from(count), 2, 3], &bytes)
    }

    fn labels(count: u8) -> Vec<u8> {
        let bytes: Vec<u8> = (0..count).map(|i| i % 10).collect();
        encode(&[u32::from(count)], &bytes)
    }

    /// Writes `count` images and labels as a training set.
    pub(crate) fn write_mnist(folder: &Path, count: u8) {
        fs::write(folder.join("train-images-idx3-ubyte"), images(count)).unwrap();
        fs::write(folder.join("train-labels-idx1-ubyte"), labels(count)).unwrap();
    }

    fn load(files: &[(&str, Vec<u8>)]) -> Result<Dataset> {
        let folder = tempfile::tempdir().unwrap();
        for (name, contents) in files {
            fs::write(folder.path().join(name), contents).unwrap();
        }
        Dataset::mnist(folder.path(), &mut Rng::seed(7))
    }

    fn error(files: &[(&str, Vec<u8>)]) -> String {
        format!("{:#}", load(files).err().expect("an error"))
    }

    #[test]
    fn the_bundled_digits_are_complete() {
        let all = bundled_digits().unwrap();
        assert_eq!((all.len(), all.pixels.len()), (1797, 1797 * 64));
        assert!(all.pixels.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
        assert_eq!(all.labels[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(
            all.image(0)[..8],
            [0.0, 0.0, 0.3125, 0.8125, 0.5625, 0.0625, 0.0, 0.0]
        );
    }

    #[test]
    fn the_split_is_a_partition_decided_by_the_seed() {
        let all = bundled_digits().unwrap();
        let split = |seed| Dataset::split(String::new(), &all, &mut Rng::seed(seed)).unwrap();
        let one = split(1);
        assert_eq!((one.train.len(), one.test.len()), (1438, 359));
        assert_eq!(one.test, split(1).test);
        assert_ne!(one.test, split(2).test);

        let sorted = |sets: &[&Images]| {
            let mut rows: Vec<_> = sets
                .iter()
                .flat_map(|set| (0..set.len()).map(|i| (set.labels[i], set.image(i).to_vec())))
                .collect();
            rows.sort_by(|a, b| a.partial_cmp(b).unwrap());
            rows
        };
        assert_eq!(sorted(&[&one.train, &one.test]), sorted(&[&all]));
    }

    #[test]
    fn both_pairs_are_taken_as_they_are() {
        let data = load(&[
            ("train-images-idx3-ubyte", images(20)),
            ("train-labels-idx1-ubyte.gz", gzip(&labels(20))),
            ("t10k-images-idx3-ubyte.gz", gzip(&images(6))),
            ("t10k-labels-idx1-ubyte", labels(6)),
        ])
        .unwrap();
        assert_eq!((data.train.len(), data.test.len()), (20, 6));
        assert_eq!((data.train.height, data.train.width), (2, 3));
        assert_eq!(data.train.labels[13], 3);
        assert_eq!(data.train.image(13), [3.0 / 255.0; 6]);
    }

    #[test]
    fn a_single_pair_is_split() {
        for set in ["train", "t10k"] {
            let data = load(&[
                (&format!("{set}-images-idx3-ubyte"), images(50)),
                (&format!("{set}-labels-idx1-ubyte"), labels(50)),
            ])
            .unwrap();
            assert_eq!((data.train.len(), data.test.len()), (40, 10), "{set}");
        }
    }

    #[test]
    fn broken_sets_are_errors_that_say_what_is_wrong() {
        let pair = |images: Vec<u8>, labels: Vec<u8>| {
            error(&[
                ("t10k-images-idx3-ubyte", images),
                ("t10k-labels-idx1-ubyte", labels),
            ])
        };
        assert!(pair(images(10), labels(11)).contains("10 images, but 11 labels"));
        assert!(pair(labels(10), labels(10)).contains("magic number"));
        assert!(pair(images(10)[..40].to_vec(), labels(10)).contains("but 24 follow"));
        assert!(pair(images(0), labels(0)).contains("no images"));
        assert!(pair(images(4), labels(4)).contains("too few"));
        assert!(pair(images(2), encode(&[2], &[3, 10])).contains("label 1 is 10"));

        assert!(error(&[]).contains("no MNIST files"));
        let message = error(&[("train-images-idx3-ubyte", images(10))]);
        assert!(message.contains("no train-labels-idx1-ubyte"), "{message}");
        let message = error(&[
            ("train-images-idx3-ubyte", images(10)),
            ("train-labels-idx1-ubyte", labels(10)),
            ("t10k-labels-idx1-ubyte", labels(10)),
        ]);
        assert!(message.contains("no t10k-images-idx3-ubyte"), "{message}");
        let message = error(&[
            ("train-images-idx3-ubyte", images(1)),
            ("train-labels-idx1-ubyte", labels(1)),
            ("t10k-images-idx3-ubyte", encode(&[1, 1, 1], &[0])),
            ("t10k-labels-idx1-ubyte", labels(1)),
        ]);
        assert!(
            message.contains("2x3 pixels, the test images 1x1"),
            "{message}"
        );
    }
}
