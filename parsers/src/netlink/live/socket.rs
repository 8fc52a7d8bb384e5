//! A blocking netlink socket that dumps (netlink(7)).

use super::CaptureError;
use netlink_packet_core::{
    NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_MULTIPART, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR, NetlinkBuffer,
    NetlinkMessage, parse_i32,
};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_sys::protocols::{NETLINK_GENERIC, NETLINK_ROUTE};
use netlink_sys::{Socket, SocketAddr};
use std::io::{self, ErrorKind};
use std::ops::Range;

/// How often a dump that changes interrupted is tried (NLM_F_DUMP_INTR).
const TRIES: u32 = 20;
/// The kernel fills buffers of up to 32 KiB in a dump (net/netlink/af_netlink.c:netlink_dump).
const CHUNK: usize = 64 * 1024;
/// The length of a message's header (struct nlmsghdr).
const HEADER: usize = 16;
/// The receive buffer that is asked for; the kernel gives what net.core.rmem_max allows.
const RECEIVE_BUFFER: u32 = 4 * 1024 * 1024;
/// recv(2): the length of a message, though it does not fit.
const MSG_TRUNC: i32 = 0x20;

/// The messages of a dump, as they came.
#[derive(Default)]
pub(super) struct Replies {
    bytes: Vec<u8>,
    payloads: Vec<Range<usize>>,
}

impl Replies {
    /// The messages without their netlink headers.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.payloads.iter().filter_map(|range| self.bytes.get(range.clone()))
    }
}

/// What came of one try.
enum Dumped {
    Whole(Replies),
    Interrupted,
}

/// A socket of one family, bound to the network namespace of the thread that opened it.
pub(super) struct Netlink {
    socket: Socket,
    sequence: u32,
}

impl Netlink {
    /// rtnetlink(7).
    pub(super) fn route() -> Result<Self, CaptureError> {
        Netlink::open(NETLINK_ROUTE)
    }

    /// Generic netlink.
    pub(super) fn generic() -> Result<Self, CaptureError> {
        Netlink::open(NETLINK_GENERIC)
    }

    fn open(family: isize) -> Result<Self, CaptureError> {
        let open = || {
            let mut socket = Socket::new(family)?;
            socket.bind_auto()?;
            socket.connect(&SocketAddr::new(0, 0))?;
            Ok(socket)
        };
        let socket = open().map_err(|error| CaptureError::of("a netlink socket", error))?;
        // A filter that the kernel does not know is refused instead of ignored; kernels before 4.20 have no such check.
        let _ = socket.set_netlink_get_strict_chk(true);
        let _ = socket.set_rx_buf_sz(RECEIVE_BUFFER);
        Ok(Netlink { socket, sequence: 0 })
    }

    /// All that a request lists. A dump during which the kernel's tables changed is taken again.
    pub(super) fn dump(
        &mut self,
        what: &'static str,
        request: &RouteNetlinkMessage,
    ) -> Result<Replies, CaptureError> {
        let mut message = NetlinkMessage::from(request.clone());
        message.header.flags = NLM_F_REQUEST | NLM_F_DUMP;
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        self.exchange(what, &mut bytes)
    }

    /// The answer to a request that is not multipart.
    pub(super) fn ask(
        &mut self,
        what: &'static str,
        request: &RouteNetlinkMessage,
    ) -> Result<Replies, CaptureError> {
        let mut message = NetlinkMessage::from(request.clone());
        message.header.flags = NLM_F_REQUEST;
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        self.exchange(what, &mut bytes)
    }

    /// The answer to a message of any family, its header included.
    pub(super) fn exchange(&mut self, what: &'static str, bytes: &mut [u8]) -> Result<Replies, CaptureError> {
        let failed = |error| CaptureError::of(what, error);
        for _ in 0..TRIES {
            self.sequence += 1;
            NetlinkBuffer::new(&mut *bytes).set_sequence_number(self.sequence);
            self.socket.send(bytes, 0).map_err(failed)?;
            if let Dumped::Whole(replies) = self.receive().map_err(failed)? {
                return Ok(replies);
            }
        }
        Err(CaptureError::Changing(what))
    }

    /// Reads up to the end of the answer.
    fn receive(&self) -> io::Result<Dumped> {
        let mut replies = Replies::default();
        let mut is_interrupted = false;
        loop {
            let start = replies.bytes.len();
            replies.bytes.reserve(CHUNK);
            match self.socket.recv(&mut replies.bytes, MSG_TRUNC) {
                Ok(length) if start + length > replies.bytes.len() => {
                    return Err(io::Error::other("a message is longer than the kernel's messages are"));
                }
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            let mut at = start;
            while let Some(rest) = replies.bytes.get(at..).filter(|rest| !rest.is_empty()) {
                let Ok(message) = NetlinkBuffer::new_checked(rest) else {
                    return Err(io::Error::other("a message is cut off"));
                };
                let length = message.length() as usize;
                let (kind, flags) = (message.message_type(), message.flags());
                let is_ours = message.sequence_number() == self.sequence;
                let payload = at + HEADER..at + length;
                at += (length.max(HEADER) + 3) & !3;
                if !is_ours {
                    continue;
                }
                is_interrupted |= flags & NLM_F_DUMP_INTR != 0;
                if kind == NLMSG_DONE || kind == NLMSG_ERROR {
                    let code = replies.bytes.get(payload).and_then(|bytes| parse_i32(bytes.get(..4)?).ok());
                    return match code {
                        Some(code) if code < 0 => Err(io::Error::from_raw_os_error(-code)),
                        Some(_) | None if is_interrupted => Ok(Dumped::Interrupted),
                        Some(_) | None => Ok(Dumped::Whole(replies)),
                    };
                }
                replies.payloads.push(payload);
                if flags & NLM_F_MULTIPART == 0 {
                    return Ok(Dumped::Whole(replies));
                }
            }
        }
    }
}
