//! Recycled buffers, so that a warm training step allocates nothing.
//!
//! A dropped tensor leaves its buffer with the thread that drops it, keyed by its exact length; the next tensor of that
//! length takes it. Everything is capped, and at the end of a thread, when its storage is gone, buffers are freed.

use crate::Float;

/// At most this many bytes of idle buffers a thread and element type.
const IDLE_BYTES: usize = 256 << 20;
/// At most this many different lengths.
const LENGTHS: usize = 128;
/// Room for at most this many buffers of one length is made ahead.
const ROOM: usize = 128;

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
    /// How many buffers were made because there was none, up to [`ROOM`]: so many return without an allocation.
    made: usize,
}

impl<T> Pool<T> {
    pub(crate) const fn new() -> Self {
        Self {
            shelves: Vec::new(),
            idle: 0,
        }
    }

    fn take(&mut self, len: usize) -> Option<Vec<T>> {
        let shelf = self.shelf(len);
        if let Some(buffer) = shelf.buffers.pop() {
            self.idle -= len;
            return Some(buffer);
        }
        shelf.made = ROOM.min(shelf.made + 1);
        shelf.buffers.reserve(shelf.made);
        None
    }

    /// Takes a buffer, or returns it where it would be too much.
    fn put(&mut self, buffer: Vec<T>) -> Option<Vec<T>> {
        let len = buffer.len();
        if (self.idle + len) * size_of::<T>() > IDLE_BYTES {
            return Some(buffer);
        }
        self.idle += len;
        self.shelf(len).buffers.push(buffer);
        None
    }

    fn shelf(&mut self, len: usize) -> &mut Shelf<T> {
        let known = self.shelves.iter().position(|shelf| shelf.len == len);
        let place = known.unwrap_or_else(|| {
            if self.shelves.len() == LENGTHS {
                // The length known longest gives way, so that a stream of odd batch sizes cannot fill the pool for good.
                let oldest = self.shelves.remove(0);
                self.idle -= oldest.len * oldest.buffers.len();
            }
            self.shelves.push(Shelf {
                len,
                buffers: Vec::new(),
                made: 0,
            });
            self.shelves.len() - 1
        });
        &mut self.shelves[place]
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

/// Gives a buffer back; one that is not taken is returned.
pub(crate) fn put<T: Float>(buffer: Vec<T>) -> Option<Vec<T>> {
    // A buffer that another allocator call grew would waste its spare capacity here.
    if buffer.is_empty() || buffer.capacity() != buffer.len() {
        return Some(buffer);
    }
    T::with_pool(|pool| pool.put(buffer)).flatten()
}
