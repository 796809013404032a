//! The command line of `upgradelink-dev-server`.

use std::path::PathBuf;

/// What `--help` prints.
pub const HELP: &str = "\
A local UpgradeLink: try the upgrades of your applications, and what happens when they fail.

Usage: upgradelink-dev-server [OPTIONS]

Options:
  --catalogue PATH    What the server knows (TOML). A change of the file takes effect within a second;
                      a file with an error is reported and the old state stays.
                      Default: the five documented pages of the service. --print-example shows every key.
  --host-folder PATH  Folder of the files below /files/. Default: the folder of the catalogue,
                      or the working directory.
  --port PORT         Port on 127.0.0.1; 0 takes a free one. Default: 8888
  --port-file PATH    Write the port there once the server listens.
  --tls               HTTPS for localhost and 127.0.0.1, with a certificate authority made for this run.
  --ca-file PATH      Write the authority's PEM there (with --tls). Default: it is printed.
  --admin             Open the admin interface below /_dev/, and record requests for it:
                        POST /_dev/faults       add faults, a JSON array
                        DELETE /_dev/faults     remove all
                        GET /_dev/requests      the requests so far, a JSON array
                        DELETE /_dev/requests   forget them
                        POST /_dev/catalogue    replace the catalogue, TOML
  --quiet             Do not log requests.
  --print-example     Print a catalogue that shows every key, and exit.
  --help              Print this, and exit.
  --version           Print the version, and exit.

The first line on standard output is `listening on URL`. Each request is one line on standard error:
method, target, status, the service's code, bytes of the body, milliseconds, and the fault if there was one.
Ends with SIGINT or SIGTERM.
";

/// The options.
#[derive(Debug, Default)]
pub struct Cli {
    pub catalogue: Option<PathBuf>,
    pub host_folder: Option<PathBuf>,
    pub port: Option<u16>,
    pub port_file: Option<PathBuf>,
    pub tls: bool,
    pub ca_file: Option<PathBuf>,
    pub admin: bool,
    pub quiet: bool,
    pub text: Option<&'static str>,
}

impl Cli {
    /// Reads the arguments behind the program's name; `--option value` and `--option=value` are the same.
    pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut cli = Self::default();
        let mut arguments = arguments.flat_map(|argument| match argument.split_once('=') {
            Some((name, value)) if name.starts_with("--") => vec![name.to_owned(), value.to_owned()],
            _ => vec![argument],
        });
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--catalogue" => cli.catalogue = Some(value()?.into()),
                "--host-folder" => cli.host_folder = Some(value()?.into()),
                "--port" => {
                    let port = value()?;
                    cli.port = Some(port.parse().map_err(|_| format!("--port: {port:?} is not a port"))?);
                }
                "--port-file" => cli.port_file = Some(value()?.into()),
                "--tls" => cli.tls = true,
                "--ca-file" => cli.ca_file = Some(value()?.into()),
                "--admin" => cli.admin = true,
                "--quiet" => cli.quiet = true,
                "--print-example" => cli.text = Some(include_str!("../catalogues/example.toml")),
                "--help" | "-h" => cli.text = Some(HELP),
                "--version" => cli.text = Some(concat!(env!("CARGO_PKG_VERSION"), "\n")),
                _ => return Err(format!("unknown option {name}; --help shows all")),
            }
        }
        Ok(cli)
    }
}
