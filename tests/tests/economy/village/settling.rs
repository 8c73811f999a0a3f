//! The end of a village: everyone who is left comes back, and nothing is lost any more.

use super::Run;

const HOUR_MS: i64 = 3600 * 1000;
/// Rounds in which everyone tells everyone; a job needs three at most.
const ROUNDS: usize = 6;

impl Run {
    pub(super) fn settle(&mut self) {
        self.calm = true;
        self.mail.clear();
        self.now_ms += HOUR_MS;
        for who in 0..self.nodes.len() {
            let node = &mut self.nodes[who];
            node.online = !node.gone;
            node.writing.clear();
        }
        for _ in 0..ROUNDS {
            for who in 0..self.nodes.len() {
                if self.nodes[who].gone {
                    continue;
                }
                if self.nodes[who].is_recovering() {
                    self.recovers(who);
                }
                self.tends(who);
                self.tells_all(who, None);
            }
            while let Some((from, to, _, message)) = self.mail.pop() {
                if self.nodes[to].online {
                    self.receive(from, to, message);
                }
            }
        }
    }
}
