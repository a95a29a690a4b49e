//! Named arrays in a safetensors file.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array {
    pub(crate) dims: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// The arrays of a network, by name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weights(pub(crate) BTreeMap<String, Array>);

impl Weights {
    pub(crate) fn save(&self, path: &Path) -> Result<()> {
        let bytes: Vec<(&str, &Array, Vec<u8>)> = self
            .0
            .iter()
            .map(|(name, array)| {
                let bytes = array.values.iter().flat_map(|x| x.to_le_bytes()).collect();
                (name.as_str(), array, bytes)
            })
            .collect();
        let views = bytes
            .iter()
            .map(|(name, array, bytes)| {
                Ok((
                    *name,
                    TensorView::new(Dtype::F32, array.dims.clone(), bytes)?,
                ))
            })
            .collect::<Result<Vec<_>>>()?;
        std::fs::write(path, safetensors::serialize(views, None)?)
            .with_context(|| format!("cannot write {}", path.display()))
    }

    pub(crate) fn load(path: &Path) -> Result<Self> {
        let bytes =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&bytes)
            .with_context(|| format!("{} is not a file of saved weights", path.display()))
    }

    fn parse(bytes: &[u8]) -> Result<Self> {
        let mut arrays = BTreeMap::new();
        for (name, view) in SafeTensors::deserialize(bytes)?.tensors() {
            ensure!(
                view.dtype() == Dtype::F32,
                "`{name}` is of type {}, not F32",
                view.dtype()
            );
            let (chunks, _) = view.data().as_chunks();
            let array = Array {
                dims: view.shape().to_vec(),
                values: chunks.iter().copied().map(f32::from_le_bytes).collect(),
            };
            arrays.insert(name, array);
        }
        Ok(Self(arrays))
    }

    /// The values of an array, which must have these dimensions.
    pub(crate) fn get(&self, name: &str, dims: &[usize]) -> Result<Vec<f32>> {
        let array = self.array(name)?;
        ensure!(
            array.dims == dims,
            "the saved `{name}` has the shape {:?}, the network needs {dims:?}",
            array.dims
        );
        Ok(array.values.clone())
    }

    /// The sizes of the hidden layers.
    pub(crate) fn hidden(&self) -> Result<[usize; 2]> {
        match self.array("w2")?.dims[..] {
            [h1, h2] => Ok([h1, h2]),
            ref dims => bail!("the saved `w2` has the shape {dims:?}, not that of a matrix"),
        }
    }

    fn array(&self, name: &str) -> Result<&Array> {
        self.0
            .get(name)
            .with_context(|| format!("there is no `{name}` in the file"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights() -> Weights {
        let array = |dims: &[usize], first: f32| Array {
            dims: dims.to_vec(),
            values: (0..dims.iter().product())
                .map(|i| first + i as f32)
                .collect(),
        };
        let arrays = [
            ("w2".to_owned(), array(&[2, 3], -0.5)),
            ("b2".to_owned(), array(&[3], f32::MIN_POSITIVE)),
        ];
        Weights(arrays.into())
    }

    fn error<T>(result: Result<T>) -> String {
        format!("{:#}", result.err().expect("an error"))
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.safetensors");
        weights().save(&path).unwrap();
        let loaded = Weights::load(&path).unwrap();
        assert_eq!(loaded, weights());
        assert_eq!(loaded.hidden().unwrap(), [2, 3]);
        assert_eq!(loaded.get("b2", &[3]).unwrap()[1], 1.0);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(error(weights().get("w2", &[3, 2])).contains("[2, 3], the network needs [3, 2]"));
        assert!(error(weights().get("w1", &[3])).contains("no `w1`"));
        assert!(error(Weights::load(Path::new("no/such.safetensors"))).contains("no/such"));
        assert!(error(weights().save(Path::new("no/such.safetensors"))).contains("cannot write"));
    }

    #[test]
    fn broken_files_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.safetensors");
        weights().save(&path).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        for length in 0..bytes.len() {
            assert!(Weights::parse(&bytes[..length]).is_err(), "{length}");
        }

        let eight = [0; 8];
        let view = TensorView::new(Dtype::F64, vec![1], &eight).unwrap();
        let double = safetensors::serialize([("w2", view)], None).unwrap();
        assert!(error(Weights::parse(&double)).contains("F64, not F32"));
    }
}
