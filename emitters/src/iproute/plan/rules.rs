//! What the kernel takes for one rule when it is told to add or to delete another (net/core/fib_rules.c: `rule_exists()`,
//! `rule_find()`; `fib4_rule_compare()`, `fib6_rule_compare()`). It never looks at `not`.

use crate::iproute::script::Step;
use crate::text::ip::rule::is_v6;
use ipnet::IpNet;
use netpivot_model::reflect::Said;
use netpivot_model::rule::{Rule, RuleAction};
use netpivot_model::value::{Scalar, Value};

/// How many of [`conditions`] stand for any value where they are not said, also of a rule that is added.
const OPEN: usize = 4;
/// How many of [`conditions`], from the end, a deletion does not look at.
const OF_ADDITIONS: usize = 2;

/// What is looked at, without what is usual.
fn conditions(rule: &Rule) -> [Option<Value>; 19] {
    fn unusual<T: Scalar>(said: &Said<T>, usual: impl Fn(&T) -> bool) -> Option<Value> {
        said.as_ref().map(|at| &at.value).filter(|value| !usual(value)).map(T::to_value)
    }
    fn any<T: Scalar>(said: &Said<T>) -> Option<Value> {
        unusual(said, |_| false)
    }
    let net = |said: &Said<IpNet>| unusual(said, |net| net.prefix_len() == 0);
    [
        net(&rule.from),
        net(&rule.to),
        any(&rule.tos),
        any(&rule.realms),
        any(&rule.iif),
        any(&rule.oif),
        any(&rule.fwmark),
        unusual(&rule.fwmask, |mask| mask.get() == i64::from(u32::MAX)),
        any(&rule.ipproto),
        any(&rule.sport),
        any(&rule.dport),
        any(&rule.uidrange),
        any(&rule.tun_id),
        unusual(&rule.l3mdev, |is_set| !is_set),
        unusual(&rule.action, |action| *action == RuleAction::Table),
        any(&rule.table),
        any(&rule.goto),
        any(&rule.suppress_prefixlength),
        any(&rule.suppress_ifgroup),
    ]
}

/// The rules of two steps, where they are two of one namespace, family and priority.
fn beside<'s>(one: &'s Step, other: &'s Step) -> Option<(&'s Rule, &'s Rule)> {
    let is_one_space = one.netns == other.netns;
    let (one, other) = (one.rule.as_deref()?, other.rule.as_deref()?);
    let list = |rule: &Rule| (is_v6(rule), rule.priority.as_ref().map(|at| at.value));
    (is_one_space && list(one) == list(other) && one != other).then_some((one, other))
}

/// True where the command that deletes the rule of `gone` may delete the other one instead.
pub(super) fn may_delete(gone: &Step, other: &Step) -> bool {
    beside(gone, other).is_some_and(|(gone, other)| {
        let pairs = conditions(gone).into_iter().zip(conditions(other));
        let count = conditions(gone).len() - OF_ADDITIONS;
        pairs.take(count).all(|(asked, there)| asked.is_none() || asked == there)
    })
}

/// True where the rule of `new` cannot be added while the one of `old` is there.
pub(super) fn is_in_the_way(old: &Step, new: &Step) -> bool {
    beside(new, old).is_some_and(|(new, old)| {
        let mut pairs = conditions(new).into_iter().zip(conditions(old)).enumerate();
        pairs.all(|(n, (asked, there))| asked == there || n < OPEN && asked.is_none())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iproute::script::What;
    use netpivot_model::source::{At, Origin};

    fn step(from: &str, to: Option<&str>, not: bool) -> Step {
        fn at<T>(value: T) -> Said<T> {
            Some(At::new(value, Origin::default_value()))
        }
        let rule = Rule {
            from: at(from.parse().unwrap()),
            to: to.and_then(|to| at(to.parse().unwrap())),
            not: at(not),
            ..Rule::default()
        };
        Step { rule: Some(Box::new(rule)), ..Step::new(What::Entry(String::new()), "") }
    }

    #[test]
    fn a_deletion_takes_the_first_that_has_what_it_names() {
        let (wide, narrow) =
            (step("10.0.0.0/8", None, false), step("10.0.0.0/8", Some("10.1.0.0/16"), false));
        assert!(may_delete(&wide, &narrow) && !may_delete(&narrow, &wide) && !may_delete(&wide, &wide));
        assert!(may_delete(&wide, &step("10.0.0.0/8", None, true)));
        assert!(!may_delete(&wide, &step("11.0.0.0/8", None, false)));
        assert!(!may_delete(&wide, &Step { netns: Some("a".to_owned()), ..narrow }));
    }

    #[test]
    fn a_rule_is_not_added_beside_one_that_says_more() {
        let (wide, narrow) =
            (step("10.0.0.0/8", None, false), step("10.0.0.0/8", Some("10.1.0.0/16"), false));
        assert!(is_in_the_way(&narrow, &wide) && !is_in_the_way(&wide, &narrow));
    }
}
