//! A local UpgradeLink as a program; `--help` tells its options.

mod cli;

use cli::Cli;
use dev_server::{Catalogue, Options, Server, Tls};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

fn main() -> ExitCode {
    let cli = match Cli::parse(std::env::args().skip(1)) {
        Ok(cli) => cli,
        Err(error) => {
            eprintln!("upgradelink-dev-server: {error}");
            return ExitCode::from(2);
        }
    };
    if let Some(text) = cli.text {
        let _ = io::stdout().write_all(text.as_bytes());
        return ExitCode::SUCCESS;
    }
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("upgradelink-dev-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<(), String> {
    let changed = cli.catalogue.as_deref().and_then(modified);
    let catalogue = cli.catalogue.as_deref().map_or_else(|| Ok(Catalogue::documented()), read)?;
    let beside = cli.catalogue.as_deref().and_then(Path::parent).map(PathBuf::from);
    let options = Options {
        catalogue: catalogue.clone(),
        folder: cli.host_folder.clone().or(beside).unwrap_or_default(),
        port: cli.port.unwrap_or(8888),
        tls: cli.tls.then(Tls::default),
        admin: cli.admin,
        record: cli.admin,
        log: !cli.quiet,
    };
    let port = options.port;
    let server = Server::start(options).map_err(|error| format!("port {port}: {error}"))?;
    announce(cli, &server, &catalogue).map_err(|error| error.to_string())?;
    match &cli.catalogue {
        Some(path) => watch(path, changed, &server),
        None => loop {
            std::thread::park();
        },
    }
}

fn announce(cli: &Cli, server: &Server, catalogue: &Catalogue) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "listening on {}", server.url())?;
    for pair in &catalogue.credentials {
        writeln!(out, "access key {}  secret key {}", pair.access_key, pair.secret_key)?;
    }
    for app in &catalogue.apps {
        let newest = app.versions.iter().map(|version| version.code).max();
        let newest = newest.map_or_else(|| "no version".into(), |code| format!("newest version {code}"));
        writeln!(out, "{:13} {}  {newest}", app.kind, app.key)?;
    }
    writeln!(
        out,
        "Try it: create a client with these keys and this endpoint{}, and ask about version 1 of an application.",
        if cli.tls { " and the authority below" } else { ", plain HTTP allowed" }
    )?;
    match (server.ca_pem(), &cli.ca_file) {
        (Some(pem), Some(path)) => std::fs::write(path, pem)?,
        (Some(pem), None) => write!(out, "{pem}")?,
        (None, _) => {}
    }
    if let Some(path) = &cli.port_file {
        std::fs::write(path, server.port().to_string())?;
    }
    out.flush()
}

/// Takes over the catalogue whenever its file changes; runs for ever.
fn watch(path: &Path, mut known: Option<SystemTime>, server: &Server) -> ! {
    loop {
        std::thread::sleep(Duration::from_millis(500));
        let present = modified(path);
        if present.is_none() || present == known {
            continue;
        }
        known = present;
        match read(path) {
            Ok(catalogue) => {
                server.replace_catalogue(catalogue);
                eprintln!("catalogue read again");
            }
            Err(error) => eprintln!("catalogue kept: {error}"),
        }
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

fn read(path: &Path) -> Result<Catalogue, String> {
    let in_file = |error: String| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| in_file(error.to_string()))?;
    Catalogue::parse(&text).map_err(in_file)
}
