//! What came of a market, as figures and as a row of a table.

use opengateway_api::Credits;

use crate::assumed::KINDS;
use crate::people::Person;

/// Of the last third of the time and of honest people, if not said otherwise.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Figures {
    /// Whether it is late enough to count.
    pub(crate) counts: bool,
    /// Questions, those that were paid, and those that were answered for nothing.
    pub(crate) questions: usize,
    paid: usize,
    for_nothing: usize,
    /// Questions and paid ones by the kind of the asker's PC.
    by_kind: [(usize, usize); KINDS.len()],
    /// Questions of cheats, and those for which somebody was paid, or thought so.
    by_cheats: (usize, usize),
    /// Answers that ended early because more was not set aside.
    pub(crate) cut: usize,
    /// Questions for which nobody was there.
    pub(crate) nobody: usize,
    /// Times somebody did not trust an asker with more.
    pub(crate) refused: usize,
    /// Over all, cheats as well.
    pub(crate) sum: i128,
    /// How uneven what people are owed is, from 0 to 1 (Gini), and the share of it that the top hundredth has.
    pub(crate) gini: f64,
    pub(crate) top: f64,
    pub(crate) worst: Credits,
    pub(crate) worst_cheat: Credits,
    pub(crate) richest: Credits,
}

impl Figures {
    pub(crate) fn paid(&mut self, asker: &Person) {
        self.count(asker, true, false);
    }

    pub(crate) fn unpaid(&mut self, asker: &Person, answered: bool) {
        self.count(asker, false, answered);
    }

    fn count(&mut self, asker: &Person, paid: bool, for_nothing: bool) {
        if !self.counts {
            return;
        }
        if asker.cheat.is_some() {
            self.by_cheats.0 += 1;
            self.by_cheats.1 += usize::from(paid);
            return;
        }
        self.questions += 1;
        self.paid += usize::from(paid);
        self.for_nothing += usize::from(for_nothing);
        self.by_kind[asker.kind].0 += 1;
        self.by_kind[asker.kind].1 += usize::from(paid);
    }

    /// Looks at the accounts, in the end.
    pub(crate) fn closed(&mut self, people: &[Person]) {
        let net = |person: &Person| person.totals.net();
        self.sum = people.iter().map(|person| i128::from(net(person).0)).sum();
        let honest = || people.iter().filter(|person| person.cheat.is_none());
        self.worst = honest().map(net).min().unwrap_or_default();
        self.richest = honest().map(net).max().unwrap_or_default();
        let cheats = people.iter().filter(|person| person.cheat.is_some());
        self.worst_cheat = cheats.map(net).min().unwrap_or_default();
        let mut owed: Vec<f64> = honest().map(|person| net(person).0.max(0) as f64).collect();
        owed.sort_unstable_by(f64::total_cmp);
        let sum = owed.iter().sum::<f64>().max(1.0);
        self.top = owed.iter().rev().take(owed.len().div_ceil(100)).sum::<f64>() / sum;
        let ranked: f64 = owed.iter().zip(1..).map(|(value, rank)| f64::from(rank) * value).sum();
        let count = owed.len() as f64;
        self.gini = (2.0 * ranked / (count * sum) - (count + 1.0) / count).max(0.0);
    }

    /// Share of questions that a peer was paid for.
    pub(crate) fn share_paid(&self) -> f64 {
        share(self.paid, self.questions)
    }

    pub(crate) fn row(&self, what: &str) -> String {
        let kinds: Vec<String> =
            self.by_kind.iter().map(|(asked, paid)| format!("{:.0}", 100.0 * share(*paid, *asked))).collect();
        format!(
            "| {what} | {:.1} % | {} | {:.1} % | {:.2} | {:.1} % | {} | {} | {} | {:.0} % | {} |",
            100.0 * self.share_paid(),
            kinds.join(", "),
            100.0 * share(self.for_nothing, self.questions),
            self.gini,
            100.0 * self.top,
            self.richest.floor(),
            self.worst.floor(),
            self.worst_cheat.floor(),
            100.0 * share(self.by_cheats.1, self.by_cheats.0),
            self.sum,
        )
    }

    pub(crate) fn head() -> String {
        let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        format!(
            "| rules | paid | by the asker's PC: {} | for nothing | Gini | top 1 % | richest | worst debt | of a cheat | \
             cheats' questions taken | Σ net |\n|---|---|---|---|---|---|---|---|---|---|---|",
            kinds.join(", ")
        )
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
