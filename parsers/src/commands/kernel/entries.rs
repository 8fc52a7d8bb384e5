//! Changes of rules, neighbours, forwarding entries and kernel settings.

use super::device::Device;
use super::rules::Holder;
use super::{DeviceId, Kernel, SpaceId};
use crate::commands::fault::{Done, Fault};
use netpivot_model::ip::IpMethod;
use netpivot_model::link::LinkKind;
use netpivot_model::nat::Nat;
use netpivot_model::neighbor::{FdbEntry, Neighbor};
use netpivot_model::route::MAIN_TABLE;
use netpivot_model::rule::{Family, Rule};
use netpivot_model::source::{At, Span};
use netpivot_model::sysctl::Sysctl;
use netpivot_model::value::Int;
use std::net::IpAddr;

/// True for what names a rule that the kernel makes itself: those of the tables local, main and default
/// (`fib_default_rules_init()`).
fn is_of_kernel(wanted: &Rule) -> bool {
    const OWN: [(i64, i64); 3] = [(0, 255), (32_766, MAIN_TABLE as i64), (32_767, 253)];
    let priority = wanted.priority.as_ref().map(|at| at.value.get());
    let table = wanted.table.as_ref().map(|at| at.value.get());
    let rest = Rule { priority: None, table: None, family: None, ..wanted.clone() };
    (priority.is_some() || table.is_some())
        && rest == Rule::default()
        && OWN.iter().any(|(p, t)| priority.is_none_or(|n| n == *p) && table.is_none_or(|n| n == *t))
}

/// FIB_RULE_PREF: that of the rule which looks into the tables of VRFs (vrf.c:vrf_add_fib_rules).
const VRF_RULES: i64 = 1000;

fn says_only_vrf(rule: &Rule) -> bool {
    let rest = Rule { priority: None, l3mdev: None, family: None, action: None, ..rule.clone() };
    rule.l3mdev.as_ref().is_some_and(|at| at.value) && rest == Rule::default()
}

impl Kernel {
    /// `ip rule add`: with a priority, the very same rule is refused (`rule_exists()`); without one, each call
    /// makes another.
    pub fn add_rule(&mut self, space: SpaceId, rule: Rule, span: Span) -> Done {
        // fib_nl2rule(): without a priority it gets one before those of the tables main and default.
        const USUAL: i64 = 32_765;
        let priority = rule.priority.as_ref().map_or(USUAL, |at| at.value.get());
        if let Some(goto) = rule.goto.as_ref().filter(|at| at.value.get() <= priority) {
            let why = format!("`goto {}` does not lead to a rule behind it", goto.value.get());
            return Err(Fault::kernel("Invalid argument", span, why).intent("give the rule a lower priority"));
        }
        let is_vrf = |device: &Device| {
            device.space == space && device.is_present() && matches!(device.link.kind.value, LinkKind::Vrf(_))
        };
        if priority == VRF_RULES && says_only_vrf(&rule) && self.devices.iter().any(is_vrf) {
            let why = "the kernel made that rule itself with the first VRF";
            return Err(
                Fault::kernel("File exists", span, why).intent("remove the line: the rule is there already")
            );
        }
        let holder = self.author.map_or(Holder::Unknown, Holder::Author);
        let rules = &mut self.space_mut(space).rules;
        if rule.priority.is_some() && rules.contains(&rule) {
            return Err(Fault::kernel("File exists", span, "the very same rule is there already"));
        }
        rules.push(rule, holder);
        Ok(())
    }

    /// `ip rule del`: the first rule of which all that is named is true. `wanted` says only what the command says.
    pub fn delete_rule(&mut self, space: SpaceId, wanted: &Rule, span: Span) -> Done {
        let is_known = !self.is_unknown_territory(space);
        if let Some(holder) = self.space_mut(space).rules.remove(wanted) {
            self.took |= matches!(holder, Holder::Base(_));
            return Ok(());
        }
        if is_of_kernel(wanted) {
            return Err(Fault::beyond(span, "nothing holds that one of the kernel's own rules is gone"));
        }
        if is_known {
            return Err(Fault::kernel("No such file or directory", span, "there is no such rule")
                .intent("remove the line, or check what it names"));
        }
        Ok(())
    }

    /// `ip rule flush`: all rules of a family but those of the kernel.
    pub fn flush_rules(&mut self, space: SpaceId, wanted: &Rule) {
        self.took |= self.space_mut(space).rules.flush(wanted);
    }

    /// `ip neigh add|change|replace`.
    pub fn set_neighbor(
        &mut self,
        dev: DeviceId,
        entry: Neighbor,
        create: bool,
        replace: bool,
        span: Span,
    ) -> Done {
        let Some(ip) = entry.dst.as_ref().map(|at| at.value) else {
            return Err(Fault::usage(span, "the neighbour has no address"));
        };
        let proxy = entry.proxy.as_ref().is_some_and(|at| at.value);
        let key = (dev, ip, proxy);
        match self.neighbors.get(&key).copied() {
            Some(_) if !replace && !proxy => {
                Err(Fault::kernel("File exists", span, format!("the neighbour {ip} is there already"))
                    .intent("use `ip neigh replace`"))
            }
            Some(position) => {
                self.neighbor_list[position] = Some((dev, entry));
                Ok(())
            }
            None if !create => Err(Fault::kernel(
                "No such file or directory",
                span,
                format!("there is no neighbour {ip} to change"),
            )),
            None => {
                self.neighbors.insert(key, self.neighbor_list.len());
                self.neighbor_list.push(Some((dev, entry)));
                Ok(())
            }
        }
    }

    /// `ip neigh del`.
    pub fn delete_neighbor(&mut self, dev: DeviceId, ip: IpAddr, proxy: bool, span: Span) -> Done {
        match self.neighbors.remove(&(dev, ip, proxy)) {
            Some(position) => {
                self.took |= position < self.base_neighbors;
                self.neighbor_list[position] = None;
                Ok(())
            }
            None if self.device(dev).opaque => Ok(()),
            None => {
                Err(Fault::kernel("No such file or directory", span, format!("there is no neighbour {ip}")))
            }
        }
    }

    /// `bridge fdb add|append|replace`. `key` tells entries of a link apart.
    pub fn set_fdb(
        &mut self,
        dev: DeviceId,
        entry: FdbEntry,
        key: String,
        replace: bool,
        span: Span,
    ) -> Done {
        match self.fdb_keys.get(&(dev, key.clone())).copied() {
            Some(_) if !replace => {
                Err(Fault::kernel("File exists", span, "the forwarding entry is there already"))
            }
            Some(position) => {
                self.fdb[position] = Some((dev, entry));
                Ok(())
            }
            None => {
                self.fdb_keys.insert((dev, key), self.fdb.len());
                self.fdb.push(Some((dev, entry)));
                Ok(())
            }
        }
    }

    /// `bridge fdb del`.
    pub fn delete_fdb(&mut self, dev: DeviceId, key: String, span: Span) -> Done {
        match self.fdb_keys.remove(&(dev, key)) {
            Some(position) => {
                self.fdb[position] = None;
                Ok(())
            }
            None if self.device(dev).opaque => Ok(()),
            None => {
                Err(Fault::kernel("No such file or directory", span, "there is no such forwarding entry"))
            }
        }
    }

    /// Entries of a link go with it.
    pub(super) fn forget_entries(&mut self, id: DeviceId) {
        if !self.neighbors.is_empty() {
            self.neighbors.retain(|(dev, ..), _| *dev != id);
            self.neighbor_list.iter_mut().for_each(|slot| {
                slot.take_if(|(dev, _)| *dev == id);
            });
        }
        if !self.fdb_keys.is_empty() {
            self.fdb_keys.retain(|(dev, _), _| *dev != id);
            self.fdb.iter_mut().for_each(|slot| {
                slot.take_if(|(dev, _)| *dev == id);
            });
        }
    }

    /// Sets a kernel setting: the last value counts.
    pub fn set_sysctl(&mut self, space: SpaceId, key: At<String>, value: At<String>) {
        let name = key.value.clone();
        let netns = self.space_name(space);
        let entry = Sysctl { netns, key: Some(key), value: Some(value) };
        let author = self.author;
        match self.space(space).sysctls.get(&name).copied() {
            Some(position) => {
                let (old, first) = &mut self.sysctls[position];
                // Who says the same again changes nothing.
                if old.value.as_ref().map(|at| &at.value) != entry.value.as_ref().map(|at| &at.value) {
                    *first = author;
                }
                *old = entry;
            }
            None => {
                let position = self.sysctls.len();
                self.sysctls.push((entry, author));
                self.space_mut(space).sysctls.insert(name, position);
            }
        }
    }

    /// Adds a rule of address translation, as the first or the last one.
    pub fn add_nat(&mut self, rule: Nat, first: bool) {
        let at = if first { 0 } else { self.nat.len() };
        self.nat.insert(at, (rule, self.author));
    }

    /// Deletes the first such rule of address translation; false where there is none.
    pub fn delete_nat(&mut self, wanted: &Nat) -> bool {
        let position = self.nat.iter().position(|(rule, _)| rule == wanted);
        position.map(|n| self.nat.remove(n)).is_some()
    }

    /// True where there is such a rule of address translation.
    pub fn has_nat(&self, wanted: &Nat) -> bool {
        self.nat.iter().any(|(rule, _)| rule == wanted)
    }

    /// Deletes the rules of address translation of a family and namespace.
    pub fn flush_nat(&mut self, like: &Nat) {
        self.nat.retain(|(rule, _)| rule.netns != like.netns || rule.family != like.family);
    }

    pub(super) fn sysctl(&self, space: SpaceId, key: &str) -> Option<&str> {
        let position = *self.space(space).sysctls.get(key)?;
        self.sysctls[position].0.value.as_ref().map(|at| at.value.as_str())
    }

    /// Whether the next address takes the place of a deleted first one. systemd sets `promote_secondaries` on all
    /// hosts (`sysctl.d/50-default.conf`), the bare kernel does not.
    pub(super) fn promotes(&self, id: DeviceId) -> bool {
        let device = self.device(id);
        let said = |name: &str| {
            self.sysctl(device.space, &format!("net.ipv4.conf.{name}.promote_secondaries")).map(|v| v != "0")
        };
        if self.space(device.space).sysctls.is_empty() {
            return true;
        }
        match (said("all"), said(&device.name)) {
            (None, None) => true,
            (all, own) => all.unwrap_or(false) || own.unwrap_or(false),
        }
    }

    /// `net.ipv6.conf.NAME.disable_ipv6`.
    pub(super) fn ipv6_is_off(&self, id: DeviceId) -> bool {
        let device = self.device(id);
        let sysctls = &self.space(device.space).sysctls;
        !sysctls.is_empty()
            && ["all", &*device.name].iter().any(|name| {
                self.sysctl(device.space, &format!("net.ipv6.conf.{name}.disable_ipv6")) == Some("1")
            })
    }

    /// True for the setting that the method of the link's IPv6 says by itself.
    pub(super) fn is_ipv6_method(&self, id: DeviceId, item: &Sysctl) -> bool {
        let off = item.value.as_ref().is_some_and(|at| at.value == "1")
            && item.key.as_ref().is_some_and(|at| at.value.ends_with(".disable_ipv6"));
        let method = self.device(id).link.ipv6.as_ref().and_then(|ip| ip.method.as_ref());
        off && method.is_some_and(|at| at.value == IpMethod::Disabled)
    }

    /// Takes `accept_ra`, `autoconf`, `use_tempaddr` and `disable_ipv6` of an interface for the settings of its link that they are; false where the
    /// configuration says otherwise and both stand.
    pub(super) fn takes_advertisements(&mut self, id: DeviceId, item: &Sysctl) -> bool {
        let (Some(key), Some(value)) = (&item.key, &item.value) else { return false };
        if !key.value.starts_with("net.ipv6.conf.") {
            return false;
        }
        let mut origin = key.origin.clone();
        origin.merge(&value.origin);
        let ipv6 = &mut self.device_mut(id).link.ipv6;
        let number = value.value.parse::<i64>().ok();
        if key.value.ends_with(".accept_ra") {
            let Some(number) = number.and_then(Int::new) else { return false };
            let said = &mut ipv6.get_or_insert_default().accept_ra;
            said.get_or_insert_with(|| At::new(number, origin)).value == number
        } else if key.value.ends_with(".autoconf") {
            let Some(on @ (0 | 1)) = number else { return false };
            let said = &mut ipv6.get_or_insert_default().autoconf;
            said.get_or_insert_with(|| At::new(on == 1, origin)).value == (on == 1)
        } else if key.value.ends_with(".use_tempaddr") {
            let Some(number) = number.and_then(Int::new) else { return false };
            let said = &mut ipv6.get_or_insert_default().ip6_privacy;
            said.get_or_insert_with(|| At::new(number, origin)).value == number
        } else if key.value.ends_with(".disable_ipv6") && number == Some(1) {
            let said = &mut ipv6.get_or_insert_default().method;
            said.get_or_insert_with(|| At::new(IpMethod::Disabled, origin)).value == IpMethod::Disabled
        } else {
            false
        }
    }

    /// `disable_ipv6` was set: the addresses go (`addrconf_disable_change()`).
    pub fn disable_ipv6(&mut self, space: SpaceId, name: &str, span: Span) {
        let devices: Vec<DeviceId> = match name {
            "all" => self.devices_of(space),
            "default" => Vec::new(),
            name => self.find(space, name).into_iter().collect(),
        };
        for id in devices {
            self.drop_routes(id, Some(Family::V6), span);
            self.drop_addresses(id, Some(Family::V6));
        }
    }
}
