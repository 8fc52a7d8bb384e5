use super::*;

fn read(text: &str) -> Lexed {
    lex(text, SourceId(0), &|name| (name == "GATEWAY").then(|| "192.0.2.1".to_owned()))
}

/// The only assignment of a text, for NetworkManager and for bash.
fn both(text: &str) -> (Option<String>, Bash) {
    let lexed = read(text);
    assert_eq!(lexed.assignments.len(), 1, "{text}: {lexed:?}");
    assert!(lexed.other.is_empty(), "{text}: {lexed:?}");
    let one = &lexed.assignments[0];
    let equal = matches!((&one.nm, &one.bash), (Some(nm), Bash::Value(bash)) if nm == bash);
    assert_eq!(one.quirk.is_none(), equal, "{text}: {one:?}");
    (one.nm.clone(), one.bash.clone())
}

fn value(text: &str) -> Bash {
    Bash::Value(text.to_owned())
}

#[track_caller]
fn agree(text: &str, expected: &str) {
    assert_eq!(both(text), (Some(expected.to_owned()), value(expected)), "{text}");
}

#[track_caller]
fn differ(text: &str, nm: Option<&str>, bash: &str) {
    assert_eq!(both(text), (nm.map(str::to_owned), value(bash)), "{text}");
}

#[track_caller]
fn unevaluated(text: &str, nm: &str) {
    let (found, bash) = both(text);
    assert_eq!(found.as_deref(), Some(nm), "{text}");
    assert!(matches!(bash, Bash::Unevaluated(_)), "{text}: {bash:?}");
}

// The expectations for NetworkManager are the outputs and warnings of the corpus (nm-ifcfg own-shell-*),
// those for bash were read off bash 5.2.
#[test]
fn where_the_readers_agree() {
    agree("MTU='1400'", "1400");
    agree("MTU=\"1400\" # comment", "1400");
    agree("MTU=1400;", "1400");
    agree("MTU=1400 ; #x", "1400");
    agree("  MTU=1400  ", "1400");
    agree("MTU=", "");
    agree("MTU= # nothing", "");
    agree("NAME='it'\"'\"'s'", "it's");
    agree("NAME=$'a\\tb'", "a\tb");
    agree("NAME=a\\ b", "a b");
    agree("MTU=\"14\"\"00\"", "1400");
    agree("NAME=a#b", "a#b");
    agree("NAME=\"\\\"\\\\\\$\\`\\x\"", "\"\\$`\\x");
    agree("NAME=$'\\101\\x42\\u00e4\\U1F600\\q\\?'", "ABä😀\\q?");
    agree("NAME=*.{a,b}", "*.{a,b}");
    agree("NAME=a$", "a$");
    agree("OPTS=\"mode=1 miimon=100\"", "mode=1 miimon=100");
}

/// U+FFFD in the source stands for bytes that nobody knows; an escape means the character itself.
#[test]
fn an_escape_may_mean_the_character_that_stands_for_unknown_bytes() {
    agree("A=$'a\\357\\277\\275'\n", "a\u{fffd}");
    for text in ["A=a\u{fffd}\n", "A=$'a\u{fffd}'\n", "A=\"a\u{fffd}\"\n"] {
        let (nm, bash) = both(text);
        assert_eq!(nm.as_deref(), Some(""), "{text:?}");
        assert!(matches!(bash, Bash::Unevaluated(_)), "{text:?}");
    }
}

#[test]
fn network_manager_empties_or_ignores_what_bash_reads() {
    differ("MTU=14\\\n00", Some(""), "1400");
    differ("DOMAIN=\"a.com \\\nb.com\"", Some(""), "a.com b.com");
    differ("NAME=\"mult\nline\"", Some(""), "mult\nline");
    differ("export MTU=1400", None, "1400");
    differ("MTU+=1400", None, "1400");
    differ("NAME=\"x $GATEWAY\"", Some(""), "x 192.0.2.1");
    differ("NAME=$GATEWAY", Some("$GATEWAY"), "192.0.2.1");
    differ("NAME=${GATEWAY}", Some("${GATEWAY}"), "192.0.2.1");
    differ("NAME=\"${X:-y}\"", Some(""), "y");
    differ("NAME=$\"a\"", Some("$a"), "a");
    differ("MTU=1400\r\n", Some("1400"), "1400\r");
    differ("NAME=\"it\\'s\"", Some("it's"), "it\\'s");
    differ("NAME=\"it\\'s\"x", Some("it\\'sx"), "it\\'sx");
    differ("A=(b c)", Some(""), "b");
    differ("NAME=$'a\\cIb'", Some("a\\cIb"), "a\tb");
    differ("NAME=$'a\\0b'c", Some("a"), "ac");
}

#[test]
fn nothing_is_run() {
    unevaluated("MTU=$(echo 1400)", "");
    unevaluated("MTU=`echo`", "`echo`");
    unevaluated("MTU=$((1+1))", "");
    unevaluated("NAME=\"$(a \"b ) c\" `d` ')')\"", "");
    unevaluated("NAME=$X", "$X");
    unevaluated("NAME=$1", "$1");
    unevaluated("NAME=~/x", "~/x");
    unevaluated("NAME=${X%y}", "${X%y}");
    unevaluated("NAME=$'\\xff'", "");
}

/// Name, NetworkManager's value and bash's of each assignment; the texts of the other lines.
fn summary(text: &str) -> (Vec<String>, Vec<String>) {
    let lexed = read(text);
    let show = |a: &Assignment| {
        let bash = match &a.bash {
            Bash::Value(value) => format!("={value}"),
            Bash::Unevaluated(_) => "?".to_owned(),
            Bash::Nothing => "-".to_owned(),
        };
        format!("{} {} {bash}", a.name, a.nm.as_ref().map_or("-".to_owned(), |nm| format!("={nm}")))
    };
    (lexed.assignments.iter().map(show).collect(), lexed.other.into_iter().map(|o| o.text).collect())
}

#[track_caller]
fn gives(text: &str, assignments: &[&str], other: &[&str]) {
    let (found, lines) = summary(text);
    assert_eq!(found, assignments, "{text}");
    assert_eq!(lines, other, "{text}");
}

#[test]
fn several_assignments_and_commands_on_a_line() {
    gives("A=1 B=2", &["A = =1", "B - =2"], &[]);
    gives("A=1;B=2", &["A = =1", "B - =2"], &[]);
    gives("A=1 && B=2", &["A = =1", "B - =2"], &[]);
    gives("A=1 ls -l", &["A = -"], &["ls -l"]);
    gives("A=1 | cat", &["A = -"], &["cat"]);
    gives("ls && A=1", &["A - ?"], &["ls"]);
    gives("MTU =1400\nMTU= 1400", &["MTU = -"], &["MTU =1400", "1400"]);
    gives("A=1\nA=2", &["A =1 =1", "A =2 =2"], &[]);
    gives("A=1\nB=$A$A\nA+=x", &["A =1 =1", "B =$A$A =11", "A - =1x"], &[]);
    gives("A=1\nunset A\nB=$A", &["A =1 -", "B =$A ?"], &["unset A"]);
    gives("declare MTU=1400", &["MTU - ?"], &[]);
    gives("export A B=1 C=2", &["B - =1", "C - =2"], &[]);
    gives("export A=1 B=$A", &["A - =1", "B - ?"], &[]);
    gives("A=1 &&\nB=2", &["A = =1", "B =2 =2"], &[]);
}

#[test]
fn compound_commands_are_listed_and_their_assignments_uncertain() {
    gives("if true; then\nMTU=1400\nfi\nA=1", &["MTU =1400 ?", "A =1 =1"], &["if true; then", "fi"]);
    gives("for f in a b; do\n A=$f\ndone", &["A =$f ?"], &["for f in a b; do", "done"]);
    gives(
        "case $X in\n a|b) A=1;;\n *)\n B=2\n ;;\nesac\nC=3",
        &["A - ?", "B =2 ?", "C =3 =3"],
        &["case $X in", "a|b) A=1;;", "*)", ";;", "esac"],
    );
    gives("f() {\n A=1\n}\nB=2", &["A =1 ?", "B =2 =2"], &["f() {", "}"]);
    gives("function f {\n A=1\n}\nB=2", &["A =1 ?", "B =2 =2"], &["function f {", "}"]);
    gives("cat <<EOF >/x\nA=1\nEOF\nB=2", &["A =1 -", "B =2 =2"], &["cat <<EOF >/x\nA=1\nEOF"]);
    gives("[[ -f $X && ( a < b ) ]]\nA=1", &["A =1 =1"], &["[[ -f $X && ( a < b ) ]]"]);
    gives("echo a 2>/dev/null\n. /etc/x", &[], &["echo a 2>/dev/null", ". /etc/x"]);
}

#[test]
fn bash_stops_at_a_syntax_error() {
    // nm-ifcfg test-variables-corner-cases-1
    gives(
        "DEVICE=eth0\n# c\nNAME=\"\n\n# (quote)\nZONE='\n",
        &["DEVICE =eth0 =eth0", "NAME = -", "ZONE = -"],
        &["NAME=\""],
    );
    gives("A=1\nB=(\nC=3", &["A =1 =1", "B = -", "C =3 -"], &["B=("]);
    gives("A=1\nif x; then\nB=2\n", &["A =1 =1", "B =2 -"], &["if x; then"]);
    gives("A=1\nB=2)\nC=3\nls", &["A =1 =1", "B = -", "C =3 -"], &["B=2)", "ls"]);
    gives("A=1\nB=2 &&", &["A =1 =1", "B = -"], &["B=2 &&"]);
    gives("A=1\nB=$[1", &["A =1 =1", "B =$[1 -"], &["B=$[1"]);
    gives("A=1\nreturn 0\nC=3\nls", &["A =1 =1", "C =3 -"], &["return 0", "ls"]);
}

#[test]
fn lines_within_quotes_are_assignments_for_network_manager_only() {
    // nm-ifcfg test-write-unknown-1
    gives(
        "FOO='val\n  bar=3'\nwrong line\n  F2=b\n  F3='b\nXXA=adf'\n  XXA2=val2\n'\n",
        &["FOO = =val\n  bar=3", "bar = -", "F2 =b =b", "F3 = =b\nXXA=adf", "XXA = -", "XXA2 =val2 =val2"],
        &["wrong line", "'"],
    );
}

#[test]
fn spans_are_exact() {
    let text = "# ü\n  NAME=\"ä b\" # c\nexport X='1' Y=2;\r\n";
    let lexed = read(text);
    let shown: Vec<_> =
        lexed.assignments.iter().map(|a| &text[a.span.start as usize..a.span.end as usize]).collect();
    assert_eq!(shown, ["NAME=\"ä b\"", "X='1'", "Y=2"]);
}

#[test]
fn a_byte_order_mark_hides_the_first_line() {
    gives("\u{feff}A=1\nB=2", &["B =2 =2"], &["\u{feff}A=1"]);
}

#[test]
fn growth_by_variables_is_bounded() {
    let text = format!("A=xxxxxxxx\n{}", "A=$A$A\n".repeat(200));
    assert!(matches!(read(&text).assignments.last().unwrap().bash, Bash::Unevaluated(_)));
}

#[test]
fn the_shell_files_of_others_are_read() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|above| above.join("shared/corpus/augeas"))
        .find_map(|path| std::fs::read_dir(path).ok());
    let Some(dir) = corpus else {
        eprintln!("skipped: ../shared/corpus/augeas is not there");
        return;
    };
    for entry in dir.flatten().filter(|e| e.file_name().to_string_lossy().starts_with("shellvars")) {
        let path = entry.path().join("etc/sysconfig/network-scripts/ifcfg-test");
        let text = std::fs::read_to_string(&path).unwrap();
        let lexed = read(&text);
        // Each line with something on it is part of an assignment or of another line.
        let mut at = 0_u32;
        for line in text.split_inclusive('\n') {
            let start = at + u32::try_from(line.len() - line.trim_start().len()).unwrap();
            at += u32::try_from(line.len()).unwrap();
            let spans = lexed.assignments.iter().map(|a| a.span).chain(lexed.other.iter().map(|o| o.span));
            let covered = spans.clone().any(|s| s.start < at && start < s.end);
            assert!(covered || line.trim().is_empty() || line.trim().starts_with('#'), "{path:?}: {line}");
        }
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC*") {
            check(&text);
        }

        #[test]
        fn shell_like_text_is_read(
            words in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)
        ) {
            check(&words.concat());
        }
    }

    const PIECES: &[&str] = &[
        "A=", "B=1", "+=", "'", "\"", "\\", "\n", " ", "$", "${", "}", "(", ")", "$((", "`", "<<", "EOF",
        ";", ";;", "&", "&&", "|", "if", "then", "fi", "case", "in", "esac", "for", "do", "done", "{", "[[",
        "]]", "#", "export ", "unset ", "A", "é", "\r", "\t", "$'", "\\x41", "function", "<(", ">", "2",
        "[0]", "~", ":-", "=", "\u{fffd}", "\0",
    ];

    fn check(text: &str) {
        let lexed = read(text);
        let mut last = 0;
        for assignment in &lexed.assignments {
            let shown = &text[assignment.span.start as usize..assignment.span.end as usize];
            assert!(shown.starts_with(&assignment.name), "{text:?}: {shown:?}");
            assert!(assignment.span.start >= last);
            last = assignment.span.start;
        }
        for other in &lexed.other {
            assert_eq!(&text[other.span.start as usize..other.span.end as usize], other.text);
        }
    }
}
