//! Data center bridging (ifcfg.md 3.15), which only NetworkManager configures.
//!
//! Nothing is read without `DCB=yes`. Here NetworkManager is strict: one bad digit refuses the file, and so
//! does what `nm-setting-dcb.c:verify` finds when all is read.

use super::vars::{Base, Reader, Rejected, Var, Vars, integer};
use crate::Context;
use netpivot_model::dcb::Dcb;
use netpivot_model::link::Link;
use netpivot_model::reflect::{List, Said};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Int, Scalar};

const ENABLE: i64 = 1;

/// Reads the keys.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(vars: &Vars, reader: Reader, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    if reader == Reader::Initscripts {
        return Ok(());
    }
    if let Some(on) = vars.flag("DCB", reader, cx).filter(|at| at.value) {
        let mut dcb = settings(vars, cx)?;
        // `DCB=yes` is no property of its own: it is why the flags count.
        for flags in [
            &mut dcb.app_fcoe_flags,
            &mut dcb.app_iscsi_flags,
            &mut dcb.app_fip_flags,
            &mut dcb.priority_flow_control_flags,
            &mut dcb.priority_group_flags,
        ]
        .into_iter()
        .flatten()
        {
            flags.origin.merge(&on.origin);
        }
        link.dcb = Some(Box::new(dcb));
    }
    Ok(())
}

fn settings(vars: &Vars, cx: &mut Context) -> Result<Dcb, Rejected> {
    let mut dcb = Dcb::default();
    (dcb.app_fcoe_flags, dcb.app_fcoe_priority) = app("FCOE", vars, cx)?;
    if enabled(&dcb.app_fcoe_flags)
        && let Some(var) = vars.text("DCB_APP_FCOE_MODE")
    {
        if !matches!(var.value, "fabric" | "vn2vn") {
            return Err(refuse("DCB_APP_FCOE_MODE", var, "`fabric` or `vn2vn`"));
        }
        dcb.app_fcoe_mode = Some(At::new(var.value.to_owned(), var.span));
    }
    (dcb.app_iscsi_flags, dcb.app_iscsi_priority) = app("ISCSI", vars, cx)?;
    (dcb.app_fip_flags, dcb.app_fip_priority) = app("FIP", vars, cx)?;
    dcb.priority_flow_control_flags = flags("DCB_PFC", vars, cx)?;
    if enabled(&dcb.priority_flow_control_flags) {
        dcb.priority_flow_control = digits("DCB_PFC_UP", 1, false, vars)?;
    }
    dcb.priority_group_flags = flags("DCB_PG", vars, cx)?;
    if enabled(&dcb.priority_group_flags) {
        dcb.priority_group_id = digits("DCB_PG_ID", 7, true, vars)?;
        dcb.priority_group_bandwidth = percent("DCB_PG_PCT", vars)?;
        dcb.priority_bandwidth = percent("DCB_PG_UPPCT", vars)?;
        dcb.priority_strict_bandwidth = digits("DCB_PG_STRICT", 1, false, vars)?;
        dcb.priority_traffic_class = digits("DCB_PG_UP2TC", 7, false, vars)?;
        check_bandwidth(&dcb)?;
    }
    Ok(dcb)
}

fn refuse(key: &str, var: Var<'_>, expected: &str) -> Rejected {
    Rejected::at(format!("`{key}={}` is not {expected}", var.value), var.span)
}

fn enabled(flags: &Said<Int<0, 7>>) -> bool {
    flags.as_ref().is_some_and(|at| at.value.get() & ENABLE != 0)
}

/// Bits 1 enable, 2 advertise, 4 willing; the last two mean nothing without the first, and fail verification.
fn flags(prefix: &str, vars: &Vars, cx: &mut Context) -> Result<Said<Int<0, 7>>, Rejected> {
    let mut sum = 0;
    let mut spans: Vec<Span> = Vec::new();
    for (bit, word) in [(ENABLE, "ENABLE"), (2, "ADVERTISE"), (4, "WILLING")] {
        let key = format!("{prefix}_{word}");
        let Some(at) = vars.flag(&key, Reader::NetworkManager, cx) else { continue };
        spans.extend(at.origin.span());
        sum |= if at.value { bit } else { 0 };
    }
    if sum != 0 && sum & ENABLE == 0 {
        let reason = format!("`{prefix}_ADVERTISE` or `{prefix}_WILLING` is set without `{prefix}_ENABLE`");
        return Err(Rejected { reason, span: spans.first().copied() });
    }
    let origin = Origin::said(spans.iter().copied());
    Ok(Int::new(sum).filter(|_| !spans.is_empty()).map(|n| At::new(n, origin)))
}

type App = (Said<Int<0, 7>>, Said<Int<-1, 7>>);

fn app(name: &str, vars: &Vars, cx: &mut Context) -> Result<App, Rejected> {
    let flags = flags(&format!("DCB_APP_{name}"), vars, cx)?;
    let key = format!("DCB_APP_{name}_PRIORITY");
    let Some(var) = vars.text(&key) else { return Ok((flags, None)) };
    let number = integer(var.value, Base::Auto).filter(|n| (0..=7).contains(n)).and_then(Int::new);
    let Some(number) = number else { return Err(refuse(&key, var, "a number from 0 to 7")) };
    if !enabled(&flags) {
        let reason = format!("`{key}={}` is set without `DCB_APP_{name}_ENABLE=yes`", var.value);
        return Err(Rejected::at(reason, var.span));
    }
    Ok((flags, Some(At::new(number, var.span))))
}

/// Eight digits up to `most`; with `f` for "unrestricted" where `hex`.
fn digits<const MIN: i64, const MAX: i64>(
    key: &str,
    most: i64,
    hex: bool,
    vars: &Vars,
) -> Result<List<Int<MIN, MAX>>, Rejected> {
    let Some(var) = vars.text(key) else { return Ok(List::default()) };
    let expected = match (most, hex) {
        (1, _) => "8 digits 0 or 1",
        (_, true) => "8 digits from 0 to 7, or `f`",
        (_, false) => "8 digits from 0 to 7",
    };
    let numbers: Option<Vec<i64>> = var
        .value
        .chars()
        .map(|c| match c {
            'f' | 'F' if hex => Some(15),
            c => c.to_digit(10).map(i64::from).filter(|n| *n <= most),
        })
        .collect();
    eight(numbers, var).ok_or_else(|| refuse(key, var, expected))
}

fn percent(key: &str, vars: &Vars) -> Result<List<Int<0, 100>>, Rejected> {
    let Some(var) = vars.text(key) else { return Ok(List::default()) };
    let items = var.value.split(',').filter(|item| !item.is_empty());
    let numbers: Option<Vec<i64>> = items.map(|item| integer(item, Base::Auto)).collect();
    eight(numbers, var).ok_or_else(|| refuse(key, var, "8 numbers from 0 to 100 with commas between them"))
}

fn eight<T>(numbers: Option<Vec<i64>>, var: Var<'_>) -> Option<List<T>>
where
    T: Scalar,
{
    let numbers = numbers.filter(|numbers| numbers.len() == 8)?;
    let mut list = List::default();
    for n in numbers {
        list.push(T::from_text(&n.to_string()).ok()?, var.span);
    }
    Some(list)
}

/// The shares of the groups must sum up to 100 once groups are enabled.
fn check_bandwidth(dcb: &Dcb) -> Result<(), Rejected> {
    let sum: i64 = dcb.priority_group_bandwidth.values().map(|n| n.get()).sum();
    if sum == 100 {
        return Ok(());
    }
    let first = dcb.priority_group_bandwidth.items.first().and_then(|at| at.origin.span());
    let flags = dcb.priority_group_flags.as_ref().and_then(|at| at.origin.span());
    let reason =
        format!("with `DCB_PG_ENABLE=yes` the shares of `DCB_PG_PCT` must sum up to 100, not to {sum}");
    Err(Rejected { reason, span: first.or(flags) })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{said, vars};
    use super::*;

    fn run(text: &str) -> Result<(Vec<String>, Vec<String>), Rejected> {
        let mut link = Link::default();
        let mut cx = Context::default();
        read(&vars(text), Reader::NetworkManager, &mut link, &mut cx)?;
        Ok((said(&link), cx.diagnostics.into_iter().map(|d| d.message).collect()))
    }

    #[test]
    fn all_keys_become_properties() {
        // `dcb-test` of NetworkManager's writer, the values of its keyfile.
        let text = "DCB=yes\nDCB_APP_FCOE_ENABLE=yes\nDCB_APP_FCOE_ADVERTISE=yes\nDCB_APP_FCOE_WILLING=yes\n\
            DCB_APP_FCOE_PRIORITY=5\nDCB_PFC_ENABLE=yes\nDCB_PFC_UP=11010110\nDCB_PG_ENABLE=yes\n\
            DCB_PG_ID=4f6f173f\nDCB_PG_PCT=10,20,15,10,2,3,35,5\nDCB_PG_UPPCT=10,20,30,40,50,10,0,25\n\
            DCB_PG_STRICT=10110001\nDCB_PG_UP2TC=34721056";
        let (facts, messages) = run(text).unwrap();
        assert_eq!(
            facts,
            [
                "dcb.app_fcoe_flags=7",
                "dcb.app_fcoe_priority=5",
                "dcb.priority_flow_control_flags=1",
                "dcb.priority_flow_control=[1, 1, 0, 1, 0, 1, 1, 0]",
                "dcb.priority_group_flags=1",
                "dcb.priority_group_id=[4, 15, 6, 15, 1, 7, 3, 15]",
                "dcb.priority_group_bandwidth=[10, 20, 15, 10, 2, 3, 35, 5]",
                "dcb.priority_bandwidth=[10, 20, 30, 40, 50, 10, 0, 25]",
                "dcb.priority_strict_bandwidth=[1, 0, 1, 1, 0, 0, 0, 1]",
                "dcb.priority_traffic_class=[3, 4, 7, 2, 1, 0, 5, 6]",
            ]
        );
        assert!(messages.is_empty(), "{messages:?}");
    }

    #[test]
    fn a_bad_value_refuses_the_file() {
        for text in [
            "DCB_PG_PCT=25,0,0,75,0,0,110,0",
            "DCB_PG_PCT=25,0,0,3,75,0,25,0",
            "DCB_PG_UP2TC=96543210",
            "DCB_PG_UP2TC=7654321",
            "DCB_PG_STRICT=0111010",
            "DCB_APP_FCOE_PRIORITY=3",
            "DCB_PFC_WILLING=yes",
        ] {
            let whole = format!("DCB=yes\nDCB_PG_ENABLE=yes\nDCB_PG_PCT=100,0,0,0,0,0,0,0\n{text}");
            assert!(run(&whole).is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_counts_without_dcb() {
        let (facts, _) = run("DCB=no\nDCB_PG_UP2TC=9\nDCB_PFC_ENABLE=yes").unwrap();
        assert!(facts.is_empty());
    }
}
