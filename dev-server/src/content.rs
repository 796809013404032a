//! The bytes of hosted files: from disk, from the catalogue, or made as they are asked for.

use crate::catalogue::{Catalogue, Pattern};
use crate::sign;
use bytes::Bytes;
use md5::{Digest, Md5};
use std::future::Future;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower_http::services::fs;

/// Files travel in pieces of this size.
pub const CHUNK: usize = 256 * 1024;

static ZEROS: [u8; CHUNK] = [0; CHUNK];

/// Where a file's bytes come from.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Source {
    /// A file on disk.
    Disk(PathBuf),
    /// A text of the catalogue.
    Text(Bytes),
    /// So many zero bytes.
    Sparse(u64),
    /// Bytes that follow from a seed: seed and size.
    Pattern(u64, u64),
}

impl Source {
    /// The source of the file of this name below `/files/`: the catalogue's, else the host folder's.
    pub fn named(catalogue: &Catalogue, folder: &Path, name: &str) -> Option<Self> {
        let Some(file) = catalogue.files.iter().find(|file| file.name == name) else {
            let inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
            let path = folder.join(name);
            return (inside && path.is_file()).then_some(Self::Disk(path));
        };
        match file {
            crate::catalogue::File { path: Some(path), .. } => Some(Self::Disk(folder.join(path))),
            crate::catalogue::File { text: Some(text), .. } => Some(Self::Text(Bytes::from(text.clone()))),
            crate::catalogue::File { sparse: Some(size), .. } => Some(Self::Sparse(*size)),
            crate::catalogue::File { pattern: Some(Pattern { seed, size }), .. } => {
                Some(Self::Pattern(*seed, *size))
            }
            _ => None,
        }
    }

    /// Size and time of change. What is not on disk has a time that follows from its bytes, so that its
    /// validator changes when they do.
    pub fn stat(&self) -> io::Result<Stat> {
        let size = match self {
            Self::Disk(path) => {
                let metadata = std::fs::metadata(path)?;
                return Ok(Stat { size: metadata.len(), modified: metadata.modified()? });
            }
            Self::Text(text) => text.len() as u64,
            Self::Sparse(size) | Self::Pattern(_, size) => *size,
        };
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        let since_1970 = Duration::new(1_750_000_000, (hasher.finish() % 1_000_000_000) as u32);
        Ok(Stat { size, modified: SystemTime::UNIX_EPOCH + since_1970 })
    }

    /// The MD5 of the whole; reads it once, in pieces.
    pub fn md5(&self) -> io::Result<String> {
        let mut digest = Md5::new();
        let mut buffer = vec![0; CHUNK];
        if let Self::Disk(path) = self {
            let mut file = std::fs::File::open(path)?;
            loop {
                match file.read(&mut buffer)? {
                    0 => return Ok(sign::hex(&digest.finalize())),
                    length => digest.update(&buffer[..length]),
                }
            }
        }
        let size = self.stat()?.size;
        let mut position = 0;
        while position < size {
            let length = self.made(position, &mut buffer);
            digest.update(&buffer[..length]);
            position += length as u64;
        }
        Ok(sign::hex(&digest.finalize()))
    }

    /// Writes the bytes from `position` on into `buffer`; how many there were.
    pub fn made(&self, position: u64, buffer: &mut [u8]) -> usize {
        let left = |size: u64| size.saturating_sub(position).min(buffer.len() as u64) as usize;
        match self {
            Self::Disk(_) => 0,
            Self::Text(text) => {
                let length = left(text.len() as u64);
                buffer[..length].copy_from_slice(&text[position as usize..][..length]);
                length
            }
            Self::Sparse(size) => {
                let length = left(*size);
                buffer[..length].fill(0);
                length
            }
            Self::Pattern(seed, size) => {
                let length = left(*size);
                fill(*seed, position, &mut buffer[..length]);
                length
            }
        }
    }
}

/// The bytes of a pattern from `position` on: SplitMix64 over the number of each eight of them, which is
/// fast and starts anywhere.
fn fill(seed: u64, position: u64, out: &mut [u8]) {
    let word = |index: u64| {
        let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)).to_le_bytes()
    };
    let skipped = (position % 8) as usize;
    let first = out.len().min((8 - skipped) % 8);
    out[..first].copy_from_slice(&word(position / 8)[skipped..][..first]);
    let next = (position + first as u64) / 8;
    for (index, eight) in (next..).zip(out[first..].chunks_mut(8)) {
        eight.copy_from_slice(&word(index)[..eight.len()]);
    }
}

/// Size and time of change.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Stat {
    /// Bytes.
    pub size: u64,
    /// Time of change.
    pub modified: SystemTime,
}

impl fs::Metadata for Stat {
    fn is_dir(&self) -> bool {
        false
    }

    fn modified(&self) -> io::Result<SystemTime> {
        Ok(self.modified)
    }

    fn len(&self) -> u64 {
        self.size
    }
}

type Later<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

/// One source as a file system for [`tower_http::services::ServeDir`]: every path leads to it.
#[derive(Clone)]
pub struct Only(pub Source);

impl fs::Backend for Only {
    type File = Reader;
    type Metadata = Stat;
    type OpenFuture = Later<Reader>;
    type MetadataFuture = Later<Stat>;

    fn open(&self, _: PathBuf) -> Self::OpenFuture {
        let source = self.0.clone();
        Box::pin(async move {
            let stat = source.stat()?;
            let file = match &source {
                Source::Disk(path) => Some(tokio::fs::File::open(path).await?),
                _ => None,
            };
            Ok(Reader { source, stat, file, position: 0 })
        })
    }

    fn metadata(&self, _: PathBuf) -> Self::MetadataFuture {
        let source = self.0.clone();
        Box::pin(async move { source.stat() })
    }
}

/// An opened source.
pub struct Reader {
    source: Source,
    stat: Stat,
    file: Option<tokio::fs::File>,
    position: u64,
}

impl fs::File for Reader {
    type Metadata = Stat;
    type MetadataFuture<'a> = std::future::Ready<io::Result<Stat>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        std::future::ready(Ok(self.stat))
    }
}

impl AsyncRead for Reader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(file) = &mut self.file {
            return Pin::new(file).poll_read(cx, buf);
        }
        let length = match self.source {
            Source::Sparse(size) => {
                let length =
                    size.saturating_sub(self.position).min(buf.remaining().min(CHUNK) as u64) as usize;
                buf.put_slice(&ZEROS[..length]);
                length
            }
            _ => {
                let length = self.source.made(self.position, buf.initialize_unfilled());
                buf.advance(length);
                length
            }
        };
        self.position += length as u64;
        Poll::Ready(Ok(()))
    }
}

impl AsyncSeek for Reader {
    fn start_seek(mut self: Pin<&mut Self>, place: SeekFrom) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            return Pin::new(file).start_seek(place);
        }
        self.position = match place {
            SeekFrom::Start(position) => position,
            SeekFrom::Current(by) => self.position.saturating_add_signed(by),
            SeekFrom::End(by) => self.stat.size.saturating_add_signed(by),
        };
        Ok(())
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        match &mut self.file {
            Some(file) => Pin::new(file).poll_complete(cx),
            None => Poll::Ready(Ok(self.position)),
        }
    }
}
