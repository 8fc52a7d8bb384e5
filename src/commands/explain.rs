//! `netpivot explain WORD`: a code, a key or a format in words.

use crate::cli::Explain;
use crate::failure::Failure;
use crate::formats;
use netpivot_model::codes::{self, Code};

pub(super) fn run(args: &Explain) -> Result<u8, Failure> {
    let word = args.word.as_str();
    if let Some(code) = codes::find(word) {
        super::print(&about_code(code))?;
        return Ok(0);
    }
    if let Some(info) = formats::find(word) {
        super::print(&super::formats::describe(info))?;
        return Ok(0);
    }
    Err(unknown(word))
}

fn about_code(code: &Code) -> String {
    format!(
        "{} {} ({})\n\n{}\n\nExample: {}\n",
        code.id,
        code.name,
        code.severity.as_str(),
        code.explanation,
        code.example
    )
}

fn unknown(word: &str) -> Failure {
    let codes = codes::all();
    let infos = formats::all();
    let words = codes
        .iter()
        .flat_map(|code| [code.id, code.name])
        .chain(infos.iter().flat_map(|info| info.aliases.iter().copied().chain([info.name])));
    let failure = Failure::usage(format!("`{word}` is no code, key or format"));
    match formats::suggest(word, words) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => {
            failure.help("`netpivot formats` lists the formats; codes stand in brackets in the diagnostics")
        }
    }
}
