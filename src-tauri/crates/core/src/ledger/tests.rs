mod admission;
mod bounds;
mod damage;
mod forks;
mod histories;
mod minting;
mod people;
mod recorded;
mod replays;
mod samples;

use ed25519_dalek::SigningKey;
use opengateway_api::{Credits, ModelHash, NodeId};

use super::*;
use crate::tags::Tags;

const JOB: JobId = [1; 16];

#[derive(Clone)]
struct Someone {
    key: SigningKey,
    account: Account,
}

impl Someone {
    fn new(number: u8) -> Self {
        let key = SigningKey::from_bytes(&[number; 32]);
        let mut someone = Self { key, account: Account::default() };
        someone.does(Content::Genesis(Tags::default()));
        someone
    }

    fn node(&self) -> NodeId {
        NodeId(self.key.verifying_key().to_bytes())
    }

    fn does(&mut self, content: Content) -> Signed {
        let signed = self.account.next(content, 0, &self.key).unwrap();
        let read = Signed::read(signed.bytes()).unwrap();
        assert_eq!(read, signed);
        self.account.take(&read).unwrap();
        read
    }
}

fn receipt(provider: NodeId, amount: Credits) -> Content {
    let work = Work { model: ModelHash([9; 32]), text_tokens: 10, price: Credits(1) };
    Content::Receipt { job: JOB, provider, amount, more: amount, work }
}

#[test]
fn what_one_spends_the_other_earns() {
    let (mut payer, mut provider) = (Someone::new(1), Someone::new(2));
    let amount = Credits::whole(5);
    payer.does(Content::Reserve { job: JOB, provider: provider.node(), cap: Credits::whole(9), until_ms: 9 });
    assert_eq!(payer.account.totals.held, Credits::whole(9));

    payer.does(receipt(provider.node(), amount));
    let (kind, job) = (VoucherKind::Payment, JOB);
    let voucher = Voucher { kind, payer: payer.node(), provider: provider.node(), job, amount };
    let signature = voucher.sign(&payer.key);
    provider.does(Content::Earned { job, payer: payer.node(), amount, more: amount, signature });

    assert_eq!(payer.account.totals.held, Credits::ZERO);
    assert_eq!(payer.account.totals.net().plus(provider.account.totals.net()), Some(Credits::ZERO));
}

#[test]
fn nobody_earns_what_the_payer_has_not_signed() {
    let (payer, provider) = (Someone::new(1), Someone::new(2));
    let (job, amount) = (JOB, Credits::whole(5));
    let voucher = Voucher { kind: VoucherKind::Payment, payer: payer.node(), provider: provider.node(), job, amount };
    let signature = voucher.sign(&payer.key);
    let too_much = Credits::whole(6);
    let content = Content::Earned { job, payer: payer.node(), amount: too_much, more: too_much, signature };

    let signed = provider.account.next(content, 0, &provider.key).unwrap();

    assert_eq!(provider.account.clone().take(&signed), Err(Fault::Unsigned));
}

#[test]
fn a_question_costs_no_more_than_was_set_aside() {
    let mut payer = Someone::new(1);
    let provider = NodeId([7; 32]);
    payer.does(Content::Reserve { job: JOB, provider, cap: Credits::whole(9), until_ms: 9 });

    let too_much = payer.account.next(receipt(provider, Credits::whole(10)), 0, &payer.key);

    assert_eq!(too_much, Err(Fault::Amount));
}
