//! A TCP connection that waits in slices, so that the call that uses it can be stopped.

use std::{
    fmt, io,
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport,
};

use super::{
    current::{self, carried},
    dial::{Names, dial},
};
use crate::{sys, watch::SLICE};

/// A longer request is sent in parts.
const MOST_HELD: usize = 16 * 1024;

/// Makes connections where no earlier link of the chain, such as the proxy, has made one.
#[derive(Default)]
pub struct SocketConnector(Names);

impl<In: Transport> Connector<In> for SocketConnector {
    type Out = Either<In, Socket>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        if let Some(transport) = chained {
            return Ok(Some(Either::A(transport)));
        }
        let exchange = current::current()?;
        let host = details.uri.host().unwrap_or_default();
        let port = details.uri.port_u16().unwrap_or(if details.needs_tls() { 443 } else { 80 });
        let stream = dial(&self.0, host, port, &exchange).map_err(carried)?;
        let ready = stream
            .set_nodelay(true)
            .and_then(|()| stream.set_read_timeout(Some(SLICE)))
            .and_then(|()| stream.set_write_timeout(Some(SLICE)));
        ready.map_err(|error| carried(exchange.broken(&error)))?;
        let buffers =
            LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Either::B(Socket { stream, buffers, held: Vec::new(), read_slice: SLICE })))
    }
}

impl fmt::Debug for SocketConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SocketConnector")
    }
}

#[derive(Debug)]
pub struct Socket {
    stream: TcpStream,
    buffers: LazyBuffers,
    /// What is to be sent before anything is read: a request's head waits for its body, so that both
    /// leave in one packet.
    held: Vec<u8>,
    /// The read timeout that the socket has now.
    read_slice: Duration,
}

impl Socket {
    fn read_within(&mut self, slice: Duration) -> io::Result<usize> {
        if slice != self.read_slice {
            self.stream.set_read_timeout(Some(slice.max(Duration::from_millis(1))))?;
            self.read_slice = slice;
        }
        self.stream.read(self.buffers.input_append_buf())
    }

    fn send(&mut self) -> Result<(), ureq::Error> {
        if self.held.is_empty() {
            return Ok(());
        }
        let exchange = current::current()?;
        exchange.sending();
        let mut sent = 0;
        while sent < self.held.len() {
            exchange.slice().map_err(carried)?;
            match self.stream.write(&self.held[sent..]) {
                Ok(0) => return Err(carried(exchange.broken(&io::ErrorKind::WriteZero.into()))),
                Ok(count) => sent += count,
                Err(error) if is_slice_over(&error) => {}
                Err(error) => return Err(carried(exchange.broken(&error))),
            }
        }
        self.held.clear();
        exchange.sent();
        Ok(())
    }
}

impl Transport for Socket {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), ureq::Error> {
        self.held.extend_from_slice(&self.buffers.output()[..amount]);
        if self.held.len() < MOST_HELD { Ok(()) } else { self.send() }
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, ureq::Error> {
        self.send()?;
        let exchange = current::current()?;
        let room = self.buffers.input_append_buf().len();
        exchange.waiting();
        loop {
            let slice = exchange.slice().map_err(carried)?;
            match self.read_within(slice) {
                Ok(count) => {
                    self.buffers.input_appended(count);
                    exchange.came(count, room);
                    return Ok(count > 0);
                }
                Err(error) if is_slice_over(&error) => {}
                Err(error) => return Err(carried(exchange.broken(&error))),
            }
        }
    }

    fn is_open(&mut self) -> bool {
        sys::is_quiet(&self.stream)
    }
}

fn is_slice_over(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}
