use super::measure::drawn;
use super::plan::{Plan, Rect};
use super::scene::{Joint, Look, Relation, Scene, Tile};
use super::*;
use crate::input;
use crate::pipeline;
use crate::render::{markup, public};
use netpivot_model::link::Link;
use netpivot_model::reflect::Said;
use netpivot_model::source::{At, Origin};
use std::path::Path;

/// The networks of all fixtures, by their folders.
fn fixtures() -> Vec<(String, Network)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = |path: &Path| {
        let entries = std::fs::read_dir(path).into_iter().flatten().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_dir()).collect::<Vec<_>>()
    };
    let trees = folders(&root).into_iter().flat_map(|scenario| folders(&scenario));
    let read = trees.filter_map(|tree| {
        let hosts = input::hosts(std::slice::from_ref(&tree), None);
        let loaded = hosts[0].open(None).and_then(|opened| pipeline::load(&*opened.tree, None)).ok()?;
        Some((tree.display().to_string(), loaded.network))
    });
    let read: Vec<_> = read.collect();
    assert!(read.len() > 100, "{} trees", read.len());
    read
}

fn tile(n: usize, look: Look, space: Option<usize>, lines: usize) -> Tile {
    let lines = (0..lines).map(|n| format!("192.0.2.{n}/24")).collect();
    Tile { look, kind: look.word().to_owned(), name: format!("link{n}"), lines, space, mark: None }
}

/// A bond with sixty VLANs, each in a bridge, every third with guests' taps; some devices alone.
fn two_hundred_links() -> Scene {
    let mut scene = Scene::default();
    let add = |scene: &mut Scene, look, lines| {
        scene.tiles.push(tile(scene.tiles.len(), look, None, lines));
        scene.tiles.len() - 1
    };
    let join = |scene: &mut Scene, from, to, relation| scene.joints.push(Joint { from, to, relation });
    let cards = [add(&mut scene, Look::Card, 0), add(&mut scene, Look::Card, 0)];
    let bond = add(&mut scene, Look::Bond, 2);
    cards.into_iter().for_each(|card| join(&mut scene, card, bond, Relation::Port));
    for n in 0..60 {
        let vlan = add(&mut scene, Look::Vlan, 0);
        let bridge = add(&mut scene, Look::Bridge, 1);
        join(&mut scene, bond, vlan, Relation::Below);
        join(&mut scene, vlan, bridge, Relation::Port);
        for _ in 0..if n % 3 == 0 { 2 } else { 0 } {
            let tap = add(&mut scene, Look::Tunnel, 0);
            join(&mut scene, tap, bridge, Relation::Port);
        }
    }
    while scene.tiles.len() < 200 {
        add(&mut scene, Look::Software, 1);
    }
    scene
}

/// Scenes of every shape, circles and several namespaces among them.
fn any_scenes() -> impl Iterator<Item = Scene> {
    (1u64..250).map(|seed| {
        let mut state = seed;
        let mut next = |below: usize| {
            // Knuth's MMIX generator; the upper bits are the good ones.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        let spaces = next(4);
        let mut scene =
            Scene { spaces: (0..spaces).map(|n| format!("space{n}")).collect(), ..Scene::default() };
        for n in 0..1 + next(30) {
            let space = Some(next(spaces + 2)).filter(|space| *space < spaces);
            scene.tiles.push(tile(n, Look::ALL[next(Look::ALL.len())], space, next(11)));
        }
        for _ in 0..next(40) {
            let relation = [Relation::Port, Relation::Below, Relation::Peer][next(3)];
            let joint = Joint { from: next(scene.tiles.len()), to: next(scene.tiles.len()), relation };
            if joint.from != joint.to && !scene.joints.contains(&joint) {
                scene.joints.push(joint);
            }
        }
        scene
    })
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/// Tiles lie apart, within their frames and the picture; lines go from tile to tile and through none.
fn assert_legible(what: &str, scene: &Scene) {
    let plan = Plan::of(scene);
    let inside = |a: &Rect, b: &Rect| {
        a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height
    };
    let paper = Rect { x: 0, y: 0, width: plan.size.0, height: plan.size.1 };
    for (n, rect) in plan.tiles.iter().enumerate() {
        assert!(inside(rect, &paper), "{what}: {rect:?} leaves the picture");
        let other = plan.tiles[..n].iter().position(|other| overlap(rect, other));
        assert!(other.is_none(), "{what}: tile {n} lies on {other:?}");
        for (m, frame) in plan.frames.iter().enumerate() {
            let is_in = scene.tiles[n].space == Some(m);
            assert!(
                if is_in { inside(rect, frame) } else { !overlap(rect, frame) },
                "{what}: {n} and frame {m}"
            );
        }
    }
    for (n, frame) in plan.frames.iter().enumerate() {
        assert!(plan.frames[..n].iter().all(|other| !overlap(frame, other)), "{what}: frame {n}");
    }
    for (joint, way) in scene.joints.iter().zip(&plan.ways) {
        let touches = |tile: usize, (x, y): (i32, i32)| {
            let rect = &plan.tiles[tile];
            (x == rect.x || x == rect.x + rect.width) && y > rect.y && y < rect.y + rect.height
        };
        let (Some(first), Some(last)) = (way.first(), way.last()) else {
            panic!("{what}: {joint:?} has no line")
        };
        assert!(touches(joint.from, *first) && touches(joint.to, *last), "{what}: {joint:?} goes {way:?}");
        for pair in way.windows(2) {
            let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
            assert!(x == to_x || y == to_y, "{what}: {joint:?} goes {way:?}");
            let line =
                Rect { x: x.min(to_x), y: y.min(to_y), width: (x - to_x).abs(), height: (y - to_y).abs() };
            let thick = Rect { width: line.width.max(1), height: line.height.max(1), ..line };
            let through =
                plan.tiles.iter().position(|tile| overlap(&thick, tile) && !is_at_edge(&line, tile));
            assert!(through.is_none(), "{what}: {joint:?} goes {way:?} through {through:?}");
        }
    }
}

/// True for a line along the left edge's pixel, where lines end.
fn is_at_edge(line: &Rect, tile: &Rect) -> bool {
    line.x + line.width <= tile.x || line.x >= tile.x + tile.width
}

#[test]
fn nothing_overlaps_in_any_fixture() {
    for (name, network) in fixtures() {
        assert_legible(&name, &Scene::of(&network));
    }
}

#[test]
fn nothing_overlaps_whatever_the_network() {
    for (n, scene) in any_scenes().enumerate() {
        assert_legible(&format!("scene {n}"), &scene);
    }
}

#[test]
fn two_hundred_links_make_a_page_and_no_tower() {
    let scene = two_hundred_links();
    assert_legible("200 links", &scene);
    let (width, height) = Plan::of(&scene).size;
    assert!(height < width * 5 / 2, "{width} × {height}");
    let tiles = (0..200).map(|n| tile(n, Look::Card, None, 1)).collect();
    let alone = Scene { tiles, ..Scene::default() };
    assert_legible("200 links alone", &alone);
    let (width, height) = Plan::of(&alone).size;
    assert!(height < width * 5 / 2, "{width} × {height}");
}

#[test]
fn every_link_stands_in_every_form() {
    for (name, network) in fixtures() {
        let [svg, dot, mermaid] = [Form::Svg, Form::Dot, Form::Mermaid].map(|form| draw(&network, form));
        for link in &network.links {
            let label = public(link.label()).into_owned();
            assert!(svg.contains(&format!(">{}</text>", markup::escape(&drawn(&label)))), "{name}: {label}");
            assert!(dot.contains(&format!("\\n{}", dot::escaped(&label))), "{name}: {label}");
            assert!(mermaid.contains(&format!("<br>{}", mermaid::escaped(&label))), "{name}: {label}");
        }
    }
}

fn said(text: &str) -> Said<String> {
    Some(At::new(text.to_owned(), Origin::default_value()))
}

#[test]
fn hostile_names_stay_text() {
    let mut network = Network::default();
    let name = "\"]</text><script>\x1b[31m\\\n`#&%";
    network.add_link(Link {
        name: said(name),
        alias: said("psk=hunter2 --> x"),
        netns: said(name),
        ..Link::default()
    });
    let [svg, dot, mermaid] = [Form::Svg, Form::Dot, Form::Mermaid].map(|form| draw(&network, form));
    for text in [&svg, &dot, &mermaid] {
        assert!(!text.contains('\x1b') && !text.contains("hunter2"), "{text}");
    }
    assert!(
        !svg.contains("<script") && svg.contains("&quot;]&lt;/text&gt;&lt;script&gt;␛[31m\\␊`#&amp;%"),
        "{svg}"
    );
    assert!(dot.contains(r#"\"]</text><script>␛[31m\\␊`#&amp;%"#), "{dot}");
    assert!(mermaid.contains("#34;#93;#60;/text#62;#60;script#62;"), "{mermaid}");
    assert_eq!(mermaid.lines().filter(|line| line.contains(":::")).count(), 1, "{mermaid}");
}

#[test]
fn ends_of_pairs_find_each_other_in_their_namespaces() {
    let script = "ip netns add a\nip netns add b\n\
        ip link add v0 type veth peer name eth0 netns a\nip link add v1 type veth peer name eth0 netns b\n\
        ip link add br0 type bridge\nip link set v0 master br0\nip link set v1 master br0\n";
    let tree: netpivot_parsers::tree::MemoryTree =
        [("/netpivot-commands/x.sh", script)].into_iter().collect();
    let from = crate::formats::FormatSpec::of("iproute");
    let scene = Scene::of(&pipeline::load(&tree, Some(&from)).unwrap().network);
    let named =
        |n: usize| (scene.tiles[n].name.as_str(), scene.tiles[n].space.map(|n| scene.spaces[n].as_str()));
    let mut joints: Vec<_> = scene.joints.iter().map(|j| (j.relation, named(j.from), named(j.to))).collect();
    joints.sort_unstable();
    let (v0, v1, br0) = (("v0", None), ("v1", None), ("br0", None));
    let mut expected = vec![
        (Relation::Port, v0, br0),
        (Relation::Port, v1, br0),
        (Relation::Peer, v0, ("eth0", Some("a"))),
        (Relation::Peer, v1, ("eth0", Some("b"))),
    ];
    expected.sort_unstable();
    assert_eq!(joints, expected);
}

#[test]
fn what_nothing_configures_is_drawn_as_missing() {
    let (name, network) =
        fixtures().into_iter().find(|(name, _)| name.ends_with("broken-references/ifcfg")).unwrap();
    let scene = Scene::of(&network);
    assert!(scene.tiles.iter().any(|tile| tile.look == Look::Missing), "{name}: {scene:?}");
}
