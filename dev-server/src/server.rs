//! A server in this process: its own thread, its own port.

use crate::api;
use crate::catalogue::Catalogue;
use crate::fault::Fault;
use crate::front;
use crate::record::Recorded;
use crate::shared::Shared;
use crate::tls::{Identity, Tls};
use crate::wire::{Line, Stream, Wire};
use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// How a server starts.
#[derive(Clone, Debug)]
pub struct Options {
    /// What it knows; by default the documented pages.
    pub catalogue: Catalogue,
    /// The folder of hosted files; by default the working directory.
    pub folder: PathBuf,
    /// 0, the default, takes a free port.
    pub port: u16,
    /// HTTPS with a certificate of its own; by default plain HTTP.
    pub tls: Option<Tls>,
    /// Whether the admin interface answers below `/_dev/`; by default it does.
    pub admin: bool,
    /// Whether requests are recorded; by default they are.
    pub record: bool,
    /// Whether each request is written to standard error; by default it is not.
    pub log: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            catalogue: Catalogue::documented(),
            folder: PathBuf::from("."),
            port: 0,
            tls: None,
            admin: true,
            record: true,
            log: false,
        }
    }
}

/// A running local UpgradeLink. Dropping it stops it at once and cuts its connections.
///
/// ```
/// use dev_server::{Fault, Options, Server};
///
/// let server = Server::start(Options::default()).unwrap();
/// server.fault(Fault::on("/v1/apk/upgrade").status(503).times(2));
/// assert!(server.url().starts_with("http://127.0.0.1:"));
/// assert!(server.requests().is_empty());
/// ```
pub struct Server {
    shared: Arc<Shared>,
    identity: Option<Identity>,
    port: u16,
    connections: Arc<AtomicU64>,
    running: Option<Running>,
}

struct Running {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Server {
    /// Starts on 127.0.0.1 and returns when it listens.
    pub fn start(options: Options) -> io::Result<Self> {
        let identity = options.tls.as_ref().map(Identity::new).transpose().map_err(io::Error::other)?;
        let shared = Shared {
            folder: options.folder,
            admin: options.admin,
            record: options.record,
            log: options.log,
            ..Shared::default()
        };
        shared.replace(options.catalogue);
        let mut server = Self {
            shared: Arc::new(shared),
            identity,
            port: options.port,
            connections: Arc::default(),
            running: None,
        };
        server.restart()?;
        Ok(server)
    }

    /// Stops listening and cuts every connection. What it knows and has recorded stays.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            let _ = running.stop.send(());
            let _ = running.thread.join();
        }
    }

    /// Listens again on the same port; does nothing while it runs.
    pub fn restart(&mut self) -> io::Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))?;
        listener.set_nonblocking(true)?;
        self.port = listener.local_addr()?.port();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let house = House {
            shared: self.shared.clone(),
            router: api::router(self.shared.clone()),
            identity: self.identity.clone(),
            base: self.url(),
            connections: self.connections.clone(),
        };
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("dev-server".into()).spawn(move || {
            runtime.block_on(async {
                tokio::spawn(house.accept(listener));
                let _ = stopped.await;
            });
            runtime.shutdown_background();
        })?;
        self.running = Some(Running { stop, thread });
        Ok(())
    }

    /// `http://127.0.0.1:PORT`, or `https://127.0.0.1:PORT` with TLS.
    pub fn url(&self) -> String {
        let scheme = if self.identity.is_some() { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate authority to trust, when it speaks TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.identity.as_ref().map(|identity| identity.ca_pem.as_str())
    }

    /// Changes what it knows; gray quotas and flow limits start afresh.
    pub fn catalogue(&self, change: impl FnOnce(&mut Catalogue)) {
        self.shared.change(change);
    }

    /// Replaces what it knows, and the faults in force with those of the new catalogue.
    pub fn replace_catalogue(&self, catalogue: Catalogue) {
        self.shared.replace(catalogue);
    }

    /// Adds a fault. Of several on a path the first that is not used up applies.
    pub fn fault(&self, fault: Fault) {
        self.shared.faults.lock().unwrap().add(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.shared.faults.lock().unwrap().clear();
    }

    /// The requests so far, in the order of their arrival, those included that are being answered.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.requests.lock().unwrap().all()
    }

    /// Forgets the requests.
    pub fn clear_requests(&self) {
        self.shared.requests.lock().unwrap().clear();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What a connection needs.
#[derive(Clone)]
struct House {
    shared: Arc<Shared>,
    router: Router,
    identity: Option<Identity>,
    base: String,
    connections: Arc<AtomicU64>,
}

impl House {
    async fn accept(self, listener: TcpListener) {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                continue;
            };
            let _ = stream.set_nodelay(true);
            let house = self.clone();
            tokio::spawn(async move {
                match house.identity.clone() {
                    None => house.serve(stream).await,
                    Some(identity) => {
                        if let Ok(stream) = identity.acceptor.accept(stream).await {
                            house.serve(stream).await;
                        }
                    }
                }
            });
        }
    }

    async fn serve(self, stream: impl Stream) {
        let number = self.connections.fetch_add(1, Ordering::Relaxed) + 1;
        let line = Line::new(number, self.base);
        let wire = Wire::new(stream, line.clone());
        let service = service_fn(move |request| {
            front::answer(self.shared.clone(), self.router.clone(), line.clone(), request)
        });
        let _ = http1::Builder::new()
            .title_case_headers(true)
            .auto_date_header(false)
            .serve_connection(TokioIo::new(wire), service)
            .await;
    }
}
