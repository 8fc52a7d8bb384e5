//! A script of 100,000 ip commands, evaluated: printed beside a plain split of the same bytes, never asserted.
//!
//! `cargo bench --bench commands`, or with other numbers of commands: `cargo bench --bench commands -- 50000`

mod support;

use netpivot::formats;
use netpivot_parsers::tree::MemoryTree;
use netpivot_parsers::{Context, Input};
use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// A script of so many commands: bridges and veth pairs, addresses, routes, rules, and deletions.
fn script(commands: usize) -> String {
    let mut text = String::new();
    for n in 0..commands / 10 {
        let (a, b) = (n / 250 % 250, n % 250);
        let _ = write!(
            text,
            "ip link add name br{n} type bridge stp_state 0\n\
             ip link add ve{n} type veth peer name vp{n}\n\
             ip link set dev ve{n} master br{n}\n\
             ip link set ve{n} up\n\
             ip link set br{n} up\n\
             ip addr add 10.{a}.{b}.1/24 brd + dev br{n}\n\
             ip route add 172.{a}.{b}.0/24 via 10.{a}.{b}.2 dev br{n} metric {n}\n\
             ip addr add 192.168.{b}.1/24 dev vp{n}\n\
             ip addr del 192.168.{b}.1/24 dev vp{n}\n\
             ip rule add from 10.{a}.{b}.0/24 table 100 pref {n}\n"
        );
    }
    text
}

/// The shortest of some runs, each until its result is there: giving its memory back is not counted.
fn time<T>(mut work: impl FnMut() -> T) -> Duration {
    let budget = Instant::now();
    let mut best = Duration::MAX;
    loop {
        let start = Instant::now();
        let result = black_box(work());
        best = best.min(start.elapsed());
        drop(result);
        if budget.elapsed() > Duration::from_millis(1500) {
            return best;
        }
    }
}

fn main() {
    let parser = formats::parser("iproute").expect("the format is there");
    println!("{:>10}{:>14}{:>18}{:>14}{:>18}", "commands", "evaluate", "commands/s", "split", "commands/s");
    for size in support::sizes(&SIZES) {
        let text = script(size);
        let tree: MemoryTree = [("/netpivot-commands/script.sh", text.as_str())].into_iter().collect();
        let evaluate = time(|| {
            let input = Input { tree: &tree, dialect: None, version: None, state: None };
            let mut cx = Context::default();
            (parser.parse(&input, &mut cx).expect("a network"), cx)
        });
        let split = time(|| {
            for line in text.lines() {
                black_box(line.split_ascii_whitespace().collect::<Vec<_>>());
            }
        });
        let rate = |time: Duration| size as f64 / time.as_secs_f64();
        println!(
            "{size:>10}{:>11.2} ms{:>18.0}{:>11.2} ms{:>18.0}",
            evaluate.as_secs_f64() * 1e3,
            rate(evaluate),
            split.as_secs_f64() * 1e3,
            rate(split)
        );
    }
}
