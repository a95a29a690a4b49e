//! The learning curves as pictures.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Once;

use anyhow::{Context, Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use crate::report::{Epoch, Score};

const SIZE: (u32, u32) = (1200, 450);
const TRAIN: RGBColor = RGBColor(31, 119, 180);
const TEST: RGBColor = RGBColor(255, 127, 14);

/// Writes `curves.png` and `curves.svg` into a folder, which is made where it is missing.
pub(crate) fn write_curves(history: &[Epoch], folder: &Path) -> Result<[PathBuf; 2]> {
    load_font();
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let paths = ["curves.png", "curves.svg"].map(|name| folder.join(name));

    let mut pixels = vec![0; 3 * (SIZE.0 * SIZE.1) as usize];
    draw(
        BitMapBackend::with_buffer(&mut pixels, SIZE).into_drawing_area(),
        history,
    )?;
    write_png(&paths[0], &pixels)
        .with_context(|| format!("cannot write {}", paths[0].display()))?;

    let mut svg = String::new();
    draw(
        SVGBackend::with_string(&mut svg, SIZE).into_drawing_area(),
        history,
    )?;
    fs::write(&paths[1], svg).with_context(|| format!("cannot write {}", paths[1].display()))?;
    Ok(paths)
}

/// The font comes with the example, so that text looks the same on every machine.
fn load_font() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let font = include_bytes!("../data/DejaVuSans-ascii.ttf");
        register_font("sans-serif", FontStyle::Normal, font)
            .unwrap_or_else(|_| panic!("the bundled font is broken"));
    });
}

fn write_png(path: &Path, pixels: &[u8]) -> Result<()> {
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), SIZE.0, SIZE.1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(pixels)?;
    Ok(())
}

fn draw<B: DrawingBackend>(area: DrawingArea<B, Shift>, history: &[Epoch]) -> Result<()> {
    draw_panels(&area, history).map_err(|error| anyhow!("cannot draw the curves: {error}"))
}

type DrawResult<B> = Result<(), DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;

fn draw_panels<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    history: &[Epoch],
) -> DrawResult<B> {
    area.fill(&WHITE)?;
    let (left, right) = area.split_horizontally(SIZE.0 / 2);
    draw_panel(&left, "cross entropy", history, |score| score.loss)?;
    draw_panel(&right, "accuracy in %", history, |score| {
        100.0 * score.accuracy
    })?;
    area.present()
}

fn draw_panel<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    title: &str,
    history: &[Epoch],
    value: impl Fn(&Score) -> f32,
) -> DrawResult<B> {
    let curves = [("train", TRAIN), ("test", TEST)].map(|(name, color)| {
        let points: Vec<(f32, f32)> = (1_u16..)
            .zip(history)
            .map(|(epoch, scores)| {
                let score = if name == "train" {
                    &scores.train
                } else {
                    &scores.test
                };
                (f32::from(epoch), value(score))
            })
            .filter(|(_, y)| y.is_finite())
            .collect();
        (name, color, points)
    });
    let (low, high) = curves.iter().flat_map(|(_, _, points)| points).fold(
        (f32::INFINITY, f32::NEG_INFINITY),
        |(low, high), &(_, y)| (low.min(y), high.max(y)),
    );
    let (low, high) = if low < high { (low, high) } else { (0.0, 1.0) };
    let margin = 0.05 * (high - low);

    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 22))
        .margin(16)
        .x_label_area_size(40)
        .y_label_area_size(56)
        .build_cartesian_2d(
            1.0..(history.len().max(2) as f32),
            low - margin..high + margin,
        )?;
    chart
        .configure_mesh()
        .x_desc("epoch")
        .x_label_formatter(&|x| format!("{x:.0}"))
        .label_style(("sans-serif", 15))
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.12))
        .axis_style(BLACK.mix(0.5))
        .draw()?;
    for (name, color, points) in curves {
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .label_font(("sans-serif", 16))
        .background_style(WHITE.mix(0.9))
        .border_style(BLACK.mix(0.2))
        .position(SeriesLabelPosition::MiddleRight)
        .draw()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(loss: f32, accuracy: f32) -> Epoch {
        let train = Score { loss, accuracy };
        let test = Score {
            loss: loss * 1.2,
            accuracy: accuracy * 0.98,
        };
        Epoch { train, test }
    }

    #[test]
    fn both_files_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let history: Vec<_> = (1..=30_u8)
            .map(|i| epoch(2.0 / f32::from(i), 1.0 - 0.5 / f32::from(i)))
            .collect();
        let paths = write_curves(&history, &folder.path().join("a/b")).unwrap();
        let decoder = png::Decoder::new(std::io::BufReader::new(File::open(&paths[0]).unwrap()));
        assert_eq!(decoder.read_info().unwrap().info().size(), SIZE);
        let svg = fs::read_to_string(&paths[1]).unwrap();
        assert!(svg.contains("cross entropy") && svg.matches("<polyline").count() >= 4);
    }

    #[test]
    fn short_or_diverged_histories_are_drawn_too() {
        let folder = tempfile::tempdir().unwrap();
        for history in [vec![epoch(1.0, 0.5)], vec![epoch(f32::NAN, 0.1); 3]] {
            write_curves(&history, folder.path()).unwrap();
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = write_curves(&[epoch(1.0, 0.5)], file.path()).unwrap_err();
        assert!(error.to_string().contains("cannot make the folder"));
    }
}
