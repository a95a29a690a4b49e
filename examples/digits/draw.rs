//! Images as text.

/// The lines of an image in shades of ink, about as wide as it is high on a terminal, whose characters are twice as
/// high as wide: a pixel of a small image takes two columns, in a large one a character covers two rows.
pub(crate) fn draw(pixels: &[f32], width: usize) -> Vec<String> {
    let rows: Vec<&[f32]> = pixels.chunks(width).collect();
    if width <= 14 {
        let double = |row: &&[f32]| row.iter().flat_map(|&pixel| [shade(pixel); 2]).collect();
        return rows.iter().map(double).collect();
    }
    let merge = |pair: &[&[f32]]| {
        (0..width)
            .map(|x| shade(pair.iter().map(|row| row[x]).sum::<f32>() / pair.len() as f32))
            .collect()
    };
    rows.chunks(2).map(merge).collect()
}

/// The drawings, side by side.
pub(crate) fn beside(drawings: &[Vec<String>]) -> Vec<String> {
    let height = drawings.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|line| {
            let parts: Vec<&str> = drawings
                .iter()
                .map(|drawing| drawing[line].as_str())
                .collect();
            parts.join("  ")
        })
        .collect()
}

fn shade(ink: f32) -> char {
    const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];
    SHADES[(ink * SHADES.len() as f32).clamp(0.0, 4.0) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_images_get_two_columns_a_pixel() {
        assert_eq!(draw(&[0.0, 0.3, 0.5, 1.0], 2), ["  ░░", "▒▒██"]);
    }

    #[test]
    fn large_images_get_two_rows_a_character() {
        let mut pixels = vec![0.0; 28 * 27];
        pixels[0] = 1.0;
        pixels[28 * 26] = 1.0;
        let lines = draw(&pixels, 28);
        assert_eq!(lines.len(), 14);
        assert!(lines[0].starts_with("▒ ") && lines[13].starts_with("█ "));
        assert!(lines.iter().all(|line| line.chars().count() == 28));
    }

    #[test]
    fn drawings_stand_beside_each_other() {
        let one = draw(&[1.0, 0.0], 1);
        assert_eq!(beside(&[one.clone(), one]), ["██  ██", "      "]);
    }
}
