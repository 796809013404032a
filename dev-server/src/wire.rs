//! The connection below hyper: sees the request heads as they were sent, and does to replies what no HTTP
//! library would do: wrong lengths, cuts, stalls, altered bytes.

use crate::fault::{Cut, Fault, Framing, Stall};
use crate::head;
use crate::record::Exchange;
use std::future::Future;
use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tokio_rustls::server::TlsStream;

/// Bodies up to this size leave together with their head.
const TOGETHER: usize = 16 * 1024;

/// Before a reset, what was sent has this long to arrive.
const BEFORE_RESET: Duration = Duration::from_millis(20);

/// A stream over TCP.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    fn tcp(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Stream for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// What is to be done to a reply, below HTTP.
#[derive(Clone, Copy, Default)]
pub(crate) struct Plan {
    pub length_off_by: i64,
    pub without_length: bool,
    without_body: bool,
    alter: Option<u64>,
    rate: Option<u64>,
    stall: Option<Stall>,
    cut: Option<Cut>,
}

impl Plan {
    pub fn of(fault: &Fault, without_body: bool) -> Self {
        Self {
            length_off_by: fault.length_off_by,
            without_length: fault.framing == Some(Framing::Close),
            without_body,
            alter: fault.alter,
            rate: fault.rate.map(|rate| rate.max(1)),
            stall: fault.stall,
            cut: fault.cut,
        }
    }

    fn touches_body(&self) -> bool {
        self.alter.is_some() || self.rate.is_some() || self.stall.is_some() || self.cut.is_some()
    }
}

/// What the handler and the wire tell each other about one connection. Requests do not overlap: a client
/// that sends the next one before it has the reply is answered, but not recorded faithfully.
pub(crate) struct Line {
    pub number: u64,
    pub base: String,
    talk: Mutex<Talk>,
}

struct Talk {
    head: Vec<u8>,
    head_ended: bool,
    next: Option<(Plan, Arc<Exchange>)>,
}

impl Line {
    pub fn new(number: u64, base: String) -> Arc<Self> {
        let talk = Talk { head: Vec::new(), head_ended: false, next: None };
        Arc::new(Self { number, base, talk: Mutex::new(talk) })
    }

    /// The head of the request that is being answered.
    pub fn head(&self) -> Vec<u8> {
        self.talk.lock().unwrap().head.clone()
    }

    /// The reply that hyper gets next belongs to `exchange`; the request has been read to its end.
    pub fn reply(&self, plan: Plan, exchange: Arc<Exchange>) {
        let mut talk = self.talk.lock().unwrap();
        talk.next = Some((plan, exchange));
        talk.head.clear();
        talk.head_ended = false;
    }

    fn heard(&self, bytes: &[u8]) {
        let mut talk = self.talk.lock().unwrap();
        if talk.head_ended {
            return;
        }
        talk.head.extend_from_slice(bytes);
        if let Some(end) = head::end(&talk.head) {
            talk.head.truncate(end);
            talk.head_ended = true;
        }
    }

    fn next(&self) -> Option<(Plan, Arc<Exchange>)> {
        self.talk.lock().unwrap().next.take()
    }
}

/// What interrupts a reply.
enum Due {
    Stall(Stall),
    Cut(Cut),
}

/// A reply on its way out.
struct Reply {
    plan: Plan,
    exchange: Arc<Exchange>,
    head: Option<Vec<u8>>,
    /// Where the body stands in its file.
    start: u64,
    position: u64,
    length: Option<u64>,
    slice: u64,
    stalled: bool,
    waited: bool,
}

impl Reply {
    fn new((plan, exchange): (Plan, Arc<Exchange>)) -> Self {
        let head = Some(Vec::new());
        let slice = slice(plan.rate);
        Self {
            plan,
            exchange,
            head,
            start: 0,
            position: 0,
            length: None,
            slice,
            stalled: false,
            waited: false,
        }
    }

    /// How many body bytes may go before something has to happen.
    fn allowance(&self) -> u64 {
        let until = |at: Option<u64>| at.map_or(u64::MAX, |at| at.saturating_sub(self.position));
        let stall = self.plan.stall.filter(|_| !self.stalled).map(|stall| stall.after);
        let cut = self.plan.cut.and_then(|cut| cut.after);
        until(stall).min(until(cut)).min(self.slice)
    }

    /// What has to happen before the next byte.
    fn due(&self) -> Option<Due> {
        let in_body = self.head.is_none();
        let stall = self.plan.stall.filter(|stall| in_body && !self.stalled && stall.after <= self.position);
        let cut = self.plan.cut.filter(|cut| match cut.after {
            None => !in_body,
            Some(after) => in_body && after <= self.position,
        });
        stall.map(Due::Stall).or(cut.map(Due::Cut))
    }

    fn sent(&mut self, bytes: usize) {
        self.position += bytes as u64;
        if self.plan.rate.is_some() {
            self.slice -= bytes as u64;
        }
        self.exchange.sent(bytes as u64);
        if self.length.is_some_and(|length| self.position >= length) {
            self.exchange.end();
        }
    }

    fn altered(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let at = self.plan.alter?.checked_sub(self.start + self.position)?;
        let mut bytes = bytes.to_vec();
        let byte = bytes.get_mut(usize::try_from(at).ok()?)?;
        *byte = !*byte;
        Some(bytes)
    }
}

/// The bytes that may go at once under a rate: those of a twentieth of a second.
fn slice(rate: Option<u64>) -> u64 {
    rate.map_or(u64::MAX, |rate| (rate / 20).max(1))
}

/// The stream under a connection.
pub(crate) struct Wire<S> {
    stream: S,
    line: Arc<Line>,
    reply: Option<Reply>,
    pending: Vec<u8>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<S: Stream> Wire<S> {
    pub fn new(stream: S, line: Arc<Line>) -> Self {
        Self { stream, line, reply: None, pending: Vec::new(), sleep: None }
    }

    fn turn(&mut self) {
        if let Some(next) = self.line.next() {
            self.end();
            self.reply = Some(Reply::new(next));
        }
    }

    fn end(&self) {
        if let Some(reply) = &self.reply {
            reply.exchange.end();
        }
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.pending.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.pending))?;
            if written == 0 {
                return Poll::Ready(Err(ErrorKind::WriteZero.into()));
            }
            self.pending.drain(..written);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_sleep(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(sleep) = &mut self.sleep {
            ready!(sleep.as_mut().poll(cx));
            self.sleep = None;
        }
        Poll::Ready(())
    }

    /// Sends what is there, then does what the plan wants at this point of the reply.
    fn poll_gate(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.poll_drain(cx))?;
            ready!(self.poll_sleep(cx));
            let Some(due) = self.reply.as_ref().and_then(Reply::due) else { return Poll::Ready(Ok(())) };
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            let reply = self.reply.as_mut().expect("only a reply has something due");
            match due {
                Due::Stall(stall) => {
                    reply.stalled = true;
                    self.sleep = Some(Box::pin(sleep(Duration::from_millis(stall.ms))));
                }
                Due::Cut(cut) if cut.reset && !reply.waited => {
                    reply.waited = true;
                    self.sleep = Some(Box::pin(sleep(BEFORE_RESET)));
                }
                Due::Cut(cut) => {
                    if cut.reset {
                        self.stream.tcp().set_zero_linger()?;
                    }
                    return Poll::Ready(Err(ErrorKind::ConnectionAborted.into()));
                }
            }
        }
    }

    fn poll_rate(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(reply) = self.reply.as_mut().filter(|reply| reply.slice == 0) else {
            return Poll::Ready(Ok(()));
        };
        let rate = reply.plan.rate.unwrap_or(u64::MAX);
        reply.slice = slice(reply.plan.rate);
        self.sleep = Some(Box::pin(sleep(Duration::from_secs_f64(reply.slice as f64 / rate as f64))));
        self.poll_gate(cx)
    }

    /// Takes bytes of the head; the whole head goes out as the plan wants it.
    fn take_head(&mut self, bytes: &[u8]) -> usize {
        let Some(reply) = &mut self.reply else { return 0 };
        let Some(head) = &mut reply.head else { return 0 };
        let before = head.len();
        head.extend_from_slice(bytes);
        let Some(end) = head::end(head) else { return bytes.len() };
        head.truncate(end);
        let read = head::Reply::read(head);
        self.pending.extend_from_slice(&head::rewritten(head, &reply.plan));
        reply.start = read.start;
        reply.length = if reply.plan.without_body { Some(0) } else { read.length };
        reply.head = None;
        reply.sent(0);
        end - before
    }
}

impl<S> Drop for Wire<S> {
    fn drop(&mut self) {
        if let Some(reply) = &self.reply {
            reply.exchange.end();
        }
    }
}

impl<S: Stream> AsyncRead for Wire<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
        this.line.heard(&buf.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: Stream> AsyncWrite for Wire<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.turn();
        let first = slices.iter().find(|slice| !slice.is_empty()).map_or(&[][..], |slice| slice);
        let Some(reply) = &mut this.reply else {
            return Pin::new(&mut this.stream).poll_write(cx, first);
        };
        if reply.head.is_some() {
            ready!(this.poll_gate(cx))?;
            return Poll::Ready(Ok(this.take_head(first)));
        }
        if !reply.plan.touches_body() {
            if !this.pending.is_empty() && first.len() <= TOGETHER {
                this.pending.extend_from_slice(first);
                reply.sent(first.len());
                return Poll::Ready(Ok(first.len()));
            }
            ready!(this.poll_drain(cx))?;
            let written = ready!(Pin::new(&mut this.stream).poll_write_vectored(cx, slices))?;
            this.reply.as_mut().unwrap().sent(written);
            return Poll::Ready(Ok(written));
        }
        ready!(this.poll_gate(cx))?;
        ready!(this.poll_rate(cx))?;
        let reply = this.reply.as_mut().unwrap();
        let allowed = reply.allowance().min(first.len() as u64) as usize;
        let written = match reply.altered(&first[..allowed]) {
            Some(altered) => {
                this.pending = altered;
                allowed
            }
            None => ready!(Pin::new(&mut this.stream).poll_write(cx, &first[..allowed]))?,
        };
        reply.sent(written);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_drain(cx))?;
        if this.reply.as_ref().is_some_and(|reply| reply.head.is_none()) {
            ready!(this.poll_gate(cx))?;
        }
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_drain(cx))?;
        this.end();
        Pin::new(&mut this.stream).poll_shutdown(cx)
    }
}
