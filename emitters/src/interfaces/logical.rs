//! Stanzas for devices of other names: which one gets them is known when ifup brings it up (ifup(8), `IFACE=LOGICAL`;
//! interfaces(5), `mapping`). Their commands name it as `$IFACE`, and the stanza's own name is no device's.

use super::{Job, Sheet};
use netpivot_model::dialect::IFUPDOWN;
use netpivot_model::link::LinkKind;
use netpivot_model::vocabulary::interfaces::Reader;

/// Words before the name of a device.
const BEFORE: [&str; 6] = ["dev", "iif", "oif", "-i", "-o", "link"];

impl Job<'_> {
    /// Puts `$IFACE` into the commands that are netpivot's own words; the source's stand as they are.
    pub(super) fn devices_of_logical(&self, sheets: &mut [Sheet]) {
        if self.reader != Reader::Ifupdown || self.network.dialect != IFUPDOWN {
            return;
        }
        for sheet in sheets {
            let Some(link) = sheet.id.map(|id| self.network.link(id)) else { continue };
            let is_card = matches!(link.kind.value, LinkKind::Ethernet(_) | LinkKind::Infiniband(_));
            let is_logical = link.eni.as_ref().is_some_and(|eni| {
                eni.logical.as_ref().is_some_and(|at| at.value) || !eni.devices.items.is_empty()
            });
            if !is_card || !is_logical {
                continue;
            }
            for stanza in sheet.stanzas.iter_mut().filter(|stanza| stanza.name == link.label()) {
                let lists = [&mut stanza.pre_up, &mut stanza.up, &mut stanza.down, &mut stanza.post_down];
                for line in lists.into_iter().flatten().filter(|line| !line.stays) {
                    line.text = with_variable(&line.text, link.label());
                }
            }
        }
    }
}

/// The command with `$IFACE` where it names the device.
fn with_variable(command: &str, name: &str) -> String {
    let conf = format!(".{name}.");
    let mut words: Vec<String> = Vec::new();
    for word in command.split(' ') {
        let last = words.last().map_or("", String::as_str);
        let is_device =
            word == name && (BEFORE.contains(&last) || words.first().is_some_and(|first| first == "ethtool"));
        words.push(if is_device {
            "$IFACE".to_owned()
        } else if word.starts_with("net.") {
            word.replacen(&conf, ".$IFACE.", 1)
        } else {
            word.to_owned()
        });
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::with_variable;

    #[test]
    fn only_the_device_is_the_variable() {
        let cases = [
            (
                "ip -4 route replace default via 192.0.2.1 dev default table 9",
                "ip -4 route replace default via 192.0.2.1 dev $IFACE table 9",
            ),
            (
                "ip -4 rule add priority 5 from all iif default table 9 || true",
                "ip -4 rule add priority 5 from all iif $IFACE table 9 || true",
            ),
            (
                "sysctl -q -w net.ipv4.conf.default.rp_filter=2",
                "sysctl -q -w net.ipv4.conf.$IFACE.rp_filter=2",
            ),
            ("ethtool -K default gro off", "ethtool -K $IFACE gro off"),
            ("tc qdisc replace dev default root fq", "tc qdisc replace dev $IFACE root fq"),
        ];
        for (command, wanted) in cases {
            assert_eq!(with_variable(command, "default"), wanted);
        }
    }
}
