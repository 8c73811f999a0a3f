//! Hosts, homes and routers out of network namespaces. Each test has an internet of its own.

use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use opengateway_tests::lab::net::{Host, Lab, Nat, missing};
use opengateway_tests::soon::soon_here;

const PORT: u16 = 4001;

#[test]
fn hosts_on_one_switch_hear_what_is_said_to_their_group() {
    let Some(lab) = laboratory() else { return };
    let hosts = lab.lan(3).unwrap();
    let mut probes: Vec<Probe> = hosts.iter().map(Probe::on).collect();
    for probe in &mut probes {
        probe.join("224.0.0.251");
    }

    probes[0].send("224.0.0.251:4001".parse().unwrap(), "who is there");

    for probe in &mut probes[1..] {
        assert_eq!(probe.receive(), (outside(&hosts[0], PORT), "who is there".into()));
    }
}

#[test]
fn public_hosts_hear_no_group_of_each_other() {
    let Some(lab) = laboratory() else { return };
    let (alice, bob) = (lab.public("alice").unwrap(), lab.public("bob").unwrap());
    let (mut asker, mut listener) = (Probe::on(&alice), Probe::on(&bob));
    listener.join("224.0.0.251");

    asker.send("224.0.0.251:4001".parse().unwrap(), "who is there");
    asker.send(outside(&bob, PORT), "hello");

    assert_eq!(listener.receive(), (outside(&alice, PORT), "hello".into()));
}

#[test]
fn a_host_at_home_is_answered_but_not_asked() {
    for nat in [Nat::Cone, Nat::Symmetric] {
        let Some(lab) = laboratory() else { return };
        let (server, stranger) = (lab.public("server").unwrap(), lab.public("stranger").unwrap());
        let home = lab.behind("home", nat).unwrap();
        let (mut at_server, mut at_stranger, mut at_home) =
            (Probe::on(&server), Probe::on(&stranger), Probe::on(&home));

        at_home.send(outside(&server, PORT), "ask");
        let (seen, _) = at_server.receive();
        at_stranger.send(seen, "unasked");
        at_server.send(seen, "answer");

        assert_eq!(seen.ip(), IpAddr::from(home.router().unwrap().address()));
        assert_eq!(at_home.receive(), (outside(&server, PORT), "answer".into()));
    }
}

#[test]
fn only_a_cone_shows_the_same_port_to_everyone() {
    let Some(lab) = laboratory() else { return };
    let servers = [lab.public("first").unwrap(), lab.public("second").unwrap()];
    let (cone, symmetric) = (lab.behind("cone", Nat::Cone).unwrap(), lab.behind("symmetric", Nat::Symmetric).unwrap());

    let (through_cone, through_symmetric) = (seen_by(&cone, &servers), seen_by(&symmetric, &servers));

    assert_eq!(through_cone[0], through_cone[1]);
    assert_eq!(through_symmetric[0].ip(), through_symmetric[1].ip());
    assert_ne!(through_symmetric[0].port(), through_symmetric[1].port());
}

#[test]
fn two_hosts_behind_cones_punch_a_hole() {
    let Some(lab) = laboratory() else { return };
    let mut meeting = Meeting::between(&lab, Nat::Cone, Nat::Cone);

    meeting.both_send();
    meeting.both_send();

    assert_eq!(meeting.probes[0].receive(), (meeting.seen[1], "hole".into()));
    assert_eq!(meeting.probes[1].receive(), (meeting.seen[0], "hole".into()));
}

#[test]
fn behind_symmetric_routers_no_hole_can_be_punched() {
    for other in [Nat::Symmetric, Nat::Cone] {
        let Some(lab) = laboratory() else { return };
        let mut meeting = Meeting::between(&lab, Nat::Symmetric, other);

        for _ in 0..3 {
            meeting.both_send();
        }

        let server = outside(&meeting.server, PORT);
        for index in 0..2 {
            meeting.at_server.send(meeting.seen[index], "the end");
            assert_eq!(meeting.probes[index].receive(), (server, "the end".into()), "nothing came before");
        }
    }
}

#[test]
fn hosts_of_one_home_reach_each_other_and_share_its_address() {
    let Some(lab) = laboratory() else { return };
    let server = lab.public("server").unwrap();
    let first = lab.behind("first", Nat::Cone).unwrap();
    let second = lab.beside(&first, "second").unwrap();
    let (mut at_server, mut at_first, mut at_second) = (Probe::on(&server), Probe::on(&first), Probe::on(&second));

    at_first.send(outside(&second, PORT), "neighbour");
    assert_eq!(at_second.receive(), (outside(&first, PORT), "neighbour".into()));
    at_first.send(outside(&server, PORT), "first");
    let (first_seen, _) = at_server.receive();
    at_second.send(outside(&server, PORT), "second");
    let (second_seen, _) = at_server.receive();

    assert_eq!(first_seen.ip(), second_seen.ip());
    assert_ne!(first_seen.port(), second_seen.port());
}

#[test]
fn a_pulled_cable_loses_what_is_sent_until_it_is_in_again() {
    let Some(lab) = laboratory() else { return };
    let (alice, home) = (lab.public("alice").unwrap(), lab.behind("home", Nat::Cone).unwrap());
    let (mut at_alice, mut at_home) = (Probe::on(&alice), Probe::on(&home));
    at_home.send(outside(&alice, PORT), "hello");
    let (seen, _) = at_alice.receive();

    home.router().unwrap().down().unwrap();
    at_alice.send(seen, "lost");
    home.router().unwrap().up().unwrap();
    soon_here("an answer", || {
        at_alice.send(seen, "found");
        let (_, text) = at_home.hear(Duration::from_millis(100))?;
        assert_ne!(text, "lost");
        Some(())
    });

    alice.down().unwrap();
    at_home.send(outside(&alice, PORT), "lost");
    alice.up().unwrap();
    soon_here("an answer", || {
        at_home.send(outside(&alice, PORT), "found");
        let (_, text) = at_alice.hear(Duration::from_millis(100))?;
        assert_ne!(text, "lost");
        Some(())
    });
}

#[test]
fn a_new_address_is_known_at_once_and_the_old_one_to_nobody() {
    let Some(lab) = laboratory() else { return };
    let (alice, home) = (lab.public("alice").unwrap(), lab.behind("home", Nat::Cone).unwrap());
    let (mut at_alice, mut at_home) = (Probe::on(&alice), Probe::on(&home));
    let old = outside(&alice, PORT);

    alice.readdress("198.41.0.77".parse().unwrap()).unwrap();
    home.router().unwrap().readdress("198.41.0.78".parse().unwrap()).unwrap();
    home.readdress("192.168.1.99".parse().unwrap()).unwrap();
    at_home.send(old, "to the old one");
    at_home.send("198.41.0.77:4001".parse().unwrap(), "to the new one");

    assert_eq!(at_alice.receive(), ("198.41.0.78:4001".parse().unwrap(), "to the new one".into()));
    assert_eq!(home.address().to_string(), "192.168.1.99");
}

#[test]
fn a_narrow_cable_carries_what_it_says() {
    const RATE: u64 = 200_000;
    let Some(lab) = laboratory() else { return };
    let (alice, bob) = (lab.public("alice").unwrap(), lab.public("bob").unwrap());
    let (mut at_alice, mut at_bob) = (Probe::on(&alice), Probe::on(&bob));
    let (text, packet) = ("x".repeat(1000), 1042);
    alice.limit(Some(RATE)).unwrap();

    let begin = Instant::now();
    for _ in 0..60 {
        at_alice.send(outside(&bob, PORT), &text);
    }
    for _ in 0..60 {
        at_bob.receive();
    }
    let least = Duration::from_secs_f64((60 * packet - 4542) as f64 / RATE as f64);

    assert!(begin.elapsed() > least.mul_f64(0.95), "{:?} instead of {least:?}", begin.elapsed());
    assert!(begin.elapsed() < least * 3, "{:?} instead of {least:?}", begin.elapsed());
    alice.limit(None).unwrap();
}

#[test]
fn everything_is_removed_with_the_host_even_after_a_panic() {
    let Some(lab) = laboratory() else { return };
    let mut left = None;

    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let host = lab.behind("home", Nat::Cone).unwrap();
        let child = host.command("sleep").arg("1000").spawn().unwrap();
        assert!(namespaces().contains(&name(&host)) && namespaces().contains(&name(host.router().unwrap())));
        left = Some(([name(&host), name(host.router().unwrap())], child));
        panic!("a test failed");
    }));

    assert!(outcome.is_err());
    let (names, mut child) = left.unwrap();
    assert!(names.iter().all(|name| !namespaces().contains(name)));
    let ended = soon_here("the end of what ran there", || child.try_wait().unwrap());
    assert!(!ended.success(), "it was killed");
}

#[test]
fn what_a_dead_process_left_behind_is_swept() {
    if laboratory().is_none() {
        return;
    }
    let mut dead = Command::new("true").spawn().unwrap();
    dead.wait().unwrap();
    let left = Left::new(format!("og-{}-0-left", dead.id()));
    let foreign = Left::new(format!("nobody-{}", std::process::id()));

    let _lab = Lab::new().unwrap();

    assert!(!namespaces().contains(&left.0));
    assert!(namespaces().contains(&foreign.0));
}

/// A namespace that nobody owns, removed in the end unless a sweep has.
struct Left(String);

impl Left {
    fn new(name: String) -> Self {
        assert!(Command::new("ip").args(["netns", "add", &name]).status().unwrap().success());
        Self(name)
    }
}

impl Drop for Left {
    fn drop(&mut self) {
        let _swept = Command::new("ip").args(["netns", "delete", &self.0]).stderr(Stdio::null()).status();
    }
}

fn laboratory() -> Option<Lab> {
    if let Some(reason) = missing() {
        eprintln!("skipped: {reason}");
        return None;
    }
    Some(Lab::new().unwrap())
}

/// Two homes and a server where they learn how the other one is seen.
struct Meeting {
    server: Host,
    at_server: Probe,
    probes: [Probe; 2],
    seen: [SocketAddr; 2],
    _homes: [Host; 2],
}

impl Meeting {
    fn between(lab: &Lab, first: Nat, second: Nat) -> Self {
        let server = lab.public("server").unwrap();
        let homes = [lab.behind("first", first).unwrap(), lab.behind("second", second).unwrap()];
        let (mut at_server, mut probes) = (Probe::on(&server), [Probe::on(&homes[0]), Probe::on(&homes[1])]);
        let seen = probes.each_mut().map(|probe| {
            probe.send(outside(&server, PORT), "who am I");
            at_server.receive().0
        });
        Self { server, at_server, probes, seen, _homes: homes }
    }

    fn both_send(&mut self) {
        self.probes[0].send(self.seen[1], "hole");
        self.probes[1].send(self.seen[0], "hole");
    }
}

/// How each server sees one socket of this host.
fn seen_by(host: &Host, servers: &[Host; 2]) -> [SocketAddr; 2] {
    let mut probe = Probe::on(host);
    servers.each_ref().map(|server| {
        let mut at_server = Probe::on(server);
        probe.send(outside(server, PORT), "who am I");
        at_server.receive().0
    })
}

fn outside(host: &Host, port: u16) -> SocketAddr {
    (host.address(), port).into()
}

fn name(host: &Host) -> String {
    host.command("true").get_args().nth(2).unwrap().to_str().unwrap().to_owned()
}

fn namespaces() -> Vec<String> {
    let output = Command::new("ip").args(["netns", "list"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// A socket on a host.
struct Probe {
    child: Child,
    lines: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Probe {
    fn on(host: &Host) -> Self {
        let mut command = host.command(env!("CARGO_BIN_EXE_opengateway-lab-probe"));
        let command = command.arg(PORT.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (lines, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut probe = Self { child, lines, answers };
        assert_eq!(probe.answer(), format!("0.0.0.0:{PORT}"));
        probe
    }

    fn join(&mut self, group: &str) {
        assert_eq!(self.ask(&format!("join {group}")), "joined");
    }

    fn send(&mut self, to: SocketAddr, text: &str) {
        self.ask(&format!("send {to} {text}"));
    }

    /// What comes next, and from where.
    fn receive(&mut self) -> (SocketAddr, String) {
        self.hear(Duration::from_secs(60)).unwrap()
    }

    fn hear(&mut self, patience: Duration) -> Option<(SocketAddr, String)> {
        let answer = self.ask(&format!("receive {}", patience.as_millis()));
        let (from, text) = answer.split_once(' ')?;
        Some((from.parse().unwrap(), text.to_owned()))
    }

    fn ask(&mut self, line: &str) -> String {
        writeln!(self.lines, "{line}").unwrap();
        self.answer()
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
    }
}
