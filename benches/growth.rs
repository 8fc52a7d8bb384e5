//! How reading and writing grow with the number of links: printed, never asserted.
//!
//! `cargo bench --bench growth`, or with other numbers of links: `cargo bench --bench growth -- 1000 100000`

mod support;

use indexmap::IndexMap;
use netpivot::formats::{self, Direction, FormatSpec};
use netpivot::pipeline::{Request, convert};
use netpivot_emitters::EmitContext;
use netpivot_model::compare::compare;
use netpivot_model::facts;
use netpivot_model::network::Network;
use netpivot_parsers::tree::MemoryTree;
use netpivot_parsers::{Context, Input};
use std::hint::black_box;
use std::time::{Duration, Instant};

const SIZES: [usize; 3] = [10, 1_000, 10_000];

/// The formats that are written and read back.
const WRITTEN: [&str; 2] = ["keyfile", "interfaces"];

/// A host of that many files: bridges, each with a VLAN as port, and Ethernet with addresses and routes.
fn host(links: usize) -> MemoryTree {
    let mut tree = MemoryTree::default();
    let scripts = "/etc/sysconfig/network-scripts";
    for n in 0..links {
        let text = match n % 4 {
            0 => format!(
                "DEVICE=eth{n}\nBOOTPROTO=none\nONBOOT=yes\nIPADDR=10.{}.{}.1\nPREFIX=24\nDNS1=192.0.2.53\nIPV6INIT=no\n",
                n / 256 % 256,
                n % 256
            ),
            1 => format!("DEVICE=br{n}\nTYPE=Bridge\nSTP=off\nONBOOT=yes\nBOOTPROTO=dhcp\nIPV6INIT=no\n"),
            2 => format!("DEVICE=eth{}.{}\nVLAN=yes\nONBOOT=yes\nBRIDGE=br{}\n", n - 2, n % 4000, n - 1),
            _ => format!(
                "DEVICE=bond{n}\nTYPE=Bond\nBONDING_OPTS=\"mode=1 miimon=100\"\nONBOOT=yes\nBOOTPROTO=none\nIPV6INIT=no\n"
            ),
        };
        let name =
            text.lines().next().and_then(|line| line.strip_prefix("DEVICE=")).unwrap_or("x").to_owned();
        if n % 4 == 0 {
            tree.add(format!("{scripts}/route-{name}"), format!("172.16.{}.0/24 via 10.0.0.254\n", n % 256));
        }
        tree.add(format!("{scripts}/ifcfg-{name}"), text);
    }
    tree
}

fn parse(format: &str, tree: &MemoryTree) -> Network {
    let parser = formats::parser(format).expect("the format is there");
    let input = Input { tree, dialect: None, version: None, state: None };
    parser.parse(&input, &mut Context::default()).expect("a network")
}

/// The shortest of some runs.
fn time(mut work: impl FnMut()) -> Duration {
    let budget = Instant::now();
    let mut best = Duration::MAX;
    loop {
        let start = Instant::now();
        work();
        best = best.min(start.elapsed());
        if budget.elapsed() > Duration::from_millis(600) {
            return best;
        }
    }
}

/// The floor: each line split into its words.
fn split(texts: &[String]) {
    for line in texts.iter().flat_map(|text| text.lines()) {
        black_box(line.split_ascii_whitespace().collect::<Vec<_>>());
    }
}

fn main() {
    let mut table: IndexMap<String, Vec<Duration>> = IndexMap::new();
    let sizes = support::sizes(&SIZES);
    for &links in &sizes {
        let mut record = |name: String, time: Duration| table.entry(name).or_default().push(time);
        let tree = host(links);
        let network = parse("ifcfg", &tree);
        record("parse ifcfg".to_owned(), time(|| drop(parse("ifcfg", &tree))));
        record("facts".to_owned(), time(|| drop(facts::said(&network))));
        record("diff".to_owned(), time(|| drop(compare(&network, &network))));
        for format in WRITTEN {
            let emitter = formats::emitter(format).expect("the format is there");
            let emit = || emitter.emit(&network, &mut EmitContext::default());
            let files = emit().files;
            let texts: Vec<String> = files.iter().map(|file| file.text.clone()).collect();
            let output: MemoryTree = files.into_iter().map(|file| (file.path, file.text)).collect();
            record(format!("emit {format}"), time(|| drop(emit())));
            record(format!("parse {format}"), time(|| drop(parse(format, &output))));
            record(format!("split {format}"), time(|| split(&texts)));
            let spec = |text, way| FormatSpec::parse(text, way).expect("the format is there");
            let request = Request {
                from: Some(spec("ifcfg", Direction::From)),
                to: vec![spec(format, Direction::To)],
                reveal: true,
                ..Request::default()
            };
            let convert = || drop(convert(&tree, &request).map_err(|failure| failure.message));
            record(format!("ifcfg to {format}, proved"), time(convert));
        }
    }
    print!("{:<28}", "");
    sizes.iter().for_each(|links| print!("{:>14}", format!("{links} links")));
    println!("   per link, most to fewest");
    for (name, times) in table {
        let per_link: Vec<f64> =
            times.iter().zip(&sizes).map(|(time, links)| time.as_secs_f64() / *links as f64).collect();
        print!("{name:<28}");
        times.iter().for_each(|time| print!("{:>11.3} ms", time.as_secs_f64() * 1e3));
        println!("   {:.2}", per_link[per_link.len() - 1] / per_link[0]);
    }
}
