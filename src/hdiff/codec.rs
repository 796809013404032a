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

/// How many streams of a section may make nothing. A writer in blocks may leave one; but each costs as much to begin
/// as any other, and many fit into a small patch.
#[cfg(any(feature = "zlib", feature = "bz2"))]
const MOST_IDLE: u32 = 64;

#[cfg(any(feature = "zlib", feature = "bz2"))]
fn count_idle(streams: &mut u32) -> io::Result<()> {
    *streams += 1;
    if *streams <= MOST_IDLE {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "it holds too many streams of nothing"))
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
        /// Whether the present stream has made nothing so far, and how many others did not.
        idle: bool,
        idle_streams: u32,
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
        Ok(Box::new(Inflate {
            stored: BufReader::with_capacity(BLOCK, stored),
            state,
            idle: true,
            idle_streams: 0,
        }))
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
                    Ok(MZStatus::StreamEnd) => {
                        if self.idle {
                            count_idle(&mut self.idle_streams)?;
                        }
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
        /// How many streams made nothing.
        idle_streams: u32,
    }

    pub fn open<'a>(stored: Stretch<'a>, windows: &Windows) -> Decoder<'a> {
        windows.take(MEMORY)?;
        let stored = BufReader::with_capacity(BLOCK, stored);
        Ok(Box::new(Bz2 { stored, stream: Decompress::new(false), idle_streams: 0 }))
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
                match status {
                    Status::StreamEnd => {
                        if self.stream.total_out() == 0 {
                            count_idle(&mut self.idle_streams)?;
                        }
                        self.stream = Decompress::new(false);
                    }
                    Status::MemNeeded => return Err(io::ErrorKind::OutOfMemory.into()),
                    _ => {}
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

#[cfg(feature = "zstd")]
mod zstd;

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
