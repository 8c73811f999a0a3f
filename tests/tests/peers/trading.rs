//! Credits between real nodes: earned by answering, spent by asking, nothing minted.
//!
//! `OPENGATEWAY_TRADES=400` makes it a long run.

use std::path::{Path, PathBuf};

use futures::future::join_all;
use opengateway_api::{Credits, ModelId, Movement, MovementKind, Unpayable};
use opengateway_tests::asking::counting_as;
use opengateway_tests::nodes::{Seen, read};
use opengateway_tests::peers::{Once, Pc, Peer, Setup, alone, asker, lender, once};
use opengateway_tests::soon::{holds, soon, within};
use tempfile::{TempDir, tempdir};

const TRADES: usize = 8;

#[tokio::test]
async fn what_two_nodes_earn_and_spend_sums_to_nothing_and_their_books_agree() {
    let _alone = alone().await;
    let [one, other] = pair().await;

    for number in 0..trades() {
        let (from, to) = if number % 2 == 0 { (&one, &other) } else { (&other, &one) };
        let seen = from.asks(to, 40).await;
        assert!(seen.done && cost(&seen) > Credits::ZERO, "{number}: {seen:?}");
        settled(&[&one, &other]).await;
    }

    let recent = one.peer.wallet().await.recent;
    let is_as_asked = |movement: &&Movement| movement.model == other.model.0 && movement.text_tokens == 40;
    assert_eq!(recent.iter().filter(|it| it.kind == MovementKind::Spent).filter(is_as_asked).count(), recent.len() / 2);
    agree(&[&one, &other]).await;
}

#[tokio::test]
async fn eight_nodes_trade_with_each_other_and_the_sum_is_nothing() {
    let _alone = alone().await;
    let first = trader(0, Setup { serves: true, ..lender() }).await;
    let bootstrap = first.peer.addresses().await;
    let setup = || Setup { bootstrap: bootstrap.clone(), ..lender() };
    let mut traders = join_all((1..8).map(|number| trader(number, setup()))).await;
    traders.push(first);
    let next = |index: usize| &traders[(index + 1) % traders.len()];
    join_all(traders.iter().enumerate().map(|(index, trader)| can_pay(trader, next(index)))).await;

    // Who asks is not lent meanwhile: every second one asks.
    for turn in 0..trades() / 4 {
        let askers = traders.iter().enumerate().filter(|(index, _)| index % 2 == turn % 2);
        let answers = askers.map(async |(index, trader)| {
            let seen = trader.asks(next(index), 40).await;
            assert!(seen.done && cost(&seen) > Credits::ZERO, "{index}: {seen:?}");
        });
        join_all(answers).await;
        settled(&traders.iter().collect::<Vec<_>>()).await;
    }

    agree(&traders.iter().collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn who_has_too_little_is_told_what_is_missing_and_answered_for_free_until_it_has_earned() {
    let _alone = alone().await;
    let [one, other] = pair().await;

    let long = one.asks(&other, 600).await;
    settled(&[&one, &other]).await;

    let wallet = one.peer.wallet().await;
    assert!(cost(&long) > Credits::whole(250), "{long:?}");
    assert_eq!(wallet.net, Credits(-cost(&long).0));
    let Some(Unpayable::TooLittle(missing)) = wallet.unpayable else { unreachable!("{wallet:?}") };
    assert_eq!(Credits(missing.0 + wallet.spendable.0), Credits::whole(1000));

    let free = one.asks(&other, 40).await;
    assert!(free.done && cost(&free) == Credits::ZERO, "{free:?}");
    assert_eq!(free.origins.last().unwrap().unpaid, wallet.unpayable);

    other.asks(&one, 700).await;
    settled(&[&one, &other]).await;
    assert_eq!(one.peer.wallet().await.unpayable, None, "it has earned enough");
    agree(&[&one, &other]).await;
}

#[tokio::test]
async fn a_pc_without_parts_has_to_earn_before_it_can_pay() {
    let _alone = alone().await;
    let (other, one) = (trader(0, lender()).await, trader(1, Setup { pc: Pc::Virtual, ..asker() }).await);
    meet(&one, &other).await;

    let seen = one.asks(&other, 40).await;

    assert!(seen.done && cost(&seen) == Credits::ZERO, "{seen:?}");
    assert_eq!(seen.origins.last().unwrap().unpaid, Some(Unpayable::TooLittle(Credits::whole(750))));
}

#[tokio::test]
async fn a_new_name_on_the_same_pc_does_not_shed_a_debt() {
    let _alone = alone().await;
    let same_pc = || Setup { pc: Pc::Serial("7Q4KX2".into()), ..asker() };
    let (other, before) = (trader(0, lender()).await, trader(1, same_pc()).await);
    meet(&before, &other).await;
    can_pay(&before, &other).await;
    let owed = cost(&before.asks(&other, 400).await);
    settled(&[&before, &other]).await;
    drop(before);

    let after = trader(1, same_pc()).await;
    meet(&after, &other).await;
    can_pay(&after, &other).await;
    let seen = after.asks(&other, 40).await;

    assert!(owed > Credits::ZERO && seen.done && cost(&seen) == Credits::ZERO, "{owed}: {seen:?}");
}

#[tokio::test]
async fn what_parts_say_of_themselves_is_on_no_disk_and_in_no_log() {
    let _alone = alone().await;
    let setup = Setup { pc: Pc::Serial("ZX81SPECTRUM48K".into()), ..asker() };
    let (other, mut one) = (trader(0, lender()).await, trader(1, setup).await);
    meet(&one, &other).await;
    can_pay(&one, &other).await;
    let seen = one.asks(&other, 40).await;
    settled(&[&one, &other]).await;
    one.peer.stop().await;

    assert!(cost(&seen) > Credits::ZERO, "its tags were told: {seen:?}");
    let files: Vec<_> = [&one, &other].iter().flat_map(|trader| files_below(trader.peer.home())).collect();
    assert!(files.iter().any(|file| file.ends_with("ledger.db")) && files.len() > 10, "{files:?}");
    for file in files {
        let bytes = std::fs::read(&file).unwrap_or_default().to_ascii_uppercase();
        let told = bytes.windows(15).any(|part| part == b"ZX81SPECTRUM48K");
        assert!(!told, "{} has the serial", file.display());
    }
}

fn files_below(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] })
        .collect()
}

#[tokio::test]
async fn when_both_sides_are_killed_in_the_middle_they_agree_when_they_meet_again() {
    let _alone = alone().await;
    let [mut one, mut other] = pair().await;

    let mut answer = one.peer.answer(words(&other.model, 2000));
    let mut seen = Seen::default();
    within("a part", read(&mut answer, &mut seen, |seen| seen.text.len() > 1000)).await;
    one.peer.kill();
    other.peer.kill();
    other.peer.start_again().await;
    one.peer.start_again().await;
    meet(&one, &other).await;

    settled(&[&one, &other]).await;
    assert!(one.peer.wallet().await.net < Credits::ZERO);
    agree(&[&one, &other]).await;
}

#[tokio::test]
async fn a_backup_that_is_restored_signs_nothing_before_others_were_asked() {
    let _alone = alone().await;
    let [mut one, other] = pair().await;
    for (from, to) in [(&one, &other), (&other, &one)] {
        from.asks(to, 40).await;
        settled(&[from, to]).await;
    }
    one.peer.stop().await;
    let (book, backup) = (one.peer.home().join("ledger.db"), one.peer.home().join("backup.db"));
    std::fs::copy(&book, &backup).unwrap();
    one.peer.start_again().await;
    meet(&one, &other).await;
    can_pay(&one, &other).await;
    let seen = one.asks(&other, 40).await;
    assert!(cost(&seen) > Credits::ZERO, "{seen:?}");
    settled(&[&one, &other]).await;
    let net = one.peer.wallet().await.net;
    one.peer.stop().await;
    std::fs::copy(&backup, &book).unwrap();
    assert!(!book.with_extension("db-wal").exists(), "a node that was stopped has closed its book");

    one.peer.start_again().await;
    meet(&one, &other).await;
    soon("its records to come back", async || {
        let wallet = one.peer.wallet().await;
        holds(wallet.net == net && wallet.unpayable != Some(Unpayable::Recovering))
    })
    .await;

    let seen = other.asks(&one, 40).await;
    assert!(cost(&seen) > Credits::ZERO, "{seen:?}");
    settled(&[&one, &other]).await;
    agree(&[&one, &other]).await;
}

fn trades() -> usize {
    std::env::var("OPENGATEWAY_TRADES").map_or(TRADES, |trades| trades.parse().unwrap())
}

/// A node with a model that no other has.
struct Trader {
    peer: Peer,
    model: ModelId,
    _files: TempDir,
}

impl Trader {
    /// Asks another one for so many text tokens, once that one is lent.
    async fn asks(&self, other: &Self, text_tokens: u32) -> Seen {
        other.peer.lends().await;
        self.peer.can_ask(&other.model.0, 1).await;
        self.peer.ask(words(&other.model, text_tokens)).await
    }
}

async fn trader(number: u32, setup: Setup) -> Trader {
    let (peer, files) = (Peer::start(setup).await, tempdir().unwrap());
    let model = counting_as(&format!("counting-{number}"), 65_536 - 256 * number, files.path());
    Trader { model: peer.add(&model.path).await, peer, _files: files }
}

/// Two that lend to each other.
async fn pair() -> [Trader; 2] {
    let traders = [trader(0, lender()).await, trader(1, lender()).await];
    meet(&traders[0], &traders[1]).await;
    can_pay(&traders[0], &traders[1]).await;
    can_pay(&traders[1], &traders[0]).await;
    traders
}

async fn meet(one: &Trader, other: &Trader) {
    one.peer.join(&other.peer.invite().await).await;
    one.peer.can_ask(&other.model.0, 1).await;
}

/// Waits until a PC is known by its parts, and knows whom to ask.
async fn can_pay(trader: &Trader, other: &Trader) {
    soon("its parts to be known", async || holds(trader.peer.wallet().await.line > Credits::whole(999))).await;
    trader.peer.can_ask(&other.model.0, 1).await;
}

fn words(model: &ModelId, text_tokens: u32) -> Once {
    let mut prompt = once(&model.0, "Tell me a story.");
    prompt.sampling.max_text_tokens = Some(text_tokens);
    prompt
}

fn cost(seen: &Seen) -> Credits {
    Credits(seen.origins.last().map_or(0, |origin| origin.cost))
}

/// Waits until nothing is under way, and what one has spent the others have earned.
async fn settled(traders: &[&Trader]) {
    soon("all jobs to be settled", async || {
        let wallets = join_all(traders.iter().map(|trader| trader.peer.wallet())).await;
        let open = wallets.iter().flat_map(|wallet| &wallet.recent).any(|movement| movement.open);
        let sum: i64 = wallets.iter().map(|wallet| wallet.net.0).sum();
        let moved = wallets.iter().any(|wallet| wallet.spent > Credits::ZERO);
        holds(moved && !open && sum == 0)
    })
    .await;
}

/// Everything computed anew from signed records comes to what is shown, and over all of them to nothing.
async fn agree(traders: &[&Trader]) {
    let mut sum = 0;
    for trader in traders {
        let (proof, wallet) = (trader.peer.proof().await, trader.peer.wallet().await);
        assert_eq!(proof.problems, Vec::<String>::new());
        assert_eq!((proof.net, proof.sum), (wallet.net, Credits::ZERO));
        sum += proof.net.0;
    }
    assert_eq!(sum, 0);
}
