//! The IDX format of the MNIST files: a big-endian magic number (two zero bytes, 8 for unsigned bytes, the number of
//! axes), the length of each axis, then the bytes. <https://yann.lecun.com/exdb/mnist/>

use std::fs;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use flate2::read::MultiGzDecoder;

/// Bytes in as many axes as the file has.
#[derive(Debug, PartialEq)]
pub(crate) struct Idx<const AXES: usize> {
    pub(crate) dims: [usize; AXES],
    pub(crate) bytes: Vec<u8>,
}

impl<const AXES: usize> Idx<AXES> {
    /// Reads a file, gzipped or not.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let raw = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        gunzip(raw)
            .and_then(|bytes| Self::parse(&bytes))
            .with_context(|| format!("{} is not a valid IDX file", path.display()))
    }

    fn parse(mut bytes: &[u8]) -> Result<Self> {
        let expected = 0x0800 + AXES as u32;
        let magic = take_u32(&mut bytes)?;
        ensure!(
            magic == expected,
            "its magic number is 0x{magic:08x}, but unsigned bytes in {AXES} axes have 0x{expected:08x}"
        );
        let mut dims = [0; AXES];
        for dim in &mut dims {
            *dim = take_u32(&mut bytes)? as usize;
        }
        let Some(announced) = dims
            .iter()
            .try_fold(1_usize, |all, &dim| all.checked_mul(dim))
        else {
            bail!("its header announces {dims:?}, more than can be addressed");
        };
        ensure!(
            bytes.len() == announced,
            "its header announces {dims:?} = {announced} bytes, but {} follow",
            bytes.len()
        );
        Ok(Self {
            dims,
            bytes: bytes.to_vec(),
        })
    }
}

fn take_u32(bytes: &mut &[u8]) -> Result<u32> {
    let (head, rest) = bytes
        .split_first_chunk()
        .context("it ends within the header")?;
    *bytes = rest;
    Ok(u32::from_be_bytes(*head))
}

fn gunzip(raw: Vec<u8>) -> Result<Vec<u8>> {
    if !raw.starts_with(&[0x1f, 0x8b]) {
        return Ok(raw);
    }
    let mut bytes = Vec::new();
    MultiGzDecoder::new(raw.as_slice())
        .read_to_end(&mut bytes)
        .context("its gzip stream is broken")?;
    Ok(bytes)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    pub(crate) fn encode(dims: &[u32], bytes: &[u8]) -> Vec<u8> {
        let magic = 0x0800 + dims.len() as u32;
        let header = [&[magic], dims].concat();
        [
            header.into_iter().flat_map(u32::to_be_bytes).collect(),
            bytes.to_vec(),
        ]
        .concat()
    }

    pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read<const AXES: usize>(contents: &[u8]) -> Result<Idx<AXES>> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), contents).unwrap();
        Idx::read(file.path())
    }

    fn error<const AXES: usize>(contents: &[u8]) -> String {
        format!("{:#}", read::<AXES>(contents).unwrap_err())
    }

    #[test]
    fn plain_and_gzipped_files_read_the_same() {
        let file = encode(&[2, 1, 3], &[1, 2, 3, 4, 5, 255]);
        let expected = Idx {
            dims: [2, 1, 3],
            bytes: vec![1, 2, 3, 4, 5, 255],
        };
        assert_eq!(read(&file).unwrap(), expected);
        assert_eq!(read(&gzip(&file)).unwrap(), expected);
    }

    #[test]
    fn every_truncation_is_an_error() {
        let file = encode(&[2, 1, 3], &[1, 2, 3, 4, 5, 255]);
        let zipped = gzip(&file);
        for length in 0..file.len() {
            let message = error::<3>(&file[..length]);
            let part = if length < 16 {
                "within the header"
            } else {
                "= 6 bytes, but"
            };
            assert!(message.contains(part), "{length}: {message}");
        }
        for length in 0..zipped.len() {
            assert!(read::<3>(&zipped[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn surplus_bytes_are_an_error() {
        let message = error::<1>(&encode(&[2], &[1, 2, 3]));
        assert!(message.contains("[2] = 2 bytes, but 3 follow"), "{message}");
    }

    #[test]
    fn a_wrong_magic_number_is_named() {
        let labels = encode(&[2], &[1, 2]);
        let message = error::<3>(&labels);
        assert!(
            message.contains("0x00000801") && message.contains("0x00000803"),
            "{message}"
        );
        assert!(error::<3>(b"P5 28 28 255 ....").contains("magic number"));
    }

    #[test]
    fn absurd_sizes_are_an_error() {
        let message = error::<3>(&encode(&[u32::MAX; 3], &[]));
        assert!(message.contains("more than can be addressed"), "{message}");
        assert!(error::<1>(&encode(&[u32::MAX], &[0; 9])).contains("but 9 follow"));
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Idx::<1>::read(Path::new("no/such/file")).unwrap_err();
        assert!(format!("{error:#}").contains("no/such/file"));
    }
}
