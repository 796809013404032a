//! One job of the benchmark: applies a patch a number of times and prints what each time took.
//!
//! `patch OLD PATCH NEW REPEATS file|memory|md5`, called by `run.py` beside the C library.

use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Cursor, Write};
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use md5::{Digest, Md5};
use upgradelink::hdiff::{self, Limits, Progress};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [old, patch, new, repeats, mode] = arguments.as_slice() else {
        println!("skipped: `python benches/patch/run.py` calls this with its arguments");
        return Ok(());
    };
    let job: Box<dyn Fn() -> Result<(), Box<dyn Error>>> = match mode.as_str() {
        "file" => Box::new(|| to_file(old, patch, new)),
        "md5" => Box::new(|| to_file_with_md5(old, patch, new)),
        _ => {
            let (old, patch) = (fs::read(old)?, fs::read(patch)?);
            let size = hdiff::inspect(patch.as_slice())?.new_size as usize;
            Box::new(move || {
                let mut new = Vec::with_capacity(size);
                hdiff::apply(&old, Cursor::new(&patch), &mut new, &Limits::default(), go_on())?;
                Ok(())
            })
        }
    };
    let mut times = Vec::new();
    for _ in 0..repeats.parse()? {
        // To write over a file waits until the disk has what was written to it before.
        let _ = fs::remove_file(new);
        let (wall, cpu) = (Instant::now(), cpu_seconds());
        job()?;
        times.push(format!("[{:.6}, {:.6}]", wall.elapsed().as_secs_f64(), cpu_seconds() - cpu));
    }
    println!("{{\"times\": [{}], \"peak\": {}}}", times.join(", "), peak_kib()?);
    Ok(())
}

fn go_on() -> &'static mut Progress<'static> {
    Box::leak(Box::new(|_, _| ControlFlow::Continue(())))
}

fn to_file(old: &str, patch: &str, new: &str) -> Result<(), Box<dyn Error>> {
    let mut new = File::create(new)?;
    hdiff::apply(&File::open(old)?, File::open(patch)?, &mut new, &Limits::default(), go_on())?;
    Ok(())
}

fn to_file_with_md5(old: &str, patch: &str, new: &str) -> Result<(), Box<dyn Error>> {
    let mut new = Hashed::new(File::create(new)?);
    hdiff::apply(&File::open(old)?, File::open(patch)?, &mut new, &Limits::default(), go_on())?;
    new.finish()?;
    Ok(())
}

/// Writes on this thread and hashes on another; the blocks go round.
struct Hashed {
    file: File,
    block: Vec<u8>,
    full: SyncSender<Vec<u8>>,
    empty: Receiver<Vec<u8>>,
    hasher: JoinHandle<[u8; 16]>,
}

impl Hashed {
    const BLOCKS: usize = 8;
    /// To wake the other thread costs more than to hash a small block.
    const BLOCK: usize = 256 << 10;

    fn new(file: File) -> Hashed {
        let (full, to_hash) = sync_channel::<Vec<u8>>(Self::BLOCKS);
        let (give_back, empty) = channel();
        for _ in 1..Self::BLOCKS {
            give_back.send(Vec::new()).expect("the other end is just below");
        }
        let hasher = thread::spawn(move || {
            let mut md5 = Md5::new();
            for block in to_hash {
                md5.update(&block);
                let _ = give_back.send(block);
            }
            md5.finalize().into()
        });
        Hashed { file, block: Vec::new(), full, empty, hasher }
    }

    fn give(&mut self) -> io::Result<()> {
        let next = self.empty.recv().map_err(io::Error::other)?;
        let block = std::mem::replace(&mut self.block, next);
        self.block.clear();
        self.full.send(block).map_err(|_| io::Error::other("the hasher died"))
    }

    fn finish(mut self) -> io::Result<[u8; 16]> {
        self.give()?;
        drop(self.full);
        self.hasher.join().map_err(|_| io::Error::other("the hasher died"))
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.block.extend_from_slice(bytes);
        if self.block.len() >= Self::BLOCK {
            self.give()?;
        }
        self.file.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Of this thread.
fn cpu_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place for the answer.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn peak_kib() -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    Ok(line.trim().trim_end_matches(" kB").parse().unwrap_or(0))
}
