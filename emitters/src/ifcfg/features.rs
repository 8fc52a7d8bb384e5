//! What does not hang on the kind: settings of NetworkManager alone, ethtool, traffic control, data center bridging,
//! s390 channels, authentication.

use super::Job;
use super::profile::Profile;
use netpivot_model::link::LinkKind;
use netpivot_model::value::Value;
use netpivot_model::vocabulary::ifcfg::S390_OPTIONS;

/// The applications of data center bridging, and what their keys begin with.
const APPS: [(&str, &str, &str); 3] = [
    ("dcb.app_fcoe_flags", "dcb.app_fcoe_priority", "DCB_APP_FCOE"),
    ("dcb.app_iscsi_flags", "dcb.app_iscsi_priority", "DCB_APP_ISCSI"),
    ("dcb.app_fip_flags", "dcb.app_fip_priority", "DCB_APP_FIP"),
];

impl Job<'_> {
    /// Writes the keys that do not hang on the kind.
    pub(super) fn features(&mut self, p: &mut Profile<'_>) {
        self.ethtool(p);
        let wired = matches!(
            p.link.kind.value,
            LinkKind::Ethernet(_)
                | LinkKind::Bridge(_)
                | LinkKind::Bond(_)
                | LinkKind::Team(_)
                | LinkKind::Vlan(_)
        );
        if wired {
            self.s390(p);
        }
        if matches!(p.link.kind.value, LinkKind::Wifi(_)) {
            self.wifi(p);
        }
        if !p.is_nm() {
            if let Some(Value::Int(n @ 0..)) = p.said("nm.hostname_from_dhcp")
                && p.said("ipv4.method") == Some(Value::text("auto"))
                && !p.link.is_addressless_port()
            {
                p.file.flag("NO_DHCP_HOSTNAME", n == 0);
                p.done("nm.hostname_from_dhcp");
            }
            return;
        }
        self.nm_only(p);
        self.qos(p);
        self.dcb(p);
        if wired {
            self.wired_8021x(p);
        }
    }

    fn s390(&mut self, p: &mut Profile<'_>) {
        let Some(s390) = &p.link.s390 else { return };
        let channels: Vec<&str> = s390.subchannels.values().map(String::as_str).collect();
        let plain = |c: char| c.is_ascii_hexdigit() || c == '.';
        if (2..=3).contains(&channels.len()) && channels.iter().all(|c| !c.is_empty() && c.chars().all(plain))
        {
            p.file.set("SUBCHANNELS", channels.join(","));
            p.done("s390.subchannels");
        }
        if let Some(at) =
            s390.nettype.as_ref().filter(|at| matches!(at.value.as_str(), "qeth" | "lcs" | "ctc"))
        {
            p.file.set("NETTYPE", at.value.as_str());
            p.done("s390.nettype");
        }
        let mut words = Vec::new();
        let mut lost = false;
        for (name, at) in &s390.options {
            let known = S390_OPTIONS.contains(&name.as_str());
            let fits = (1..200).contains(&at.value.len()) && !name.contains(char::is_whitespace);
            if fits && (known || !p.is_nm()) {
                let escaped = at.value.replace('\\', "\\\\").replace(' ', "\\ ");
                words.push(format!("{name}={escaped}"));
            } else {
                lost = true;
            }
        }
        if !words.is_empty() {
            p.file.set("OPTIONS", words.join(" "));
        }
        if lost {
            self.refused(p, "s390.options", "takes the options of the s390 drivers only");
        } else {
            p.done("s390.options");
        }
    }

    /// `DCB=yes` and what it switches on; one bad value would refuse the whole file.
    fn dcb(&mut self, p: &mut Profile<'_>) {
        let Some(dcb) = &p.link.dcb else { return };
        p.file.flag("DCB", true);
        for (flags, priority, prefix) in APPS {
            let on = self.dcb_flags(p, flags, prefix);
            match p.said(priority) {
                Some(Value::Int(n @ 0..)) if on => {
                    p.file.set(format!("{prefix}_PRIORITY"), n.to_string());
                    p.done(priority);
                }
                Some(Value::Int(-1)) | None => {}
                Some(_) => self.unsaid(p, priority, "it goes with an application that is switched on only"),
            }
        }
        let fcoe = p.file.get("DCB_APP_FCOE_ENABLE") == Some("yes");
        if let Some(mode) = p.said("dcb.app_fcoe_mode").filter(|_| fcoe) {
            p.file.set("DCB_APP_FCOE_MODE", mode.to_string());
            p.done("dcb.app_fcoe_mode");
        }
        if self.dcb_flags(p, "dcb.priority_flow_control_flags", "DCB_PFC") {
            digits(p, "dcb.priority_flow_control", "DCB_PFC_UP");
        }
        let shares: i64 = dcb.priority_group_bandwidth.values().map(|n| n.get()).sum();
        let flags = dcb.priority_group_flags.as_ref().map_or(0, |at| at.value.get());
        if flags & 1 != 0 && shares != 100 {
            return self.refused(
                p,
                "dcb.priority_group_flags",
                "wants shares of the groups that sum up to 100",
            );
        }
        if self.dcb_flags(p, "dcb.priority_group_flags", "DCB_PG") {
            digits(p, "dcb.priority_group_id", "DCB_PG_ID");
            digits(p, "dcb.priority_strict_bandwidth", "DCB_PG_STRICT");
            digits(p, "dcb.priority_traffic_class", "DCB_PG_UP2TC");
            percent(p, "dcb.priority_group_bandwidth", "DCB_PG_PCT");
            percent(p, "dcb.priority_bandwidth", "DCB_PG_UPPCT");
        }
    }

    /// Three truth values for the bits 1, 2, 4; true where the first is set.
    fn dcb_flags(&mut self, p: &mut Profile<'_>, path: &'static str, prefix: &str) -> bool {
        let Some(Value::Int(flags)) = p.said(path) else { return false };
        if flags != 0 && flags & 1 == 0 {
            self.refused(p, path, "takes `advertise` and `willing` with `enable` only");
            return false;
        }
        for (bit, word) in [(1, "ENABLE"), (2, "ADVERTISE"), (4, "WILLING")] {
            if flags & bit != 0 || bit == 1 {
                p.file.flag(format!("{prefix}_{word}"), flags & bit != 0);
            }
        }
        p.done(path);
        flags & 1 != 0
    }
}

fn numbers(p: &Profile<'_>, path: &'static str) -> Option<Vec<i64>> {
    let Some(Value::List(items)) = p.said(path) else { return None };
    let numbers: Vec<i64> =
        items.iter().filter_map(|item| if let Value::Int(n) = item { Some(*n) } else { None }).collect();
    (numbers.len() == 8).then_some(numbers)
}

/// Eight digits, 15 as `f`.
fn digits(p: &mut Profile<'_>, path: &'static str, key: &str) {
    let Some(numbers) = numbers(p, path) else { return };
    if numbers.iter().any(|n| *n > 7 && *n != 15) {
        return;
    }
    p.file.set(key, numbers.iter().map(|n| format!("{n:x}")).collect::<String>());
    p.done(path);
}

fn percent(p: &mut Profile<'_>, path: &'static str, key: &str) {
    let Some(numbers) = numbers(p, path) else { return };
    p.file.set(key, numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(","));
    p.done(path);
}
