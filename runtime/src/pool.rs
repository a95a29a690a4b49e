//! Recycled buffers, so that a warm training step allocates nothing.
//!
//! A dropped tensor leaves its buffer with the thread that drops it, keyed by its exact length; the next tensor of that
//! length takes it. Everything is capped, and at the end of a thread, when its storage is gone, buffers are freed.

use crate::Float;

/// At most this many bytes of idle buffers a thread and element type.
const IDLE_BYTES: usize = 256 << 20;
/// At most this many different lengths.
const LENGTHS: usize = 128;

/// The idle buffers of one thread and element type.
#[doc(hidden)]
#[derive(Debug)]
pub struct Pool<T> {
    shelves: Vec<Shelf<T>>,
    idle: usize,
}

#[derive(Debug)]
struct Shelf<T> {
    len: usize,
    buffers: Vec<Vec<T>>,
}

impl<T> Pool<T> {
    pub(crate) const fn new() -> Self {
        Self {
            shelves: Vec::new(),
            idle: 0,
        }
    }

    fn take(&mut self, len: usize) -> Option<Vec<T>> {
        let buffer = self
            .shelves
            .iter_mut()
            .find(|shelf| shelf.len == len)?
            .buffers
            .pop()?;
        self.idle -= len;
        Some(buffer)
    }

    fn put(&mut self, buffer: Vec<T>) {
        let len = buffer.len();
        if (self.idle + len) * size_of::<T>() > IDLE_BYTES {
            return;
        }
        let place = match self.shelves.iter().position(|shelf| shelf.len == len) {
            Some(place) => place,
            None if self.shelves.len() < LENGTHS => {
                self.shelves.push(Shelf {
                    len,
                    buffers: Vec::new(),
                });
                self.shelves.len() - 1
            }
            // The length known longest gives way, so that a stream of odd batch sizes cannot fill the pool for good.
            None => {
                let freed: usize = self.shelves[0].buffers.iter().map(Vec::len).sum();
                self.idle -= freed;
                self.shelves[0] = Shelf {
                    len,
                    buffers: Vec::new(),
                };
                self.shelves.rotate_left(1);
                self.shelves.len() - 1
            }
        };
        self.idle += len;
        self.shelves[place].buffers.push(buffer);
    }
}

/// A buffer of `len` elements with arbitrary contents.
pub(crate) fn take<T: Float>(len: usize) -> Vec<T> {
    if len == 0 {
        return Vec::new();
    }
    T::with_pool(|pool| pool.take(len))
        .flatten()
        .unwrap_or_else(|| vec![T::ZERO; len])
}

/// Gives a buffer back.
pub(crate) fn put<T: Float>(buffer: Vec<T>) {
    // A buffer that another allocator call grew would waste its spare capacity here.
    if !buffer.is_empty() && buffer.capacity() == buffer.len() {
        T::with_pool(|pool| pool.put(buffer));
    }
}
