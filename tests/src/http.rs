//! A small HTTP server for downloads, as well-behaved or as treacherous as a test wants it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What a client asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Such as `/model.gguf`.
    pub path: String,
    /// The first byte that is wanted, if not the whole file.
    pub from: Option<usize>,
    /// The version that the bytes so far are of.
    pub if_range: Option<String>,
}

/// What the server sends back.
#[derive(Debug, Clone, Default)]
pub struct Response {
    status: &'static str,
    headers: Vec<String>,
    body: Vec<u8>,
    claims: Option<usize>,
    breaks_after: Option<usize>,
    holds_after: Option<usize>,
}

impl Response {
    /// A file, or the part of it that was asked for if the client's version is this one.
    pub fn file(bytes: &[u8], etag: &str, request: &Request) -> Self {
        let known = request.if_range.as_deref().is_none_or(|version| version == etag);
        let tag = format!("ETag: {etag}");
        match request.from.filter(|_| known) {
            Some(from) if from >= bytes.len() => Self { status: "416 Range Not Satisfiable", ..Self::default() },
            Some(from) => {
                let (last, length) = (bytes.len() - 1, bytes.len());
                let range = format!("Content-Range: bytes {from}-{last}/{length}");
                let body = bytes.get(from..).unwrap_or_default().to_vec();
                Self { status: "206 Partial Content", headers: vec![tag, range], body, ..Self::default() }
            }
            None => Self { status: "200 OK", headers: vec![tag], body: bytes.to_vec(), ..Self::default() },
        }
    }

    /// The whole file, without a name for its version.
    pub fn untagged(bytes: &[u8]) -> Self {
        Self { status: "200 OK", body: bytes.to_vec(), ..Self::default() }
    }

    /// There is no such file.
    pub fn missing() -> Self {
        Self { status: "404 Not Found", ..Self::default() }
    }

    /// Announces another length than it has.
    #[must_use]
    pub fn claiming(self, length: usize) -> Self {
        Self { claims: Some(length), ..self }
    }

    /// Breaks the connection after so many bytes.
    #[must_use]
    pub fn breaking_after(self, bytes: usize) -> Self {
        Self { breaks_after: Some(bytes), ..self }
    }

    /// Sends no more after so many bytes, until the client gives up.
    #[must_use]
    pub fn holding_after(self, bytes: usize) -> Self {
        Self { holds_after: Some(bytes), ..self }
    }

    fn write(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        let length = self.claims.unwrap_or(self.body.len());
        let headers: String = self.headers.iter().map(|header| format!("{header}\r\n")).collect();
        let head =
            format!("HTTP/1.1 {}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n", self.status);
        stream.write_all(head.as_bytes())?;
        let end = self.breaks_after.or(self.holds_after).unwrap_or(usize::MAX).min(self.body.len());
        stream.write_all(self.body.get(..end).unwrap_or_default())?;
        stream.flush()?;
        if self.holds_after.is_some() {
            let _ends_when_the_client_closes = stream.read(&mut [0])?;
        }
        Ok(())
    }
}

type Answer = dyn Fn(usize, &Request) -> Response + Send + Sync;

/// A server on a port of its own, until dropped.
pub struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    closed: Arc<AtomicBool>,
}

impl Server {
    /// Answers every request as `answer` says, which is told how many came before.
    ///
    /// # Panics
    /// When no port can be had.
    pub fn new(answer: impl Fn(usize, &Request) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("it was just bound");
        let (requests, closed) = (Arc::<Mutex<Vec<Request>>>::default(), Arc::<AtomicBool>::default());
        let (heard, over, answer) =
            (requests.clone(), closed.clone(), Arc::<Answer>::from(Box::new(answer) as Box<Answer>));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let (heard, answer) = (heard.clone(), answer.clone());
                std::thread::spawn(move || {
                    let _client_gone = serve(stream, &heard, answer.as_ref());
                });
            }
        });
        Self { address, requests, closed }
    }

    /// The address of a file here.
    pub fn url(&self, file: &str) -> String {
        format!("http://{}/{file}", self.address)
    }

    /// What was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        let _closed_already = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, heard: &Mutex<Vec<Request>>, answer: &Answer) -> std::io::Result<()> {
    let request = read(&mut stream)?;
    let before = {
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.push(request.clone());
        heard.len() - 1
    };
    answer(before, &request).write(&mut stream)?;
    stream.shutdown(Shutdown::Both)
}

fn read(stream: &mut TcpStream) -> std::io::Result<Request> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut request = Request { path, from: None, if_range: None };
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "range" => {
                request.from = value.strip_prefix("bytes=").and_then(|range| range.trim_end_matches('-').parse().ok())
            }
            "if-range" => request.if_range = Some(value.to_owned()),
            _ => {}
        }
    }
    Ok(request)
}
