//! The compressors: what each puts in front of its data, and the decoder that reads it.
//!
//! A decoder is opened only after its window is taken out of what [`Windows`] allow.
#![cfg_attr(
    not(all(feature = "zlib", feature = "bz2", feature = "lzma", feature = "zstd")),
    allow(dead_code, reason = "what only some decoders need")
)]

use std::cell::Cell;
use std::io::{self, Read};

use super::error::{Error, Kind};
use super::patch::{Positioned, Stretch};

/// The memory that all decoders of one patch may take together for their windows.
pub(super) struct Windows {
    most: u64,
    left: Cell<u64>,
}

impl Windows {
    pub fn new(most: u64) -> Self {
        Windows { most, left: Cell::new(most) }
    }

    fn take(&self, size: u64) -> Result<(), Refusal> {
        let Some(left) = self.left.get().checked_sub(size) else {
            let (left, most) = (self.left.get(), self.most);
            let message = format!("its decoder needs {size} bytes, {left} of the allowed {most} are left");
            return Err(Refusal { kind: Kind::Limit, message });
        };
        self.left.set(left);
        Ok(())
    }
}

/// Why a decoder was not opened.
pub(super) struct Refusal {
    kind: Kind,
    message: String,
}

impl Refusal {
    pub fn into_error(self, section: &str, offset: u64, patch: &dyn Positioned) -> Error {
        match patch.take_failure() {
            Some(failure) => failure,
            None => Error::new(self.kind, offset, format!("{section}: {}", self.message)),
        }
    }
}

fn malformed(message: impl Into<String>) -> Refusal {
    Refusal { kind: Kind::Malformed, message: message.into() }
}

fn unsupported(message: String) -> Refusal {
    Refusal { kind: Kind::Unsupported, message }
}

#[cfg(not(all(feature = "zlib", feature = "bz2", feature = "lzma", feature = "zstd")))]
fn left_out(compressor: &str) -> Refusal {
    unsupported(format!("this build was made without {compressor}"))
}

type Decoder<'a> = Result<Box<dyn Read + 'a>, Refusal>;

/// Opens what `compressor` packed into `stored`; it must give `size` bytes.
pub(super) fn open<'a>(
    compressor: &str,
    stored: Stretch<'a>,
    size: u64,
    windows: &'a Windows,
) -> Decoder<'a> {
    match compressor {
        "zlib" | "pzlib" => zlib::open(stored, windows),
        "bz2" | "bzip2" | "pbz2" | "pbzip2" => bz2::open(stored, windows),
        "lzma" => lzma::open(stored, size, windows),
        "lzma2" => lzma::open2(stored, size, windows),
        "zstd" => zstd::open(stored, windows),
        "" => Err(malformed("it is compressed, but no compressor is named")),
        other => Err(unsupported(format!("the compressor {other:?} is not known"))),
    }
}

/// What decoders read at once.
const BLOCK: usize = 32 << 10;

fn parameters<const N: usize>(stored: &mut Stretch<'_>) -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    stored.read_exact(&mut bytes).map_err(|_| malformed("it ends inside its parameters"))?;
    Ok(bytes)
}

/// A stream that makes nothing costs as much to begin as any other, and many fit into a small patch.
#[cfg(any(feature = "zlib", feature = "bz2"))]
fn idle() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it holds a stream of nothing")
}

/// One byte of window bits as zlib's `inflateInit2` takes it, then deflate streams in a row.
#[cfg(feature = "zlib")]
mod zlib {
    use super::*;
    use miniz_oxide::inflate::stream::{InflateState, MinReset, inflate};
    use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};
    use std::io::{BufRead, BufReader};

    struct Inflate<'a> {
        stored: BufReader<Stretch<'a>>,
        state: Box<InflateState>,
        /// Whether the present stream has made nothing so far.
        idle: bool,
    }

    pub fn open<'a>(mut stored: Stretch<'a>, windows: &Windows) -> Decoder<'a> {
        let [bits] = parameters(&mut stored)?;
        let format = match i8::from_le_bytes([bits]) {
            -15..=-8 => DataFormat::Raw,
            0 | 8..=15 => DataFormat::Zlib,
            bits @ (16 | 24..=31) => return Err(unsupported(format!("gzip wrapping (window bits {bits})"))),
            bits => return Err(malformed(format!("window bits {bits}, expected -15 to -8 or 8 to 15"))),
        };
        windows.take(size_of::<InflateState>() as u64)?;
        let state = InflateState::new_boxed(format);
        Ok(Box::new(Inflate { stored: BufReader::with_capacity(BLOCK, stored), state, idle: true }))
    }

    impl Read for Inflate<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            loop {
                let input = self.stored.fill_buf()?;
                let at_end = input.is_empty();
                let step = inflate(&mut self.state, input, into, MZFlush::None);
                self.stored.consume(step.bytes_consumed);
                let moved = step.bytes_consumed + step.bytes_written > 0;
                self.idle &= step.bytes_written == 0;
                match step.status {
                    Ok(MZStatus::StreamEnd) if self.idle => return Err(idle()),
                    Ok(MZStatus::StreamEnd) => {
                        // The window may stay: what is in it came from this patch.
                        self.state.reset_as(MinReset);
                        self.idle = true;
                    }
                    Ok(_) | Err(MZError::Buf) if moved || at_end || into.is_empty() => {}
                    Ok(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, "it does not go on")),
                    Err(error) => {
                        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("{error:?}")));
                    }
                }
                if step.bytes_written > 0 || at_end || into.is_empty() {
                    return Ok(step.bytes_written);
                }
            }
        }
    }
}

/// One or several .bz2 streams in a row.
#[cfg(feature = "bz2")]
mod bz2 {
    use super::*;
    use ::bzip2::{Decompress, Status};
    use std::io::{BufRead, BufReader};

    /// What the decoder of the largest block takes.
    const MEMORY: u64 = 4 << 20;

    struct Bz2<'a> {
        stored: BufReader<Stretch<'a>>,
        stream: Decompress,
    }

    pub fn open<'a>(stored: Stretch<'a>, windows: &Windows) -> Decoder<'a> {
        windows.take(MEMORY)?;
        let stored = BufReader::with_capacity(BLOCK, stored);
        Ok(Box::new(Bz2 { stored, stream: Decompress::new(false) }))
    }

    impl Read for Bz2<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            loop {
                let input = self.stored.fill_buf()?;
                let at_end = input.is_empty();
                let (taken, made) = (self.stream.total_in(), self.stream.total_out());
                let status = self.stream.decompress(input, into)?;
                let taken = (self.stream.total_in() - taken) as usize;
                let made = (self.stream.total_out() - made) as usize;
                self.stored.consume(taken);
                if status == Status::StreamEnd {
                    if self.stream.total_out() == 0 {
                        return Err(idle());
                    }
                    self.stream = Decompress::new(false);
                }
                if made > 0 || at_end || into.is_empty() {
                    return Ok(made);
                }
            }
        }
    }
}

/// Raw LZMA behind its properties, LZMA2 chunks behind their dictionary size.
#[cfg(feature = "lzma")]
mod lzma {
    use super::*;
    use lzma_rust2::{Lzma2Reader, LzmaReader};
    use std::io::BufReader;

    /// The largest dictionary that writers offer.
    const LARGEST: u32 = 3 << 29;
    const SMALLEST: u32 = 4096;

    pub fn open<'a>(mut stored: Stretch<'a>, size: u64, windows: &Windows) -> Decoder<'a> {
        let [length] = parameters(&mut stored)?;
        if length != 5 {
            return Err(malformed(format!("{length} bytes of LZMA properties, expected 5")));
        }
        let [properties, dictionary @ ..]: [u8; 5] = parameters(&mut stored)?;
        if properties >= 9 * 5 * 5 {
            return Err(malformed(format!("LZMA properties {properties}, expected less than 225")));
        }
        let literal_bits = properties % 9 + properties / 9 % 5;
        let probabilities = 0x600u64 << literal_bits;
        let dictionary = dictionary_for(u32::from_le_bytes(dictionary), size, probabilities, windows)?;
        LzmaReader::new_with_props(stored, size, properties, dictionary, None)
            .map(|decoder| Box::new(decoder) as _)
            .map_err(|error| malformed(format!("it does not begin as LZMA: {error}")))
    }

    pub fn open2<'a>(mut stored: Stretch<'a>, size: u64, windows: &Windows) -> Decoder<'a> {
        let [property] = parameters(&mut stored)?;
        let dictionary = match u32::from(property) {
            40 => u32::MAX,
            exponent @ 0..40 => (2 | exponent & 1) << (exponent / 2 + 11),
            other => {
                return Err(malformed(format!("LZMA2 dictionary property {other}, expected at most 40")));
            }
        };
        let dictionary = dictionary_for(dictionary, size, 0x600 << 4, windows)?;
        let stored = BufReader::with_capacity(BLOCK, stored);
        Ok(Box::new(Lzma2Reader::new(stored, dictionary, None)))
    }

    /// Nothing can refer further back than the section is long.
    fn dictionary_for(
        declared: u32,
        size: u64,
        probabilities: u64,
        windows: &Windows,
    ) -> Result<u32, Refusal> {
        if declared > LARGEST {
            let message = format!("a dictionary of {declared} bytes, no writer uses more than {LARGEST}");
            return Err(Refusal { kind: Kind::Limit, message });
        }
        let needed = u32::try_from(size).map_or(declared, |size| size.min(declared)).max(SMALLEST);
        windows.take(u64::from(needed) + probabilities)?;
        Ok(needed)
    }
}

/// Zstandard frames in a row.
#[cfg(feature = "zstd")]
mod zstd {
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
}

#[cfg(not(feature = "zlib"))]
mod zlib {
    use super::*;

    pub fn open<'a>(_: Stretch<'a>, _: &Windows) -> Decoder<'a> {
        Err(left_out("zlib"))
    }
}

#[cfg(not(feature = "bz2"))]
mod bz2 {
    use super::*;

    pub fn open<'a>(_: Stretch<'a>, _: &Windows) -> Decoder<'a> {
        Err(left_out("bz2"))
    }
}

#[cfg(not(feature = "lzma"))]
mod lzma {
    use super::*;

    pub fn open<'a>(_: Stretch<'a>, _: u64, _: &Windows) -> Decoder<'a> {
        Err(left_out("lzma"))
    }

    pub fn open2<'a>(_: Stretch<'a>, _: u64, _: &Windows) -> Decoder<'a> {
        Err(left_out("lzma2"))
    }
}

#[cfg(not(feature = "zstd"))]
mod zstd {
    use super::*;

    pub fn open<'a>(_: Stretch<'a>, _: &Windows) -> Decoder<'a> {
        Err(left_out("zstd"))
    }
}
