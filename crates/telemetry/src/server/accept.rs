//! New connections.

use std::net::{SocketAddr, TcpListener};

use rustix::event::epoll::{self, EventData, EventFlags};

use super::Server;
use super::slots::Conn;
use crate::Fault;
use crate::config::Listener;
use crate::counters::Count;

/// The most connections accepted in one go, so that those who are there get their turn.
const MOST: usize = 256;

/// Connections that may wait to be accepted; the kernel's own limit may be lower.
const BACKLOG: i32 = 4096;

/// An address taken.
pub(super) struct Bound {
    pub(super) socket: TcpListener,
    pub(super) address: SocketAddr,
    /// Nothing is accepted for want of descriptors or memory.
    paused: bool,
}

impl Bound {
    pub(super) fn bind(listener: &Listener) -> Result<Bound, Fault> {
        let fault = |error: std::io::Error| Fault::Line(format!("{}（{}）：{error}", listener.name, listener.address));
        let socket = TcpListener::bind(listener.address).map_err(fault)?;
        socket.set_nonblocking(true).map_err(fault)?;
        // After an outage all devices come at once; the library's own 128 would make most of them wait for a second try.
        rustix::net::listen(&socket, BACKLOG).map_err(|error| fault(error.into()))?;
        let address = socket.local_addr().map_err(fault)?;
        Ok(Bound { socket, address, paused: false })
    }
}

impl Server {
    /// Accepts what waits at a listener.
    pub(super) fn accept(&mut self, number: usize, second: u32) {
        let Some(bound) = self.listeners.get_mut(number) else { return };
        for _ in 0..MOST {
            let stream = match bound.socket.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return,
                Err(error)
                    if matches!(
                        error.kind(),
                        std::io::ErrorKind::ConnectionAborted | std::io::ErrorKind::Interrupted
                    ) =>
                {
                    continue;
                }
                Err(error) => {
                    // The listener stays ready, so asking again at once would only burn the processor: wait for the next second.
                    tracing::warn!(%error, "no connection can be accepted");
                    self.shared.counters.add(Count::AcceptFailed, 1);
                    bound.paused = true;
                    let _ = epoll::modify(
                        &self.epoll,
                        &bound.socket,
                        EventData::new_u64(number as u64),
                        EventFlags::empty(),
                    );
                    return;
                }
            };
            if self.slots.len() >= self.config.limits.connections {
                self.shared.counters.add(Count::ConnectionsRefused, 1);
                continue;
            }
            if stream.set_nonblocking(true).and_then(|()| stream.set_nodelay(true)).is_err() {
                continue;
            }
            let Some(at) = self.slots.insert(Conn::new(stream, number as u16, second)) else { continue };
            let data = EventData::new_u64(u64::from(at.generation) << 32 | u64::from(at.slot));
            let added = self
                .slots
                .get(at)
                .is_some_and(|conn| epoll::add(&self.epoll, &conn.stream, data, EventFlags::IN).is_ok());
            if !added {
                self.shared.counters.add(Count::AcceptFailed, 1);
                self.slots.remove(at);
                continue;
            }
            self.shared.counters.add(Count::Accepted, 1);
            self.shared.counters.set(Count::Connections, self.slots.len() as u64);
        }
    }

    /// Tries paused listeners again.
    pub(super) fn resume_accepting(&mut self) {
        for (number, bound) in self.listeners.iter_mut().enumerate().filter(|(_, bound)| bound.paused) {
            bound.paused = false;
            let data = EventData::new_u64(number as u64);
            let _ = epoll::modify(&self.epoll, &bound.socket, data, EventFlags::IN);
        }
    }
}
