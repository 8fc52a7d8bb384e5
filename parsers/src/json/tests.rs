use super::*;
use crate::tree::MemoryTree;

fn read(text: &str) -> (Result<Network, Fatal>, Vec<String>) {
    let tree: MemoryTree = [(PATH, text)].into_iter().collect();
    let mut cx = Context::default();
    let network = JsonModel.parse(&Input { tree: &tree, dialect: None, version: None, state: None }, &mut cx);
    let found = cx.diagnostics.iter().map(|d| {
        let place = d.labels.first().map_or_else(String::new, |span| cx.sources.place(*span));
        format!("{place} {} {}", d.code.id, d.message)
    });
    (network, found.collect())
}

const FULL: &str = r#"{
  "netpivot": 1,
  "dialect": "json",
  "links": [
    { "name": "br0", "kind": "bridge", "bridge": { "stp": false }, "ipv4": { "addresses": [], "dns": ["192.0.2.53"] } },
    { "name": "wg0", "kind": "wireguard", "wireguard": { "private_key": "hunter2", "peers": [{ "public_key": "x", "allowed_ips": ["0.0.0.0/0"] }] }, "dialect": "json" }
  ],
  "routes": [{ "owner": 1, "netns": "ns1", "dst": "10.0.0.0/8", "nexthops": [{ "gateway": "192.0.2.1" }] }],
  "rules": [{ "family": "ipv4", "priority": 5 }],
  "netns": [{ "name": "ns1" }],
  "neighbors": [{ "owner": 0, "dst": "192.0.2.9", "lladdr": "52:54:00:00:00:09", "state": "permanent" }],
  "fdb": [{ "lladdr": "00:00:00:00:00:00", "dst": "198.51.100.1", "vni": 7 }],
  "nat": [{ "netns": "ns1", "action": "masquerade", "source": "192.0.2.0/24" }],
  "sysctls": [{ "key": "net.ipv4.ip_forward", "value": "1" }],
  "hooks": [{ "owner": 0, "phase": "up", "command": "true" }],
  "leftovers": [{ "owner": 0, "section": "s", "key": "K", "value": "v", "secret": true, "weight": "acts", "meaning": "m" }]
}"#;

#[test]
fn what_is_written_is_read() {
    let (network, found) = read(FULL);
    let network = network.unwrap();
    assert_eq!(found, [""; 0]);
    assert_eq!((network.links.len(), network.own_dialects.len()), (2, 1));
    assert!(network.links[0].ipv4.as_ref().unwrap().addresses.said.is_some(), "an empty list is said");
    let written = json::to_json(&network, true);
    assert_eq!(written, serde_json::from_str::<serde_json::Value>(FULL).unwrap());
}

#[test]
fn what_the_model_does_not_have_is_named_with_its_place() {
    let text = "{\"netpivot\": 1, \"links\": [\n {\"nmae\": \"x\"},\n {\"mtu\": -1},\n {\"kind\": \"brige\"},\n {\"kind\": \"vlan\", \"bridge\": {}},\n {\"name\": null, \"name\": \"\"}],\n \"odd\": 1}";
    let (network, found) = read(text);
    assert_eq!(network.unwrap().links.len(), 5);
    let places: Vec<&str> = found.iter().map(|line| line.split(' ').next().unwrap()).collect();
    let place = |line: u32, column: u32| format!("{PATH}:{line}:{column}");
    assert_eq!(
        places,
        [place(2, 3), place(3, 10), place(4, 11), place(5, 19), place(6, 17), place(6, 11), place(7, 2)],
        "{found:#?}"
    );
    assert!(found.iter().all(|line| line.contains("P041")), "{found:#?}");
}

#[test]
fn what_is_no_model_is_refused_with_line_and_column() {
    for text in ["", "{", "[]", "{}", "{\"netpivot\": 2}", "{\"netpivot\": 1,}", "{'netpivot': 1}"] {
        assert!(read(text).0.is_err(), "{text}");
    }
    assert!(read("{\n \"a\": }").0.unwrap_err().message.contains("line 2, column 7"));
    let deep = format!("{{\"netpivot\": 1, \"links\": {}", "[".repeat(100_000));
    assert!(read(&deep).0.is_err());
}

#[test]
fn a_hidden_secret_is_no_secret() {
    let text = FULL.replace("hunter2", HIDDEN);
    let (_, found) = read(&text);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("W001"), "{found:?}");
}

#[test]
fn an_owner_that_is_not_there_is_named() {
    let (network, found) = read("{\"netpivot\": 1, \"routes\": [{\"owner\": 3, \"dst\": \"::/0\"}]}");
    assert_eq!(network.unwrap().routes[0].owner, None);
    assert!(found[0].contains("P041"), "{found:?}");
}
