//! The words that configuration files hand to ovs-vsctl(8): columns of a row, and commands with `--` between them. What
//! sets columns that the model has is configuration; the rest is for the caller to keep.

use netpivot_model::link::{Link, LinkKind};
use netpivot_model::ovs::OvsInterfaceType;
use netpivot_model::path::FieldPath;
use netpivot_model::source::{At, Span};
use netpivot_model::value::Value;
use netpivot_model::vocabulary::ovs::COLUMNS;

/// The commands of a text, words one blank apart. The first may be empty or a list of columns.
#[must_use]
pub fn commands(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    words.split(|word| *word == "--").map(|command| command.join(" ")).collect()
}

/// The tables of the three layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Bridge,
    Port,
    Interface,
}

/// A command that sets columns of one row: `set TABLE ROW COLUMN[:KEY]=VALUE …`, `set-fail-mode BRIDGE MODE`.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting<'c> {
    table: Table,
    row: &'c str,
    columns: Vec<String>,
}

impl<'c> Setting<'c> {
    /// The command as a setting; `None` where it is another.
    #[must_use]
    pub fn of(command: &'c str) -> Option<Self> {
        let words: Vec<&str> = command.split_ascii_whitespace().collect();
        match words.as_slice() {
            ["set", table, row, columns @ ..] => {
                let table = match table.to_ascii_lowercase().as_str() {
                    "bridge" | "br" => Table::Bridge,
                    "port" => Table::Port,
                    "interface" | "iface" => Table::Interface,
                    _ => return None,
                };
                Some(Setting { table, row, columns: columns.iter().map(|c| (*c).to_owned()).collect() })
            }
            ["set-fail-mode", row, mode] => {
                Some(Setting { table: Table::Bridge, row, columns: vec![format!("fail_mode={mode}")] })
            }
            _ => None,
        }
    }

    /// True where the link is that row.
    #[must_use]
    pub fn is_for(&self, link: &Link) -> bool {
        let layer = match (self.table, &link.kind.value) {
            (Table::Bridge, LinkKind::OvsBridge(_)) | (Table::Port, LinkKind::OvsPort(_)) => true,
            (Table::Interface, kind) => !matches!(kind, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_)),
            (Table::Bridge | Table::Port, _) => false,
        };
        layer && link.name.as_ref().is_some_and(|at| at.value == self.row)
    }

    /// Sets the columns; gives the command with those that the model has no place for, if there are any.
    #[must_use]
    pub fn apply(&self, link: &mut Link, span: Span) -> Option<String> {
        let beyond: Vec<&str> =
            self.columns.iter().map(String::as_str).filter(|c| !set_column(c, link, span)).collect();
        let table = match self.table {
            Table::Bridge => "bridge",
            Table::Port => "port",
            Table::Interface => "interface",
        };
        (!beyond.is_empty()).then(|| format!("set {table} {} {}", self.row, beyond.join(" ")))
    }
}

/// The setting that a column is; files have `_` in keys as well.
#[must_use]
pub fn path_of(column: &str) -> Option<&'static str> {
    let plain = |text: &str| text.replace('-', "_");
    COLUMNS.iter().find(|(known, _)| plain(known) == plain(column)).map(|(_, path)| *path)
}

/// `COLUMN[:KEY]=VALUE` in the words of ovsdb: key and value may stand in quotes, with the escapes of JSON
/// (`ovsdb_token_parse()`, `ovsdb_atom_from_string()`).
#[must_use]
pub fn assignment(word: &str) -> Option<(&str, Option<String>, String)> {
    let end = word.find([':', '='])?;
    let (column, rest) = word.split_at(end);
    if let Some(value) = rest.strip_prefix('=') {
        return Some((column, None, unquoted(value)));
    }
    let (key, value) = rest[1..].split_at(token(&rest[1..]));
    Some((column, Some(unquoted(key)), unquoted(value.strip_prefix('=')?)))
}

/// The length of the first token: up to `=`, or the quote that ends it.
fn token(text: &str) -> usize {
    if !text.starts_with('"') {
        return text.find('=').unwrap_or(text.len());
    }
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !is_escaped;
        is_escaped = *c == '\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

fn unquoted(text: &str) -> String {
    let string = text.starts_with('"').then(|| serde_json::from_str::<String>(text).ok()).flatten();
    string.unwrap_or_else(|| text.to_owned())
}

/// Sets `COLUMN=VALUE` or `COLUMN:KEY=VALUE`; false where the layer has no such setting, or the value is for a shell.
pub fn set_column(word: &str, link: &mut Link, span: Span) -> bool {
    let Some((column, value)) = word.split_once('=') else { return false };
    let value = value.trim_matches(['"', '\\', '\'']);
    if value.contains(['$', '`']) {
        return false;
    }
    let (head, key) = column.split_once(':').map_or((column, None), |(head, key)| (head, Some(key)));
    let head = head.replace('-', "_");
    let map = match head.as_str() {
        "external_ids" => Some(&mut link.ovs_external_ids),
        "other_config" => Some(&mut link.ovs_other_config),
        "options" => tunnel_options(&mut link.kind.value).filter(|_| key != Some("psk")),
        _ => None,
    };
    if let (Some(map), Some(key)) = (map, key) {
        map.insert(key.to_owned(), At::new(value.to_owned(), span));
        return true;
    }
    let full = key.map_or(head.clone(), |key| format!("{head}:{key}"));
    let Some(path) = path_of(&full) else { return false };
    let value = match path {
        "ovs_port.trunks" => {
            let items =
                value.trim_matches(['[', ']']).split(',').map(|item| Value::text(item.trim().to_owned()));
            Value::List(items.collect())
        }
        path if path.ends_with("_enable") => match value {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return false,
        },
        _ => Value::text(value.to_owned()),
    };
    link.leaf_mut(FieldPath::parse(path)).is_some_and(|leaf| leaf.set(&value, span.into()).is_ok())
}

fn tunnel_options(kind: &mut LinkKind) -> Option<&mut netpivot_model::reflect::Map<String>> {
    let LinkKind::OvsInterface(interface) = kind else { return None };
    let kind = interface.interface_type.as_ref().map(|at| at.value);
    kind.is_some_and(OvsInterfaceType::is_tunnel).then_some(&mut interface.tunnel_options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_model::source::{Origin, SourceId};

    fn link(kind: &str, name: &str) -> Link {
        let origin = Origin::default_value();
        Link {
            kind: At::new(LinkKind::of(kind).unwrap(), origin.clone()),
            name: Some(At::new(name.to_owned(), origin)),
            ..Link::default()
        }
    }

    #[test]
    fn commands_stand_between_dashes() {
        let text = "set bridge br0 fail_mode=secure  -- --may-exist add-port\tbr0 x";
        assert_eq!(commands(text), ["set bridge br0 fail_mode=secure", "--may-exist add-port br0 x"]);
    }

    #[test]
    fn columns_go_to_the_row_of_their_layer() {
        let span = Span::new(SourceId(0), 0, 1);
        let setting = Setting::of("set port br0 tag=5 qos=@x").unwrap();
        let (bridge, mut port) = (link("ovs-bridge", "br0"), link("ovs-port", "br0"));
        assert!(!setting.is_for(&bridge) && setting.is_for(&port));
        assert_eq!(setting.apply(&mut port, span).as_deref(), Some("set port br0 qos=@x"));
        assert!(matches!(&port.kind.value, LinkKind::OvsPort(p) if p.tag.is_some()));
        assert_eq!(Setting::of("set-controller br0 tcp:192.0.2.1:6653"), None);
        assert_eq!(Setting::of("set mirror m select_all=true"), None);
    }

    /// As ovsdb-server 3.1 took them from ovs-vsctl(8).
    #[test]
    fn keys_and_values_may_stand_in_quotes() {
        let of = |word| {
            assignment(word).map(|(column, key, value)| (column.to_owned(), key.unwrap_or_default(), value))
        };
        let parts = |column: &str, key: &str, value: &str| {
            Some((column.to_owned(), key.to_owned(), value.to_owned()))
        };
        assert_eq!(of("tag=5"), parts("tag", "", "5"));
        assert_eq!(of("external_ids:a=b c,d=e"), parts("external_ids", "a", "b c,d=e"));
        assert_eq!(
            of(r#"external_ids:"a: b=c"="x \"y\" \\""#),
            parts("external_ids", "a: b=c", "x \"y\" \\")
        );
        assert_eq!(of(r#"mac="52:54:00:00:00:02""#), parts("mac", "", "52:54:00:00:00:02"));
        assert_eq!((of("tag"), of("external_ids:a"), of(r#"external_ids:"a"#)), (None, None, None));
    }

    #[test]
    fn what_a_shell_would_fill_in_is_no_value() {
        let span = Span::new(SourceId(0), 0, 1);
        let mut interface = link("ovs-interface", "vlan1");
        assert!(!set_column("external-ids:iface-id=$(hostname)", &mut interface, span));
        assert!(set_column("external-ids:iface-id=vm1", &mut interface, span));
        assert!(!set_column("options:remote_ip=192.0.2.1", &mut interface, span), "it is no tunnel");
    }
}
