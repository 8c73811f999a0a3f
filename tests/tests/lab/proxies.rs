//! Proxies in front of an echo on loopback.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use opengateway_tests::lab::proxy::{Conditions, Flow, Proxy};
use opengateway_tests::soon::{holds, soon, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;

const DELAY: Duration = Duration::from_millis(30);
/// How late a round trip may be, by what timers can do: 16 ms each on Windows.
const LATE: Duration = Duration::from_millis(if cfg!(windows) { 40 } else { 5 });
/// On a busy machine one measurement may be late, but not all.
const TRIES: u32 = 20;

#[tokio::test]
async fn a_datagram_takes_the_delay_there_and_again_back() {
    let echo = Echo::start().await;
    let proxy = echo.behind(Conditions { delay: DELAY, ..Conditions::default() }).await;
    let client = client_of(&proxy).await;

    let mut quickest = Duration::MAX;
    for _ in 0..TRIES {
        let begin = Instant::now();
        client.send(b"hello").await.unwrap();
        assert_eq!(received(&client).await, b"hello");
        quickest = quickest.min(begin.elapsed());
        assert!(quickest >= 2 * DELAY, "{quickest:?} is too quick");
        if quickest < 2 * DELAY + LATE {
            return;
        }
    }
    assert!(quickest < 2 * DELAY + LATE, "{quickest:?} is too slow");
}

#[tokio::test]
async fn two_clients_each_get_their_own_answers() {
    let echo = Echo::start().await;
    let proxy = echo.behind(Conditions::default()).await;
    let (first, second) = (client_of(&proxy).await, client_of(&proxy).await);

    first.send(b"first").await.unwrap();
    second.send(b"second").await.unwrap();

    assert_eq!(received(&second).await, b"second");
    assert_eq!(received(&first).await, b"first");
}

#[tokio::test]
async fn the_asked_share_is_lost_and_the_same_one_with_the_same_seed() {
    let echo = Echo::start().await;
    let conditions = Conditions { loss: 0.2, seed: 42, ..Conditions::default() };
    let proxies = [echo.behind(conditions).await, echo.behind(conditions).await];

    let lost = [lost_of_1000(&proxies[0]).await, lost_of_1000(&proxies[1]).await];

    assert_eq!(lost[0], lost[1]);
    assert!((160..240).contains(&lost[0]), "{} of 1000 are lost", lost[0]);
}

#[tokio::test]
async fn a_cut_swallows_datagrams_until_it_is_healed() {
    let echo = Echo::start().await;
    let proxy = echo.behind(Conditions { delay: DELAY, ..Conditions::default() }).await;
    let client = client_of(&proxy).await;

    proxy.set(Conditions { cut: true, ..proxy.conditions() });
    client.send(b"swallowed").await.unwrap();
    soon("the datagram", async || holds(proxy.traffic().there.datagrams == 1)).await;
    proxy.set(Conditions { cut: false, ..proxy.conditions() });
    client.send(b"answered").await.unwrap();

    assert_eq!(received(&client).await, b"answered");
    let traffic = proxy.traffic();
    assert_eq!(traffic.there, Flow { datagrams: 2, bytes: 17, lost: 1 });
    assert_eq!(traffic.back, Flow { datagrams: 1, bytes: 8, lost: 0 });
}

#[tokio::test]
async fn a_cut_takes_what_is_on_its_way() {
    let echo = Echo::start().await;
    let proxy = echo.behind(Conditions { delay: Duration::from_millis(200), ..Conditions::default() }).await;
    let client = client_of(&proxy).await;

    client.send(b"hello").await.unwrap();
    soon("a datagram on its way", async || holds(proxy.traffic().there.datagrams == 1)).await;
    assert_eq!(proxy.traffic().there.lost, 0);
    proxy.set(Conditions { cut: true, ..proxy.conditions() });

    soon("a lost datagram", async || holds(proxy.traffic().there.lost == 1)).await;
    assert_eq!(proxy.traffic().back.datagrams, 0);
}

#[tokio::test]
async fn a_connection_stands_still_while_the_line_is_cut_and_goes_on_later() {
    let echo = Echo::start().await;
    let proxy = echo.behind(Conditions::default()).await;
    let mut client = TcpStream::connect(proxy.address()).await.unwrap();
    client.write_all(b"before").await.unwrap();
    assert_eq!(&read::<6>(&mut client).await, b"before");

    proxy.set(Conditions { cut: true, ..proxy.conditions() });
    client.write_all(b"during").await.unwrap();
    // A datagram sent later is swallowed: the proxy has had its chance to carry the bytes.
    client_of(&proxy).await.send(b"swallowed").await.unwrap();
    soon("a lost datagram", async || holds(proxy.traffic().there.lost == 1)).await;
    assert_eq!(proxy.traffic().there.bytes, 6 + 9);
    proxy.set(Conditions { cut: false, ..proxy.conditions() });

    assert_eq!(&read::<6>(&mut client).await, b"during");
}

#[tokio::test]
async fn a_megabyte_passes_whole_through_a_bad_line() {
    let echo = Echo::start().await;
    let (delay, jitter) = (Duration::from_millis(5), Duration::from_millis(10));
    let proxy = echo.behind(Conditions { delay, jitter, loss: 0.02, ..Conditions::default() }).await;
    let (mut reader, mut writer) = TcpStream::connect(proxy.address()).await.unwrap().into_split();
    let sent: Vec<u8> = (0..1_000_000_u32).map(|number| number.to_le_bytes()[0] ^ number.to_le_bytes()[1]).collect();

    let mut answered = Vec::new();
    let write = async {
        writer.write_all(&sent).await.unwrap();
        writer.shutdown().await.unwrap();
    };
    within("all bytes", async { tokio::join!(write, async { reader.read_to_end(&mut answered).await.unwrap() }) })
        .await;

    assert!(answered == sent);
    assert_eq!(proxy.traffic().there.bytes, 1_000_000);
}

#[tokio::test]
async fn a_connection_costs_a_round_trip_and_so_does_the_first_answer() {
    let echo = Echo::start().await;
    let proxy = echo.behind(Conditions { delay: DELAY, ..Conditions::default() }).await;

    let begin = Instant::now();
    let mut client = TcpStream::connect(proxy.address()).await.unwrap();
    client.write_all(b"hello").await.unwrap();
    assert_eq!(&read::<5>(&mut client).await, b"hello");

    assert!(begin.elapsed() >= 4 * DELAY, "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_narrow_line_carries_what_it_says() {
    const RATE: u64 = 500_000;
    let echo = Echo::start().await;
    let proxy = echo.behind(Conditions { bytes_per_second: Some(RATE), ..Conditions::default() }).await;
    let mut client = TcpStream::connect(proxy.address()).await.unwrap();

    let (mut rates, sent) = (Vec::new(), vec![7; 100_000]);
    for _ in 0..TRIES {
        let begin = Instant::now();
        client.write_all(&sent).await.unwrap();
        assert_eq!(read::<100_000>(&mut client).await.as_slice(), sent);
        rates.push(sent.len() as f64 / begin.elapsed().as_secs_f64() / RATE as f64);
        assert!(rates.iter().all(|rate| *rate < 1.15), "{rates:?} of what was asked for");
        if rates.iter().any(|rate| *rate > 0.85) {
            return;
        }
    }
    assert!(rates.iter().any(|rate| *rate > 0.85), "{rates:?} of what was asked for");
}

#[tokio::test]
async fn a_client_of_nobody_finds_a_target_that_comes_later() {
    let address = Echo::start().await.address;
    let proxy = Proxy::start(address, Conditions::default()).await.unwrap();
    let client = client_of(&proxy).await;
    client.send(b"nobody hears this").await.unwrap();
    soon("a datagram", async || holds(proxy.traffic().there.datagrams == 1)).await;

    let _echo = soon("the port", async || Echo::at(address).await.ok()).await;
    client.send(b"hello").await.unwrap();

    assert_eq!(received(&client).await, b"hello");
}

#[tokio::test]
async fn a_dropped_proxy_closes_its_connections_and_gives_its_port_back() {
    let echo = Echo::start().await;
    let proxy = echo.behind(Conditions { cut: true, ..Conditions::default() }).await;
    let (address, mut client) = (proxy.address(), TcpStream::connect(proxy.address()).await.unwrap());

    drop(proxy);

    let end = within("the end of the connection", client.read(&mut [0; 1])).await;
    assert!(end.is_err() || end.is_ok_and(|length| length == 0));
    soon("the port", async || UdpSocket::bind(address).await.ok()).await;
}

/// Sends back whatever it gets, over UDP and TCP.
struct Echo {
    address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Echo {
    async fn start() -> Self {
        soon("a port for both", async || Self::at("127.0.0.1:0".parse().unwrap()).await.ok()).await
    }

    async fn at(address: SocketAddr) -> io::Result<Self> {
        let udp = UdpSocket::bind(address).await?;
        let address = udp.local_addr()?;
        let tcp = TcpListener::bind(address).await?;
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut buffer = vec![0; 2000];
            loop {
                // Some systems tell here that an answer found nobody.
                let Ok((length, from)) = udp.recv_from(&mut buffer).await else { continue };
                let _gone = udp.send_to(&buffer[..length], from).await;
            }
        });
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (mut stream, _) = tcp.accept().await.unwrap();
                connections.spawn(async move {
                    let (mut reader, mut writer) = stream.split();
                    let _gone = tokio::io::copy(&mut reader, &mut writer).await;
                    let _gone = writer.shutdown().await;
                });
            }
        });
        Ok(Self { address, _tasks: tasks })
    }

    async fn behind(&self, conditions: Conditions) -> Proxy {
        Proxy::start(self.address, conditions).await.unwrap()
    }
}

async fn client_of(proxy: &Proxy) -> UdpSocket {
    let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    client.connect(proxy.address()).await.unwrap();
    client
}

async fn received(client: &UdpSocket) -> Vec<u8> {
    let mut buffer = vec![0; 2000];
    let length = within("a datagram", client.recv(&mut buffer)).await.unwrap();
    buffer[..length].to_vec()
}

async fn read<const LENGTH: usize>(stream: &mut TcpStream) -> Vec<u8> {
    let mut buffer = vec![0; LENGTH];
    within("bytes", stream.read_exact(&mut buffer)).await.unwrap();
    buffer
}

/// In small portions, so that no socket overflows on a busy machine: that would be lost uncounted.
async fn lost_of_1000(proxy: &Proxy) -> u64 {
    let client = client_of(proxy).await;
    for sent in 1..=1000 {
        client.send(b"hello").await.unwrap();
        if sent % 50 == 0 {
            soon("what was sent", async || holds(proxy.traffic().there.datagrams == sent)).await;
        }
    }
    proxy.traffic().there.lost
}
