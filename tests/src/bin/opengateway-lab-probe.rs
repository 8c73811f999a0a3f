//! A UDP socket on a host of the laboratory, worked by lines on standard input; each line is answered by one.
//!
//! `send ADDRESS TEXT` · `receive MILLISECONDS` · `join GROUP` (at any card). Says first where it listens.
#![expect(clippy::print_stdout, reason = "its output is the answer")]

use std::io::ErrorKind;
use std::net::{Ipv4Addr, UdpSocket};
use std::time::Duration;

use anyhow::{Context, Result};

const LARGEST: usize = 64 * 1024;

fn main() -> Result<()> {
    let port: u16 = std::env::args().nth(1).context("which port?")?.parse().context("a port is a number")?;
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).context("cannot listen")?;
    println!("{}", socket.local_addr()?);
    for line in std::io::stdin().lines() {
        println!("{}", answer(&socket, &line?)?);
    }
    Ok(())
}

fn answer(socket: &UdpSocket, line: &str) -> Result<String> {
    let (verb, rest) = line.split_once(' ').context("a line is a verb and what it needs")?;
    match verb {
        "send" => {
            let (to, text) = rest.split_once(' ').context("an address and a text")?;
            Ok(socket.send_to(text.as_bytes(), to).map_or_else(|error| format!("failed: {error}"), |_| "sent".into()))
        }
        "receive" => receive(socket, Duration::from_millis(rest.parse().context("milliseconds are a number")?)),
        _ => {
            socket.join_multicast_v4(&rest.parse().context("a group is an address")?, &Ipv4Addr::UNSPECIFIED)?;
            Ok("joined".into())
        }
    }
}

fn receive(socket: &UdpSocket, patience: Duration) -> Result<String> {
    let mut buffer = vec![0; LARGEST];
    socket.set_read_timeout(Some(patience))?;
    match socket.recv_from(&mut buffer) {
        Ok((length, from)) => Ok(format!("{from} {}", String::from_utf8_lossy(&buffer[..length]))),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok("nothing".into()),
        Err(error) => Err(error).context("cannot receive"),
    }
}
