//! Pictures and pages before those who read them: Graphviz, libxml2, a browser.

use crate::commands::PROGRAM;
use crate::fixture::{Fixture, fixtures};
use crate::{conversion, host};
use libtest_mimic::{Failed, Trial};
use netpivot::pipeline;
use netpivot::render::graph::{Form, draw};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![
        host::case("pictures::graphviz-reads-them".to_owned(), missing("dot", "-V"), graphviz),
        host::case("pictures::are-xml".to_owned(), missing("xmllint", "--version"), xml),
        host::case("pictures::pages-in-a-browser".to_owned(), missing(BROWSER, "--version"), browser),
    ]
}

const BROWSER: &str = "chromium";

/// Why a judge cannot be asked.
fn missing(program: &str, version: &str) -> Option<String> {
    let run = Command::new(program).arg(version).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let runs = run.is_ok_and(|status| status.success());
    (!runs).then(|| format!("{program} is not installed"))
}

/// The pictures of the first tree of each fixture, by its name.
fn pictures(form: Form) -> Vec<(String, String)> {
    let picture = |fixture: Fixture| {
        let from = conversion::request(Some(&fixture.source(fixture.first())), "json").from;
        let loaded = pipeline::load(&fixture.tree(fixture.first()), from.as_ref()).ok()?;
        Some((fixture.name, draw(&loaded.network, form)))
    };
    fixtures().into_iter().filter_map(picture).collect()
}

/// What a program says to a text.
fn ask(command: &mut Command, text: &str) -> Result<Output, Failed> {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn()?;
    let mut stdin = child.stdin.take().ok_or("no standard input")?;
    let text = text.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = child.wait_with_output()?;
    writer.join().map_err(|_| "the writer stopped")??;
    Ok(output)
}

fn graphviz() -> Result<(), Failed> {
    for (name, dot) in pictures(Form::Dot) {
        let output = ask(Command::new("dot").arg("-Tsvg"), &dot)?;
        let complaints = String::from_utf8_lossy(&output.stderr);
        let drawn = String::from_utf8_lossy(&output.stdout).matches("class=\"node\"").count();
        let nodes = dot.lines().filter(|line| line.contains(" [label=")).count();
        if !output.status.success() || !complaints.is_empty() || drawn < nodes {
            return Err(format!("{name}: {drawn} of {nodes} drawn; {complaints}\n{dot}").into());
        }
    }
    Ok(())
}

fn xml() -> Result<(), Failed> {
    for (name, svg) in pictures(Form::Svg) {
        let output = ask(Command::new("xmllint").args(["--noout", "--nonet", "-"]), &svg)?;
        if !output.status.success() {
            return Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
    }
    Ok(())
}

/// The widths at which pages are looked at, in pixels: of a phone and of a screen.
const WIDTHS: [u32; 2] = [360, 1200];

/// What a page is in a frame of that width: how wide it would have to be, what it asked for, whether anything is in it.
const LOOK: &str = "frame => [frame.contentDocument.documentElement.scrollWidth, \
    frame.contentWindow.performance.getEntriesByType('resource').map(entry => entry.name).join(), \
    frame.contentDocument.querySelectorAll('section').length].join(' ')";

fn browser() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let fixture = |path: &str| host::repository().join("fixtures").join(path).display().to_string();
    let pages: [&[&str]; 4] = [
        &["-t", "keyfile", "--root", &fixture("routes-under-networkmanager/ifcfg")],
        &["-t", "keyfile", "--root", &fixture("hostile-names/ifcfg")],
        &["-t", "interfaces", &fixture("recipe-namespaces/iproute")],
        &[&fixture("bond-vlan-bridge/ifcfg"), &fixture("host-of-guests/interfaces")],
    ];
    judge_sees(scratch.path())?;
    for (n, arguments) in pages.iter().enumerate() {
        let path = scratch.path().join(format!("{n}.html"));
        let to = ["report", "--html", "-o", &path.display().to_string()].map(str::to_owned);
        let made = Command::new(PROGRAM).args(&to).args(*arguments).output()?;
        if made.status.code() != Some(0) {
            return Err(format!("{arguments:?}: {}", String::from_utf8_lossy(&made.stderr)).into());
        }
        let page = std::fs::read_to_string(&path)?;
        for width in WIDTHS {
            let found = look(&page, width, scratch.path())?;
            let [wide, asked @ .., sections] = &found.split(' ').collect::<Vec<_>>()[..] else {
                return Err(format!("{arguments:?} at {width} px: the browser says {found:?}").into());
            };
            let fits = wide.parse::<u32>().is_ok_and(|wide| wide <= width);
            if !fits || asked.concat() != "" || sections.parse::<u32>().is_ok_and(|n| n < 4) {
                return Err(format!(
                    "{arguments:?} at {width} px: {wide} px wide, asks for {asked:?}, {sections} parts"
                )
                .into());
            }
        }
    }
    Ok(())
}

/// Whether the judge sees what it is asked for.
fn judge_sees(scratch: &Path) -> Result<(), Failed> {
    let found = look(
        "<p style='width: 500px'>wide</p><img src='data:,'><img src='http://pictures.invalid/x.png'>",
        360,
        scratch,
    )?;
    if found.starts_with("360 ") || !found.contains("http://pictures.invalid/x.png") {
        return Err(
            format!("the browser does not see a page that is wide and loads something: {found}").into()
        );
    }
    match look("<script>console.log('hello')</script>", 360, scratch) {
        Err(_) => Ok(()),
        Ok(found) => Err(format!("the browser does not see a message on the console: {found}").into()),
    }
}

/// What [`LOOK`] says of a page in a frame of that width. A message on the console, which a script that runs, or a request that
/// the page forbids itself would be, is an error.
fn look(page: &str, width: u32, scratch: &Path) -> Result<String, Failed> {
    let quoted = page.replace('&', "&amp;").replace('"', "&quot;");
    let around = format!(
        "<!DOCTYPE html><meta charset=utf-8><p id=found></p>\
         <iframe id=frame width={width} height=800 style=\"border:0\" srcdoc=\"{quoted}\"></iframe>\
         <script>addEventListener('load', () => {{ const look = {LOOK};\
         document.getElementById('found').textContent = look(document.getElementById('frame')); }});</script>"
    );
    let path = scratch.join("around.html");
    std::fs::write(&path, around)?;
    let profile = format!("--user-data-dir={}", scratch.join("profile").display());
    let output = Command::new(BROWSER)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
        ])
        // Nothing leaves the machine, not even what a browser asks its maker.
        .arg("--host-resolver-rules=MAP * ~NOTFOUND")
        .args(["--enable-logging=stderr", "--window-size=1300,900", "--dump-dom", &profile])
        .arg(format!("file://{}", path.display()))
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    if let Some(line) = said.lines().find(|line| line.contains(":CONSOLE")) {
        return Err(format!("the page says on the console: {line}").into());
    }
    let document = String::from_utf8_lossy(&output.stdout);
    let found = document.split_once("<p id=\"found\">").and_then(|(_, rest)| rest.split_once("</p>"));
    Ok(found.ok_or_else(|| format!("no page: {said}"))?.0.to_owned())
}
