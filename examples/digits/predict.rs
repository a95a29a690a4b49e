//! A few test images as the network sees them.

use console::style;

use crate::data::{CLASSES, Images};
use crate::draw::{beside, draw};

const COLUMNS: usize = 80;

/// Prints some images with the most probable digit and its probability, first any ones, then mistakes.
/// `probabilities` has a row for each image.
pub(crate) fn show(images: &Images, probabilities: &[f32], predictions: &[usize]) {
    let gallery = Gallery {
        images,
        probabilities,
        predictions,
    };
    println!("\nsome test images, what they are taken for, and how probable that is\n");
    let per_row = gallery.per_row();
    gallery.print_row(0..per_row);
    gallery.print_row(per_row..2 * per_row);

    let wrong: Vec<usize> = (0..images.len())
        .filter(|&i| predictions[i] != images.labels[i])
        .collect();
    if !wrong.is_empty() {
        println!("mistakes\n");
        gallery.print_row(wrong.into_iter().take(per_row));
    }
}

struct Gallery<'a> {
    images: &'a Images,
    probabilities: &'a [f32],
    predictions: &'a [usize],
}

impl Gallery<'_> {
    fn columns(&self) -> usize {
        draw(self.images.image(0), self.images.width)[0]
            .chars()
            .count()
    }

    fn per_row(&self) -> usize {
        (COLUMNS / (self.columns() + 2)).max(1)
    }

    fn print_row(&self, indices: impl IntoIterator<Item = usize>) {
        let indices: Vec<usize> = indices
            .into_iter()
            .filter(|&i| i < self.images.len())
            .collect();
        let drawings: Vec<_> = indices
            .iter()
            .map(|&i| draw(self.images.image(i), self.images.width))
            .collect();
        for line in beside(&drawings) {
            println!("{line}");
        }
        let width = self.columns();
        for &i in &indices {
            print!("{}", self.caption(i, width));
        }
        println!("\n");
    }

    fn caption(&self, index: usize, width: usize) -> String {
        let (found, truth) = (self.predictions[index], self.images.labels[index]);
        let percent = 100.0 * self.probabilities[index * CLASSES + found];
        if found == truth {
            let text = format!("{found} {percent:.1}%");
            format!("{}  ", style(format!("{text:^width$}")).green())
        } else {
            let text = format!("{found} {percent:.1}% (is {truth})");
            format!("{}  ", style(format!("{text:^width$}")).red())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_tell_mistakes() {
        let images = Images {
            height: 1,
            width: 8,
            pixels: vec![0.0; 16],
            labels: vec![3, 4],
        };
        let mut probabilities = vec![0.0; 2 * CLASSES];
        probabilities[3] = 0.875;
        probabilities[CLASSES + 9] = 0.5;
        let gallery = Gallery {
            images: &images,
            probabilities: &probabilities,
            predictions: &[3, 9],
        };
        assert_eq!(gallery.per_row(), 4);
        let plain = |index| console::strip_ansi_codes(&gallery.caption(index, 16)).into_owned();
        assert_eq!(plain(0), "    3 87.5%       ");
        assert_eq!(plain(1), " 9 50.0% (is 4)   ");
    }
}
