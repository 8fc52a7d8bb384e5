//! Settings of a card by ethtool(8), each group by one call, and how ethtool shows what is set.

use crate::text::shell::quote;
use netpivot_model::ethtool::{Ethtool, WOL_DEFAULT, WOL_IGNORE};
use netpivot_model::reflect::{Map, Said};
use netpivot_model::value::{Int, Mac};
use netpivot_model::vocabulary::ethtool::{
    CHANNELS, COALESCE, FEATURE_GROUPS, FEATURES, FEC, LONG_FEATURES, PAUSE, RING, WAKE,
};

/// One call of ethtool.
pub(crate) struct Call {
    /// The option with which it sets them: `-G`.
    pub option: &'static str,
    /// Its settings, by their names in the model.
    pub settings: Vec<&'static str>,
    /// The name and the value of each.
    pub pairs: Vec<(String, String)>,
    /// How ethtool shows them: the option that asks, and the words it prints; `None` where that would not tell.
    pub shown: Option<(&'static str, Vec<String>)>,
}

impl Call {
    fn new(option: &'static str, settings: &[&'static str], pairs: Vec<(String, String)>) -> Self {
        Call { option, settings: settings.to_vec(), pairs, shown: None }
    }

    fn shown(self, query: &'static str, words: Option<Vec<String>>) -> Self {
        Call { shown: words.map(|words| (query, words)), ..self }
    }

    /// The command.
    pub fn command(&self, name: &str) -> String {
        let words: Vec<String> = self.pairs.iter().map(|(name, value)| format!(" {name} {value}")).collect();
        format!("ethtool {} {}{}", self.option, quote(name), words.concat())
    }

    /// True where another call sets the same and perhaps more.
    pub fn is_within(&self, other: &Call) -> bool {
        self.pairs.iter().all(|pair| other.pairs.contains(pair))
    }

    /// The call without what is set already. A speed goes with its duplex, and a password with what it is for.
    pub fn without(mut self, set: &Call) -> Self {
        if self.option == "-s" {
            return self;
        }
        let is_new: Vec<bool> = self.pairs.iter().map(|pair| !set.pairs.contains(pair)).collect();
        let mut of_pairs = is_new.iter();
        self.pairs.retain(|_| of_pairs.next().is_some_and(|is_new| *is_new));
        if let Some((_, words)) = &mut self.shown {
            let mut of_words = is_new.iter();
            words.retain(|_| of_words.next().is_some_and(|is_new| *is_new));
        }
        self
    }

    /// True where ethtool(8) without its netlink interface fails with nothing to change (`no ring parameters changed, aborting`).
    pub fn wants_a_change(&self) -> bool {
        matches!(self.option, "-G" | "-C" | "-A" | "-L")
    }
}

fn switch(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

/// The calls that make the settings, in the order in which a driver takes them: what restarts its queues first.
pub(crate) fn calls(said: &Ethtool) -> Vec<Call> {
    let groups = [channels(said), ring(said), coalesce(said), pause(said), features(said), card(said)];
    groups.into_iter().chain([wake(said), eee(said), fec(said)]).flatten().collect()
}

/// The call that makes a setting.
pub(crate) fn call(said: &Ethtool, setting: &str) -> Option<Call> {
    calls(said).into_iter().find(|call| call.settings.contains(&setting))
}

/// The settings of a group that ethtool knows.
fn known<'m, T>(map: &'m Map<T>, names: &'static [&'static str]) -> Vec<(&'m str, &'m T)> {
    let known = map.iter().filter(|(name, _)| names.contains(&name.as_str()));
    known.map(|(name, at)| (name.as_str(), &at.value)).collect()
}

/// A group of numbers, by the option that sets it and the one that asks.
fn numbers(
    (set, ask): (&'static str, &'static str),
    setting: &'static str,
    map: &Map<Int<0, 4_294_967_295>>,
    names: &'static [&'static str],
    label: impl Fn(&str) -> String,
) -> Option<Call> {
    let known = known(map, names);
    if known.is_empty() {
        return None;
    }
    let text = |name: &str, n: i64| match name.starts_with("adaptive-") {
        true => switch(n != 0).to_owned(),
        false => n.to_string(),
    };
    let pairs: Vec<_> = known.iter().map(|(name, n)| ((*name).to_owned(), text(name, n.get()))).collect();
    let shown = pairs.iter().map(|(name, value)| format!("{}: {value}", label(name))).collect();
    Some(Call::new(set, &[setting], pairs).shown(ask, Some(shown)))
}

/// `dump_ring()`, `dump_channels()`: `rx-mini` is `RX Mini` there, `combined` is `Combined`.
fn label(name: &str) -> String {
    let word = |word: &str| match word {
        "rx" | "tx" => word.to_uppercase(),
        _ => word[..1].to_uppercase() + &word[1..],
    };
    name.split('-').map(word).collect::<Vec<_>>().join(" ")
}

fn channels(said: &Ethtool) -> Option<Call> {
    numbers(("-L", "-l"), "ethtool.channels", &said.channels, CHANNELS, label)
}

fn ring(said: &Ethtool) -> Option<Call> {
    numbers(("-G", "-g"), "ethtool.ring", &said.ring, RING, label)
}

/// `coalesce_reply_cb()`: `Adaptive RX: on  TX: off`, `rx-frame-low: 0`, and others by their own names.
fn coalesce(said: &Ethtool) -> Option<Call> {
    let label = |name: &str| match name {
        "adaptive-rx" => "Adaptive RX".to_owned(),
        "adaptive-tx" => "TX".to_owned(),
        _ if name.ends_with("-low") || name.ends_with("-high") => name.replace("frames", "frame"),
        _ => name.to_owned(),
    };
    numbers(("-C", "-c"), "ethtool.coalesce", &said.coalesce, COALESCE, label)
}

/// A group of switches.
fn switches(map: &Map<bool>, names: &'static [&'static str]) -> Option<Vec<(String, bool)>> {
    let known = known(map, names);
    (!known.is_empty()).then(|| known.into_iter().map(|(name, on)| (name.to_owned(), *on)).collect())
}

fn spelt(pairs: &[(String, bool)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, on)| (name.clone(), switch(*on).to_owned())).collect()
}

fn pause(said: &Ethtool) -> Option<Call> {
    let pairs = switches(&said.pause, PAUSE)?;
    let label = |name: &str| if name == "autoneg" { "Autonegotiate".to_owned() } else { label(name) };
    let shown = pairs.iter().map(|(name, on)| format!("{}: {}", label(name), switch(*on))).collect();
    Some(Call::new("-A", &["ethtool.pause"], spelt(&pairs)).shown("-a", Some(shown)))
}

/// A group is shown as on where one of its features is, which does not tell that all are.
fn features(said: &Ethtool) -> Option<Call> {
    let pairs = switches(&said.features, FEATURES)?;
    let printed = |name: &str| {
        let long = LONG_FEATURES.iter().find(|(_, own)| *own == name).map(|(long, _)| *long);
        long.unwrap_or(name).to_owned()
    };
    let is_told = pairs.iter().all(|(name, on)| !on || !FEATURE_GROUPS.contains(&name.as_str()));
    let shown = pairs.iter().map(|(name, on)| format!("{}: {}", printed(name), switch(*on))).collect();
    let call = Call::new("-K", &["ethtool.features"], spelt(&pairs));
    Some(call.shown("-k", is_told.then_some(shown)))
}

/// Speed, duplex and autonegotiation in one call: where the card negotiates, each call says anew what it offers
/// (`ethnl_auto_linkmodes()`), so that one for the duplex alone would take back the speed.
fn card(said: &Ethtool) -> Option<Call> {
    let mut call = Call::new("-s", &[], Vec::new());
    let mut shown = Vec::new();
    let mut push = |setting, name: &str, value: String, printed: String| {
        call.settings.push(setting);
        call.pairs.push((name.to_owned(), value));
        shown.push(printed);
    };
    if let Some(speed) = said.speed.as_ref().map(|at| at.value.get()).filter(|speed| *speed > 0) {
        push("ethtool.speed", "speed", speed.to_string(), format!("Speed: {speed}Mb/s"));
    }
    if let Some((word, printed)) = word(&said.duplex, &[("half", "Half"), ("full", "Full")]) {
        push("ethtool.duplex", "duplex", word, format!("Duplex: {printed}"));
    }
    let may_choose = said.speed.is_some() || said.duplex.is_some();
    if let Some(autoneg) = &said.autoneg {
        let word = switch(autoneg.value);
        push("ethtool.autoneg", "autoneg", word.to_owned(), format!("Auto-negotiation: {word}"));
    }
    let ports = [("tp", "Twisted Pair"), ("aui", "AUI"), ("bnc", "BNC"), ("mii", "MII")];
    if let Some((word, printed)) = word(&said.port, &ports) {
        push("ethtool.port", "port", word, format!("Port: {printed}"));
    }
    // A card that negotiated this speed may offer others as well.
    let is_told = !may_choose || said.autoneg.as_ref().is_some_and(|at| !at.value);
    (!call.pairs.is_empty()).then(|| call.shown("", is_told.then_some(shown)))
}

fn word(said: &Said<String>, words: &[(&str, &'static str)]) -> Option<(String, &'static str)> {
    let said = said.as_ref()?;
    let (word, printed) = words.iter().find(|(word, _)| *word == said.value)?;
    Some(((*word).to_owned(), printed))
}

/// Magic packets with a password are a letter of their own; it is printed to root alone, and asked for by nobody.
fn wake(said: &Ethtool) -> Option<Call> {
    let bits = said.wol.as_ref()?.value.get();
    let known: i64 = WAKE.iter().map(|(_, bit)| bit).sum();
    if bits & !known != 0 {
        return None;
    }
    let mut letters: String =
        WAKE.iter().filter(|(_, bit)| bits & bit != 0).map(|(letter, _)| *letter).collect();
    let password = said.wol_password.as_ref().map(|at| at.value.as_str());
    let password = password.filter(|text| is_password(text) && letters.contains('g'));
    if letters.is_empty() {
        letters.push('d');
    }
    let Some(password) = password else {
        let shown = vec![format!("Wake-on: {letters}")];
        let pairs = vec![("wol".to_owned(), letters)];
        return Some(Call::new("-s", &["ethtool.wol"], pairs).shown("", Some(shown)));
    };
    letters.push('s');
    let pairs = vec![("wol".to_owned(), letters), ("sopass".to_owned(), password.to_owned())];
    Some(Call::new("-s", &["ethtool.wol", "ethtool.wol_password"], pairs))
}

fn is_password(text: &str) -> bool {
    text.parse::<Mac>().is_ok_and(|mac| mac.bytes().len() == 6)
}

/// True for what leaves Wake-on-LAN as it is: NetworkManager's `ignore`, and its default, which is that.
pub(crate) fn leaves_wake(said: &Ethtool) -> bool {
    said.wol.as_ref().is_some_and(|at| matches!(at.value.get(), WOL_DEFAULT | WOL_IGNORE))
}

fn eee(said: &Ethtool) -> Option<Call> {
    let on = said.eee.as_ref()?.value;
    let pairs = vec![("eee".to_owned(), switch(on).to_owned())];
    let shown = format!("EEE status: {}", if on { "enabled" } else { "disabled" });
    Some(Call::new("--set-eee", &["ethtool.eee"], pairs).shown("--show-eee", Some(vec![shown])))
}

fn fec(said: &Ethtool) -> Option<Call> {
    let bits = said.fec.as_ref()?.value.get();
    let (word, _) = FEC.iter().find(|(_, bit)| *bit == bits)?;
    Some(Call::new("--set-fec", &["ethtool.fec"], vec![("encoding".to_owned(), (*word).to_owned())]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_model::source::{At, Origin};

    fn at<T>(value: T) -> At<T> {
        At { value, origin: Origin::default_value() }
    }

    fn told(said: &Ethtool) -> Vec<(String, String)> {
        let words = |call: &Call| match &call.shown {
            Some((query, words)) => format!("{query} {}", words.join(", ")),
            None => "unasked".to_owned(),
        };
        calls(said).iter().map(|call| (call.command("eth0"), words(call))).collect()
    }

    fn is(said: &Ethtool, expected: &[(&str, &str)]) {
        let told = told(said);
        let told: Vec<(&str, &str)> =
            told.iter().map(|(call, shown)| (call.as_str(), shown.as_str())).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn numbers_by_the_labels_that_ethtool_prints() {
        let mut said = Ethtool::default();
        let mut amount = |name: &str, n| _ = said.coalesce.insert(name.to_owned(), at(Int::new(n).unwrap()));
        amount("adaptive-rx", 1);
        amount("rx-frames-low", 3);
        said.ring.insert("rx-mini".to_owned(), at(Int::new(64).unwrap()));
        said.ring.insert("unheard-of".to_owned(), at(Int::new(1).unwrap()));
        is(
            &said,
            &[
                ("ethtool -G eth0 rx-mini 64", "-g RX Mini: 64"),
                ("ethtool -C eth0 adaptive-rx on rx-frames-low 3", "-c Adaptive RX: on, rx-frame-low: 3"),
            ],
        );
    }

    #[test]
    fn one_feature_of_a_group_does_not_tell_of_all() {
        let mut said = Ethtool::default();
        said.features.insert("tso".to_owned(), at(false));
        is(&said, &[("ethtool -K eth0 tso off", "-k tcp-segmentation-offload: off")]);
        said.features.insert("tx".to_owned(), at(true));
        is(&said, &[("ethtool -K eth0 tso off tx on", "unasked")]);
    }

    #[test]
    fn a_negotiated_speed_does_not_tell_what_is_offered() {
        let mut said = Ethtool { speed: Int::new(100).map(at), ..Ethtool::default() };
        is(&said, &[("ethtool -s eth0 speed 100", "unasked")]);
        said.autoneg = Some(at(false));
        is(&said, &[("ethtool -s eth0 speed 100 autoneg off", " Speed: 100Mb/s, Auto-negotiation: off")]);
    }

    #[test]
    fn a_password_goes_with_magic_packets_and_some_bits_leave_the_card_alone() {
        let mut said = Ethtool { wol: Int::new(64).map(at), ..Ethtool::default() };
        is(&said, &[("ethtool -s eth0 wol g", " Wake-on: g")]);
        said.wol_password = Some(at("00:11:22:33:44:55".to_owned()));
        is(&said, &[("ethtool -s eth0 wol gs sopass 00:11:22:33:44:55", "unasked")]);
        said.wol = Int::new(WOL_IGNORE).map(at);
        is(&said, &[]);
        assert!(leaves_wake(&said));
    }
}
