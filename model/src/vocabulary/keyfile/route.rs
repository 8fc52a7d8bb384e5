//! Options of routes in keyfiles (keyfile.md 10.2; `nm-setting-ip-config.c:ip_route_attribute_spec`).

/// How an option's value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A decimal number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A word, address or prefix.
    Text,
}

/// An option of `routeN_options`.
#[derive(Debug, Clone, Copy)]
pub struct RouteOption {
    /// Its name in the file.
    pub name: &'static str,
    /// The field of [`crate::route::Route`].
    pub field: &'static str,
    /// How its value is written.
    pub kind: Kind,
    /// Whether IPv4 routes have it.
    pub v4: bool,
    /// Whether IPv6 routes have it.
    pub v6: bool,
}

impl RouteOption {
    /// Whether routes of that family have it.
    #[must_use]
    pub fn allows(&self, v6: bool) -> bool {
        if v6 { self.v6 } else { self.v4 }
    }
}

const fn both(name: &'static str, field: &'static str, kind: Kind) -> RouteOption {
    RouteOption { name, field, kind, v4: true, v6: true }
}

const fn v4(name: &'static str, field: &'static str, kind: Kind) -> RouteOption {
    RouteOption { name, field, kind, v4: true, v6: false }
}

/// All options, in the order in which NetworkManager writes them.
pub const OPTIONS: &[RouteOption] = &[
    both("advmss", "advmss", Kind::Number),
    both("cwnd", "cwnd", Kind::Number),
    RouteOption { name: "from", field: "from", kind: Kind::Text, v4: false, v6: true },
    both("initcwnd", "initcwnd", Kind::Number),
    both("initrwnd", "initrwnd", Kind::Number),
    both("lock-advmss", "lock_advmss", Kind::Bool),
    both("lock-cwnd", "lock_cwnd", Kind::Bool),
    both("lock-initcwnd", "lock_initcwnd", Kind::Bool),
    both("lock-initrwnd", "lock_initrwnd", Kind::Bool),
    both("lock-mtu", "lock_mtu", Kind::Bool),
    both("lock-window", "lock_window", Kind::Bool),
    both("mtu", "mtu", Kind::Number),
    both("onlink", "onlink", Kind::Bool),
    both("quickack", "quickack", Kind::Bool),
    both("rto_min", "rto_min", Kind::Number),
    v4("scope", "scope", Kind::Number),
    both("src", "src", Kind::Text),
    both("table", "table", Kind::Number),
    v4("tos", "tos", Kind::Number),
    both("type", "route_type", Kind::Text),
    v4("weight", "weight", Kind::Number),
    both("window", "window", Kind::Number),
];

/// The option of that name in the file.
#[must_use]
pub fn option(name: &str) -> Option<&'static RouteOption> {
    OPTIONS.iter().find(|option| option.name == name)
}

/// The option that writes that field.
#[must_use]
pub fn option_for(field: &str) -> Option<&'static RouteOption> {
    OPTIONS.iter().find(|option| option.field == field)
}

/// Kinds of routes that keyfiles know.
pub const TYPES: [&str; 6] = ["unicast", "local", "blackhole", "unreachable", "prohibit", "throw"];
