//! One run: applies the input as a patch of one container to an old file of whatever size it asks for.

use std::io::{self, Cursor, Write};
use std::ops::ControlFlow;

use upgradelink::hdiff::{self, Container, Limits, ReadAt};

/// More is only more of the same, and slow.
const LARGEST_NEW: u64 = 1 << 20;

/// An old file that is there without lying anywhere.
struct Pattern(u64);

impl ReadAt for Pattern {
    fn size(&self) -> io::Result<u64> {
        Ok(self.0)
    }

    fn read_at(&self, into: &mut [u8], position: u64) -> io::Result<usize> {
        let count = into.len().min(self.0.saturating_sub(position) as usize);
        for (byte, position) in into[..count].iter_mut().zip(position..) {
            *byte = (position ^ position >> 8) as u8;
        }
        Ok(count)
    }
}

#[derive(Default)]
struct Counted {
    bytes: u64,
    sum: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len() as u64;
        self.sum = bytes.iter().fold(self.sum, |sum, byte| sum.rotate_left(5) ^ u64::from(*byte));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub fn run(magic: &[u8], input: &[u8]) {
    let patch = [magic, input.get(magic.len()..).unwrap_or(&[])].concat();
    let Ok(info) = hdiff::inspect(patch.as_slice()) else { return };
    if info.new_size > LARGEST_NEW {
        return;
    }
    let old = Pattern(info.old_size.unwrap_or(5586));
    let limits = Limits { max_window: 20 << 20, max_step: 5 << 20, ..Limits::default() };
    let mut go_on = |written, size| {
        assert!(written <= size);
        ControlFlow::Continue(())
    };

    let mut new = Counted::default();
    if hdiff::apply(&old, Cursor::new(&patch), &mut new, &limits, &mut go_on).is_err() {
        return;
    }
    assert_eq!(new.bytes, info.new_size);
    if Container::sniff(&patch).is_some_and(Container::is_sequential) {
        let mut streamed = Counted::default();
        hdiff::apply_stream(&old, patch.as_slice(), &mut streamed, &limits, &mut go_on)
            .expect("what is applied as a file is applied as a stream");
        assert_eq!((streamed.bytes, streamed.sum), (new.bytes, new.sum));
    }
}
