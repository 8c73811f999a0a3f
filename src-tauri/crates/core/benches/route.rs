//! How long a routing decision takes with 10,000 candidates; it must be 1 ms at most.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use opengateway_api::{ModelHash, NodeId, Privacy};
use opengateway_core::capability::Load;
use opengateway_core::privacy::Relation;
use opengateway_core::route::{Candidate, Request, plan};

const MODEL: ModelHash = ModelHash([1; 32]);

fn route(criterion: &mut Criterion) {
    let request = Request {
        model: Some(MODEL),
        context: 1000,
        prompt_tokens: 500,
        answers: 1,
        place: None,
        privacy: Privacy::Public,
        most_price: i64::MAX,
    };
    let busy = Load { running: 4, waiting: 0, slots: 4 };
    let mixed: Vec<Candidate> = (0..10_000).map(candidate).collect();
    let equal = |number| Candidate { node: node(number), load: busy, ..candidate(2) };
    let equal: Vec<Candidate> = (0..10_000).map(equal).collect();
    let cases = [
        ("mixed", &mixed, request.clone()),
        ("none free", &equal, request.clone()),
        ("256 answers of equals", &equal, Request { answers: 256, ..request.clone() }),
        ("internal", &mixed, Request { privacy: Privacy::Internal, ..request.clone() }),
        ("restricted", &mixed, Request { privacy: Privacy::Restricted, ..request.clone() }),
        ("a million answers", &mixed, Request { answers: 1_000_000, ..request }),
    ];
    let mut group = criterion.benchmark_group("plan of 10,000");
    for (name, candidates, request) in &cases {
        let mut seed = 0;
        group.bench_function(*name, |bench| {
            bench.iter(|| {
                seed += 1;
                plan(black_box(request), black_box(candidates), seed)
            });
        });
    }
    group.finish();
}

/// Peers as different as a formula makes them.
fn candidate(number: u32) -> Candidate {
    let some = |prime: u32, of: u32| number.wrapping_mul(prime) % of;
    Candidate {
        node: node(number),
        rtt: Some(Duration::from_millis(u64::from(some(7919, 400)))),
        relayed: some(104_729, 5) == 0,
        relation: Relation {
            friend: some(31, 100) == 0,
            same_region: some(17, 3) == 0,
            good_standing: some(13, 2) == 0,
        },
        standing: f32::from(u8::try_from(some(37, 100)).unwrap_or(0)) / 100.0,
        banned: some(41, 50) == 0,
        accepts: some(43, 3) != 0,
        model: Some(MODEL),
        context: 1024 << some(3, 6),
        text_per_second: 5.0 + f32::from(u8::try_from(some(53, 95)).unwrap_or(0)),
        prompt_per_second: 400.0,
        load: Load { running: some(5, 5), waiting: some(11, 3), slots: 4 },
        allowance: 4,
        price: 0,
        balance: i64::from(some(61, 1000)),
    }
}

fn node(number: u32) -> Option<NodeId> {
    let mut key = [0; 32];
    key.first_chunk_mut::<4>()?.copy_from_slice(&number.to_be_bytes());
    Some(NodeId(key))
}

criterion_group!(benches, route);
criterion_main!(benches);
