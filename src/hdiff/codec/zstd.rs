//! Zstandard frames in a row.

use super::*;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{BufReader, Chain};

struct Zstd<'a> {
    stored: BufReader<Stretch<'a>>,
    decoder: FrameDecoder,
    windows: &'a Windows,
    /// What was taken for the windows so far; a later frame may need more.
    window: u64,
}

const FRAME: u32 = 0xFD2F_B528;
/// Frames with data of somebody else, to be skipped; the last digit is free.
const SKIPPABLE: u32 = 0x184D_2A50;

pub fn open<'a>(stored: Stretch<'a>, windows: &'a Windows) -> Decoder<'a> {
    let stored = BufReader::with_capacity(BLOCK, stored);
    let mut zstd = Zstd { stored, decoder: FrameDecoder::new(), windows, window: 0 };
    match zstd.next_frame()? {
        true => Ok(Box::new(zstd)),
        false => Err(malformed("it ends before its first frame")),
    }
}

impl Zstd<'_> {
    /// Begins the next frame; false at the end.
    fn next_frame(&mut self) -> Result<bool, Refusal> {
        loop {
            let mut magic = [0; 4];
            match self.stored.by_ref().bytes().next() {
                Some(Ok(first)) => magic[0] = first,
                _ => return Ok(false),
            }
            self.exact(&mut magic[1..])?;
            match u32::from_le_bytes(magic) {
                FRAME => break,
                other if other & !0xf == SKIPPABLE => self.skip_frame()?,
                other => return Err(malformed(format!("a zstd frame begins with {other:#010x}"))),
            }
        }
        let header = self.frame_header()?;
        if self.reserve(header.window)? {
            // A new decoder has no buffer and would double it time and again, with the old one beside
            // the new; beginning twice takes it whole.
            self.decoder = FrameDecoder::new();
            self.decoder.set_max_window_size(self.windows.most);
            self.begin(&header)?;
        }
        self.begin(&header)?;
        Ok(true)
    }

    fn begin(&mut self, header: &FrameHeader) -> Result<(), Refusal> {
        let header: Chain<&[u8], &[u8]> = FRAME_MAGIC.chain(&header.bytes[..header.length]);
        self.decoder.reset(header).map_err(|_| malformed("the header of a zstd frame is malformed"))
    }

    fn skip_frame(&mut self) -> Result<(), Refusal> {
        let mut length = [0; 4];
        self.exact(&mut length)?;
        let length = u64::from(u32::from_le_bytes(length));
        let skipped = io::copy(&mut (&mut self.stored).take(length), &mut io::sink());
        match skipped {
            Ok(skipped) if skipped == length => Ok(()),
            _ => Err(malformed("it ends inside a skippable zstd frame")),
        }
    }

    /// The window is known before the decoder sees the header, and so before it takes memory.
    fn frame_header(&mut self) -> Result<FrameHeader, Refusal> {
        let mut header = FrameHeader { bytes: [0; 14], length: 1, window: 0 };
        self.exact(&mut header.bytes[..1])?;
        let [descriptor, ..] = header.bytes;
        let single_segment = descriptor & 0x20 != 0;
        let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
        let content = match descriptor >> 6 {
            0 => usize::from(single_segment),
            exponent => 1 << exponent,
        };
        let before_content = 1 + usize::from(!single_segment) + dictionary;
        header.length = before_content + content;
        self.exact(&mut header.bytes[1..header.length])?;
        header.window = if single_segment {
            let mut number = [0; 8];
            number[..content].copy_from_slice(&header.bytes[before_content..header.length]);
            u64::from_le_bytes(number) + if content == 2 { 256 } else { 0 }
        } else {
            let [_, window, ..] = header.bytes;
            let base = 1u64 << (10 + (window >> 3));
            base + base / 8 * u64::from(window & 7)
        };
        Ok(header)
    }

    /// Whether more is needed than before. The decoder rounds its buffer up to a power of two.
    fn reserve(&mut self, window: u64) -> Result<bool, Refusal> {
        let needed = window.checked_next_power_of_two().unwrap_or(u64::MAX);
        let grows = needed > self.window;
        if grows {
            self.windows.take(needed - self.window)?;
            self.window = needed;
            is_there_memory(needed)?;
        }
        Ok(grows)
    }

    fn exact(&mut self, into: &mut [u8]) -> Result<(), Refusal> {
        self.stored.read_exact(into).map_err(|_| malformed("it ends inside the header of a zstd frame"))
    }
}

/// The decoder would panic where there is none.
fn is_there_memory(size: u64) -> Result<(), Refusal> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let mut trial: Vec<u8> = Vec::new();
    trial.try_reserve_exact(size).map_err(|error| {
        let message = format!("no memory for a window of {size} bytes: {error}");
        Refusal { kind: Kind::Limit, message }
    })?;
    std::hint::black_box(&trial);
    Ok(())
}

const FRAME_MAGIC: &[u8] = &FRAME.to_le_bytes();

struct FrameHeader {
    bytes: [u8; 14],
    length: usize,
    window: u64,
}

impl Read for Zstd<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.decoder.can_collect() == 0 {
            if self.decoder.is_finished() {
                match self.next_frame() {
                    Ok(true) => continue,
                    Ok(false) => return Ok(0),
                    Err(refusal) => return Err(refusal.into()),
                }
            }
            self.decoder
                .decode_blocks(&mut self.stored, BlockDecodingStrategy::UptoBlocks(1))
                // The decoder's own sentences would be a tenth of its size.
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a zstd block is malformed"))?;
        }
        self.decoder.read(into)
    }
}

impl From<Refusal> for io::Error {
    fn from(refusal: Refusal) -> Self {
        let kind = match refusal.kind {
            Kind::Limit => io::ErrorKind::OutOfMemory,
            _ => io::ErrorKind::InvalidData,
        };
        io::Error::new(kind, refusal.message)
    }
}
