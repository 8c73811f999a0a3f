//! What checking the books came to, in words and numbers.

use opengateway_api::{Credits, WalletProof};

use crate::format;
use crate::text::wallet as words;

/// What is said of the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) figures: [Figure; 4],
    /// What is wrong; empty if nothing is.
    pub(crate) problems: Vec<String>,
}

/// A number of the check, with its name and what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) note: String,
}

/// What a check says of the books of which this net is shown.
pub(crate) fn verdict(proof: &WalletProof, shown_net: Credits) -> Verdict {
    let figure = |name, value, note: &str| Figure { name, value, note: note.to_owned() };
    let (shown, proven) = (format::balance(shown_net), format::balance(proof.net));
    let net_note = if proof.net == shown_net { words::NET_SAME.to_owned() } else { words::net_other(&shown) };
    let sum_note = if proof.sum == Credits::ZERO { words::SUM_ZERO } else { words::SUM_MUST };
    Verdict {
        figures: [
            figure(words::RECORDS, format::whole(proof.records), ""),
            figure(words::SIGNATURES, format::whole(proof.signatures), ""),
            figure(words::PROVEN_NET, proven, &net_note),
            figure(words::SUM, format::amount(proof.sum), sum_note),
        ],
        problems: problems(proof, shown_net),
    }
}

/// The node's own, and those that its numbers show.
fn problems(proof: &WalletProof, shown_net: Credits) -> Vec<String> {
    let net =
        (proof.net != shown_net).then(|| words::net_differs(&format::balance(shown_net), &format::balance(proof.net)));
    let sum = (proof.sum != Credits::ZERO).then(|| words::sum_differs(&format::amount(proof.sum)));
    if proof.problems.is_empty() { [net, sum].into_iter().flatten().collect() } else { proof.problems.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(net: i64, sum: i64) -> WalletProof {
        WalletProof {
            records: 2_418,
            signatures: 4_630,
            net: Credits::whole(net),
            sum: Credits::whole(sum),
            problems: Vec::new(),
        }
    }

    #[test]
    fn books_that_agree_have_no_problem() {
        let verdict = verdict(&proof(340, 0), Credits::whole(340));

        assert!(verdict.problems.is_empty());
        let values = verdict.figures.map(|figure| format!("{} {}", figure.value, figure.note));
        assert_eq!(values, ["2,418 ", "4,630 ", "340 as shown above", "0 as it must be"]);
    }

    #[test]
    fn numbers_that_disagree_are_a_problem_even_if_the_node_names_none() {
        let verdict = verdict(&proof(340, -1), Credits::whole(339));

        assert_eq!(
            verdict.problems,
            ["The net shown above is 339, but the records come to 340.", "All sides together come to −1 and not to 0."]
        );
    }

    #[test]
    fn the_nodes_own_words_go_first() {
        let told = WalletProof { problems: vec!["record 7 is missing".to_owned()], ..proof(340, 0) };

        assert_eq!(verdict(&told, Credits::ZERO).problems, ["record 7 is missing"]);
    }
}
