use opengateway_api::WalletDay;

use super::*;

fn whole(credits: i64) -> Credits {
    Credits::whole(credits)
}

/// A PC that has earned and spent, and can ask a peer.
fn wallet() -> Wallet {
    Wallet {
        spendable: whole(1_340),
        net: whole(90),
        line: whole(1_250),
        least: whole(1_000),
        earned: whole(1_250),
        spent: whole(1_160),
        parts: 3,
        days: vec![WalletDay { from_ms: 0, earned: whole(20), spent: whole(0) }; 7],
        ..Wallet::default()
    }
}

fn blocked() -> Wallet {
    let unpayable = Some(Unpayable::TooLittle(whole(360)));
    Wallet { spendable: whole(640), net: whole(-610), unpayable, ..wallet() }
}

fn broken(why: Unpayable) -> Wallet {
    Wallet { unpayable: Some(why), ..wallet() }
}

#[test]
fn accounts_that_were_not_read_are_not_an_empty_wallet() {
    let new = Wallet { earned: whole(0), spent: whole(0), ..wallet() };

    assert_eq!([extent(None), extent(Some(&Wallet::default()))], [Extent::Nothing; 2]);
    assert_eq!([extent(Some(&new)), extent(Some(&wallet()))], [Extent::New, Extent::All]);
    assert_eq!(extent(Some(&broken(Unpayable::Broken))), Extent::Failed);
}

#[test]
fn too_little_says_how_much_is_needed_what_there_is_and_what_to_do() {
    let standing = standing(&blocked());

    assert_eq!(standing.says, "You need 1,000 tokens for a paid question and have 640.");
    assert_eq!(
        standing.then,
        "Lend this PC for a while, or ask when a peer has time to spare: peers with nothing else to do still answer for free. \
         At last week’s pace the missing 360 come in about 18 days."
    );
    assert_eq!((standing.tone, standing.way), (Tone::Waiting, Some(Way::Lend)));
}

#[test]
fn without_earnings_no_pace_is_promised() {
    let idle = Wallet { days: vec![WalletDay::default(); 7], ..blocked() };
    assert!(!standing(&idle).then.contains("pace"));

    let busy = Wallet { days: vec![WalletDay { earned: whole(5_000), ..WalletDay::default() }], ..blocked() };
    assert!(standing(&busy).then.ends_with("come within a day."));
}

#[test]
fn a_pc_that_cannot_be_told_from_others_is_asked_to_earn_first() {
    let short = Wallet { line: whole(250), parts: 1, earned: whole(0), ..blocked() };

    assert!(standing(&short).then.starts_with("A PC that cannot be told from others earns before it spends."));
    assert!(makeup(&short)[1].meaning.contains("only 250 tokens"));
}

#[test]
fn debt_is_named_while_a_peer_can_still_be_asked() {
    let debtor = Wallet { net: Credits(-619_400_000), ..wallet() };

    assert_eq!(standing(&debtor).says, "You can ask a peer, although this PC owes 620 tokens.");
    assert_eq!(standing(&wallet()).says, "You can ask a peer.");
}

#[test]
fn every_reason_says_what_happened_and_what_to_do() {
    let reasons = [
        Unpayable::NoIdentity,
        Unpayable::TooLittle(whole(1)),
        Unpayable::Recovering,
        Unpayable::Forked,
        Unpayable::Broken,
    ];

    for reason in reasons {
        let standing = standing(&broken(reason));
        assert!(!standing.says.is_empty() && !standing.then.is_empty(), "{reason:?}");
    }
}

#[test]
fn the_balance_is_made_of_three_things() {
    let shown = makeup(&Wallet { holds: Credits(999_500_000), ..blocked() });

    let values = shown.map(|one| format!("{} {} {}", one.sign, one.name, one.value));
    assert_eq!(values, [" Net −610", "+ Line 1,250", "− Set aside 1,000"]);
}

#[test]
fn the_meter_shows_only_what_is_not_enough() {
    assert_eq!(reached(&blocked()), Some(64));
    assert_eq!(reached(&Wallet { spendable: whole(-300), ..blocked() }), Some(0));
    assert_eq!(reached(&wallet()), None);
}

#[test]
fn the_strip_says_the_balance_once_there_is_one() {
    assert_eq!(line(&wallet()), Some((Tone::Quiet, "1,340 tokens".to_owned())));
    assert_eq!(line(&blocked()), Some((Tone::Waiting, "640 tokens".to_owned())));
    assert_eq!([line(&Wallet::default()), line(&broken(Unpayable::NoIdentity))], [None, None]);
    assert_eq!(balance(&broken(Unpayable::NoIdentity)), "–");
}

#[test]
fn the_rail_warns_only_when_nobody_can_be_paid() {
    assert_eq!([warning(&wallet()), warning(&broken(Unpayable::NoIdentity))], [None, None]);
    assert_eq!(warning(&broken(Unpayable::Forked)).map(|(tone, _)| tone), Some(Tone::Loss));
}

#[test]
fn all_that_was_earned_is_rounded_down_and_all_that_was_spent_up() {
    let wallet = Wallet { earned: Credits(1_999_999), spent: Credits(1_000_001), ..wallet() };

    assert_eq!(in_all(&wallet).as_deref(), Some("Earned 1 and spent 2 tokens in all"));
    assert_eq!(in_all(&Wallet::default()), None);
}
