//! Keys that only NetworkManager has properties for and that need more than a row (ifcfg.md 3.1).

use super::Job;
use super::profile::Profile;
use crate::free_text;
use netpivot_model::value::{Mac, Value, is_uuid};
use std::fmt::Write as _;

impl Job<'_> {
    /// Writes the keys.
    pub(super) fn nm_only(&mut self, p: &mut Profile<'_>) {
        if let Some(matches) = &p.link.matches {
            let macs: Vec<String> =
                matches.mac_denylist.values().map(|mac| mac.to_string().to_uppercase()).collect();
            if matches.mac_denylist.values().any(|mac| mac.bytes().len() != 6) {
                self.refused(p, "matches.mac_denylist", "takes addresses of six bytes");
            } else if !macs.is_empty() {
                p.file.set("HWADDR_BLACKLIST", macs.join(" "));
                p.done("matches.mac_denylist");
            }
        }
        if let Some(at) = &p.link.mac_generate_mask {
            let ethernet = |mac: &str| mac.parse::<Mac>().is_ok_and(|mac| mac.bytes().len() == 6);
            if !at.value.is_empty() && at.value.split_ascii_whitespace().all(ethernet) {
                p.file.set("GENERATE_MAC_ADDRESS_MASK", at.value.as_str());
                p.done("mac_generate_mask");
            } else {
                self.refused(p, "mac_generate_mask", "takes MAC addresses");
            }
        }
        if p.link.nm.is_none() {
            return;
        }
        self.permissions(p);
        self.numbers_of_nm(p);
        self.proxy(p);
        self.user_data(p);
    }

    fn permissions(&mut self, p: &mut Profile<'_>) {
        let Some(nm) = &p.link.nm else { return };
        let names: Option<Vec<&str>> = nm.permissions.values().map(|item| user(item)).collect();
        match names {
            Some(names) if names.iter().enumerate().all(|(n, name)| !names[..n].contains(name)) => {
                if !names.is_empty() {
                    p.file.set("USERS", names.join(" "));
                    p.done("nm.permissions");
                }
            }
            Some(_) | None => self.refused(p, "nm.permissions", "takes names of users, each once"),
        }
        let uuids: Vec<&str> = nm.secondaries.values().map(String::as_str).collect();
        if uuids.iter().any(|uuid| !is_uuid(uuid)) {
            self.refused(p, "nm.secondaries", "takes UUIDs only");
        } else if !uuids.is_empty() {
            p.file.set("SECONDARY_UUIDS", uuids.join(" "));
            p.done("nm.secondaries");
        }
    }

    fn numbers_of_nm(&mut self, p: &mut Profile<'_>) {
        for (path, key) in
            [("nm.multi_connect", "MULTI_CONNECT"), ("nm.gateway_ping_timeout", "GATEWAY_PING_TIMEOUT")]
        {
            if let Some(value) = p.said(path) {
                p.file.set(key, value.to_string());
                p.done(path);
            }
        }
        for (path, key) in [("nm.metered", "CONNECTION_METERED"), ("nm.lldp", "LLDP")] {
            let on = match (path, p.said(path)) {
                ("nm.metered", Some(Value::Int(n @ 1..=2))) => n == 1,
                ("nm.lldp", Some(Value::Int(n @ 0..=1))) => n == 1,
                (_, _) => continue,
            };
            p.file.flag(key, on);
            p.done(path);
        }
        let Some(Value::Text(url)) = p.said("nm.mud_url") else { return };
        let address = url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty());
        if url == "none" || address && url.is_ascii() && url.len() <= 255 {
            p.file.set("MUD_URL", url.to_string());
            p.done("nm.mud_url");
        } else {
            self.refused(p, "nm.mud_url", "takes `none` or an https address");
        }
    }

    /// PROXY_METHOD, without which nothing of a proxy is read; PAC_* with `auto` only.
    fn proxy(&mut self, p: &mut Profile<'_>) {
        let method = p.said("nm.proxy_method");
        let others = ["nm.proxy_browser_only", "nm.pac_url", "nm.pac_script"]
            .iter()
            .any(|path| p.said(path).is_some());
        if method.is_none() && !others {
            return;
        }
        let auto = method == Some(Value::Int(1));
        if method.is_none() {
            self.added(p, "nm.proxy_method", "networkmanager-wants-a-method");
        }
        p.file.set("PROXY_METHOD", if auto { "auto" } else { "none" });
        p.done("nm.proxy_method");
        if let Some(Value::Bool(on)) = p.said("nm.proxy_browser_only") {
            p.file.flag("BROWSER_ONLY", on);
            p.done("nm.proxy_browser_only");
        }
        for (path, key) in [("nm.pac_url", "PAC_URL"), ("nm.pac_script", "PAC_SCRIPT")] {
            match p.said(path) {
                Some(Value::Text(text)) if auto && !text.is_empty() => {
                    let text = free_text(text.to_string(), self.cx.reveal_secrets, &mut p.file.has_secrets);
                    p.file.set(key, text);
                    p.done(path);
                }
                Some(_) => {
                    self.unsaid(p, path, "NetworkManager's ifcfg reader takes it with PROXY_METHOD=auto only")
                }
                None => {}
            }
        }
    }

    fn user_data(&mut self, p: &mut Profile<'_>) {
        let Some(nm) = &p.link.nm else { return };
        let mut lost = false;
        for (key, at) in &nm.user_data {
            // `nm-setting-user.c`: a key holds a dot, and not at its ends.
            let valid = key.trim_matches('.').contains('.') && !key.contains('\0');
            if valid {
                p.file.set(format!("NM_USER_{}", encode(key)), at.value.as_str());
            } else {
                lost = true;
            }
        }
        if lost {
            self.refused(p, "nm.user_data", "takes keys with a dot in them");
        } else {
            p.done("nm.user_data");
        }
    }
}

/// The name in `user:NAME:`.
fn user(item: &str) -> Option<&str> {
    let name = item.strip_prefix("user:")?.strip_suffix(':')?;
    let odd = |c: char| c == ':' || c.is_whitespace() || c.is_control();
    (!name.is_empty() && !name.contains(odd)).then_some(name)
}

/// A user data key as environment variable: small letters as capitals, a dot as `__`, a capital as `_X`, all else as
/// `_ooo` in octal (`nm_utils_env_var_encode_name`).
fn encode(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    for byte in key.bytes() {
        match byte {
            b'0'..=b'9' => out.push(char::from(byte)),
            b'a'..=b'z' => out.push(char::from(byte.to_ascii_uppercase())),
            b'.' => out.push_str("__"),
            b'A'..=b'Z' => {
                out.push('_');
                out.push(char::from(byte));
            }
            other => {
                let _ = write!(out, "_{other:03o}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn user_data_keys_become_names_of_variables() {
        assert_eq!(super::encode("my.key"), "MY__KEY");
        assert_eq!(super::encode("my.Key-2"), "MY___KEY_0552");
    }
}
