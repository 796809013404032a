//! A service that hosts a file of three megabytes, a client of it, and a folder to fetch into.

use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use dev_server::{Cut, Fault, Options as ServerOptions, Recorded, Server};
use md5::{Digest, Md5};
use upgradelink::{
    api::{Kind, Query, Strategy},
    client::Client,
    config::Config,
    error::{Result, Status},
    fetch::{Artifact, Link, Options},
    progress::{Phase, Progress},
    watch::{Cancel, Watch},
};

use crate::common::{APP, Folder, config, offering};

pub const SIZE: usize = 3_000_000;
pub const NAME: &str = "app-2.bin";
pub const PATH: &str = "/files/app-2.bin";

pub struct World {
    pub server: Server,
    /// What the server hosts.
    pub hosted: Folder,
    /// Where files go.
    pub folder: Folder,
    pub config: Config,
    pub options: Options,
}

impl World {
    /// The service promises size and MD5.
    pub fn new() -> World {
        World::promising("")
    }

    /// The service promises neither.
    pub fn without_promises() -> World {
        World::promising(r#", size = 0, md5 = """#)
    }

    /// `download` goes into the table of the download in the catalogue: `, md5 = ""`.
    pub fn promising(download: &str) -> World {
        World::of(&format!("download = {{ file = \"{NAME}\"{download} }}"))
    }

    /// `version` is the rest of the table of version 2 in the catalogue.
    pub fn of(version: &str) -> World {
        let hosted = Folder::new();
        fs::write(hosted.path().join(NAME), bytes(2, SIZE)).unwrap();
        let catalogue = offering(version);
        World::start(ServerOptions { catalogue, folder: hosted.path().into(), ..Default::default() }, hosted)
    }

    /// The service offers a patch of tests/data too, and the host has its base file.
    pub fn with_patch(patch: &str) -> World {
        World::with_patch_promising(patch, "")
    }

    /// `patch_download` goes into the table of the patch's download.
    pub fn with_patch_promising(patch: &str, patch_download: &str) -> World {
        let download = format!("{{ file = \"1-2.patch\"{patch_download} }}");
        let mut world = World::of(&format!(
            "download = {{ file = \"{NAME}\" }}\npatches = [{{ from = 1, algo = 1, download = {download} }}]"
        ));
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hdiff");
        let host = |from: &str, to: &str| fs::copy(data.join(from), world.hosted.path().join(to)).unwrap();
        host("files/mixed/new", NAME);
        host("files/mixed/old", "base");
        host(&format!("patches/mixed/{patch}.hdiff"), "1-2.patch");
        world.options.base_file = Some(world.hosted.path().join("base"));
        world
    }

    pub fn start(options: ServerOptions, hosted: Folder) -> World {
        let folder = Folder::new();
        let server = Server::start(options).unwrap();
        let config = config(&server);
        let options = Options::new(folder.path());
        World { server, hosted, folder, config, options }
    }

    pub fn client(&self) -> Client {
        Client::new(self.config.clone()).unwrap()
    }

    /// The strategy for the application in version 1.
    pub fn offer(&self) -> Strategy {
        offer_of(&self.client())
    }

    pub fn fetch(&self) -> Result<Artifact> {
        self.fetch_watched(Progress::default(), Cancel::default())
    }

    pub fn fetch_watched(&self, progress: Progress, cancel: Cancel) -> Result<Artifact> {
        let strategy = self.offer();
        self.client().fetch(&strategy, &self.options, progress, cancel)
    }

    /// A file of the host's own knowledge.
    pub fn fetch_link(&self, url: &str) -> Result<Artifact> {
        let link = Link { url: url.into(), ..Link::default() };
        self.client().fetch_link(&link, &self.options, Progress::default(), Cancel::default())
    }

    pub fn status(&self) -> Status {
        self.fetch().unwrap_err().status
    }

    /// Fetches, and the file must be the right one.
    #[track_caller]
    pub fn fetch_right(&self) -> Artifact {
        let artifact = self.fetch().unwrap();
        self.assert_right(&artifact);
        artifact
    }

    #[track_caller]
    pub fn assert_right(&self, artifact: &Artifact) {
        let right = fs::read(self.hosted.path().join(NAME)).unwrap();
        assert!(fs::read(&artifact.path).unwrap() == right, "the file is not the hosted one");
        assert_eq!(artifact.size, right.len() as u64);
        assert_eq!(artifact.md5, md5(&right));
    }

    /// A run that ends after so many bytes, and leaves them.
    pub fn cut_run(&self, bytes: u64) {
        self.server.fault(Fault::on(PATH).cut(Cut::after(bytes)).times(1));
        let mut config = self.config.clone();
        config.max_attempts = 1;
        let client = Client::new(config).unwrap();
        let error =
            client.fetch(&self.offer(), &self.options, Progress::default(), Cancel::default()).unwrap_err();
        assert_eq!(error.status, Status::Network, "{error}");
        assert_eq!(fs::metadata(self.part()).unwrap().len(), bytes);
        self.server.clear_faults();
        self.server.clear_requests();
    }

    pub fn target(&self) -> PathBuf {
        self.folder.path().join(NAME)
    }

    pub fn part(&self) -> PathBuf {
        self.folder.path().join("app-2.bin.part")
    }

    pub fn record(&self) -> PathBuf {
        self.folder.path().join("app-2.bin.resume")
    }

    /// The requests for files.
    pub fn requests(&self) -> Vec<Recorded> {
        self.server.requests().into_iter().filter(|request| request.path().starts_with("/files/")).collect()
    }

    /// The `Range` of each request for a file.
    pub fn ranges(&self) -> Vec<Option<String>> {
        self.requests().iter().map(|request| request.header("range")).collect()
    }
}

/// The strategy for the application in version 1, with a patch where there is one.
pub fn offer_of(client: &Client) -> Strategy {
    let mut query = Query::new(Kind::Apk, APP, 1);
    query.patch_algo = Some(1);
    client.check(&query, &Watch::default()).unwrap()
}

/// Bytes that look random, always the same for a seed.
pub fn bytes(seed: u64, size: usize) -> Vec<u8> {
    let mut random = Random(seed);
    std::iter::repeat_with(|| random.next().to_le_bytes()).flatten().take(size).collect()
}

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u64) as usize]
    }
}

/// A seed that differs from run to run unless UPGRADELINK_TEST_SEED gives one.
pub fn seed() -> u64 {
    let given = std::env::var("UPGRADELINK_TEST_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed = given.unwrap_or_else(|| {
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64
            % 1_000_000_007
    });
    println!("UPGRADELINK_TEST_SEED={seed}");
    seed
}

pub fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a fetch told: phase, done, total.
pub type Told = Arc<std::sync::Mutex<Vec<(Phase, u64, Option<u64>)>>>;

/// Writes down everything that is told, and stops when `until` says no.
pub fn listen(until: impl Fn(Phase, u64) -> bool + 'static) -> (Told, Progress) {
    let told = Told::default();
    let heard = told.clone();
    let progress = Progress::new(move |phase, done, total| {
        heard.lock().unwrap().push((phase, done, total));
        until(phase, done)
    });
    (told, progress)
}

/// A server that gives each connection to `treat`; it lives as long as the process.
pub fn peer(treat: impl Fn(TcpStream) + Send + Sync + Clone + 'static) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let treat = treat.clone();
            thread::spawn(move || treat(stream.unwrap()));
        }
    });
    port
}

/// A server that answers the n-th request with what `answer` makes of n and its head, then hangs up.
pub fn answering(answer: impl Fn(usize, &str) -> Vec<u8> + Send + Sync + 'static) -> u16 {
    let answer = Arc::new(answer);
    let count = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    peer(move |mut stream| {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read(&mut byte) {
                Ok(1) => head.push(byte[0]),
                _ => return,
            }
        }
        let turn = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let _ = stream.write_all(&answer(turn, &String::from_utf8_lossy(&head)));
    })
}

pub const PROMPT: Duration = Duration::from_secs(5);
