//! Values as they stand in facts, JSON and key tables, and the types behind them.
//!
//! The model's structs hold typed values (an [`Int`] with its range, a [`Mac`], a
//! word of an enumeration). [`Value`] is their one untyped form: key tables,
//! the fact list and JSON exchange it, [`Scalar`] converts and checks.

use crate::bridge::BridgeVlan;
use crate::secret::Secret;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// An untyped value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text: a name, an address, a word of an enumeration.
    Text(Cow<'static, str>),
    /// A secret; prints as `<hidden>`.
    Secret(Secret),
    /// An ordered list.
    List(Vec<Value>),
    /// Named values in order.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// A text value.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Value::Text(text.into())
    }

    /// The text of a text value.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(t) => Some(t),
            Value::Bool(_) | Value::Int(_) | Value::Secret(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// True when nothing in it needs hiding.
    #[must_use]
    pub fn is_public(&self) -> bool {
        match self {
            Value::Bool(_) | Value::Int(_) | Value::Text(_) => true,
            Value::Secret(_) => false,
            Value::List(items) => items.iter().all(Value::is_public),
            Value::Map(items) => items.iter().all(|(_, v)| v.is_public()),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(b) => b.fmt(f),
            Value::Int(n) => n.fmt(f),
            Value::Text(t) => f.write_str(t),
            Value::Secret(s) => s.fmt(f),
            Value::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    item.fmt(f)?;
                }
                f.write_str("]")
            }
            Value::Map(items) => {
                f.write_str("{")?;
                for (i, (key, item)) in items.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{key}: {item}")?;
                }
                f.write_str("}")
            }
        }
    }
}

/// A value that does not fit its type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not {expected}")]
#[must_use]
pub struct ValueError {
    /// What was found.
    pub found: String,
    /// What the type takes, as a noun phrase ("a whole number from 0 to 4094").
    pub expected: Cow<'static, str>,
}

impl ValueError {
    /// Names what was found and what was expected.
    pub fn new(found: impl fmt::Display, expected: impl Into<Cow<'static, str>>) -> Self {
        ValueError { found: found.to_string(), expected: expected.into() }
    }
}

/// What a value names on a network, by its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Nothing that has a name or an address.
    Nothing,
    /// A link, by its name, hardware address or UUID.
    Link,
    /// A hardware address, or a word in place of one.
    Mac,
    /// An IP address, with or without a prefix length and further words.
    Ip,
}

/// A typed value of the model.
pub trait Scalar: Clone + PartialEq + fmt::Debug {
    /// True for the type of secrets.
    const SECRET: bool = false;
    /// What a value of the type names on a network.
    const HOLDS: Holds = Holds::Nothing;
    /// What the type takes, as a noun phrase.
    fn expected() -> Cow<'static, str>;
    /// The untyped form.
    fn to_value(&self) -> Value;
    /// Reads the canonical text.
    ///
    /// # Errors
    /// The text is not a value of the type.
    fn from_text(text: &str) -> Result<Self, ValueError>;
    /// Takes an untyped value, checking kind and range.
    ///
    /// # Errors
    /// The value is of another kind or out of range.
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Text(text) => Self::from_text(text),
            Value::Int(n) => Self::from_text(&n.to_string()),
            Value::Secret(s) => Self::from_text(s.reveal()).map_err(|e| ValueError::new(s, e.expected)),
            Value::Bool(_) | Value::List(_) | Value::Map(_) => Err(ValueError::new(value, Self::expected())),
        }
    }
}

impl Scalar for bool {
    fn expected() -> Cow<'static, str> {
        "`true` or `false`".into()
    }
    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
    fn from_text(text: &str) -> Result<Self, ValueError> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            other => Err(ValueError::new(other, Self::expected())),
        }
    }
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Bool(b) => Ok(*b),
            Value::Text(t) => Self::from_text(t),
            Value::Int(_) | Value::Secret(_) | Value::List(_) | Value::Map(_) => {
                Err(ValueError::new(value, Self::expected()))
            }
        }
    }
}

/// A whole number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Int<const MIN: i64, const MAX: i64>(i64);

impl<const MIN: i64, const MAX: i64> Int<MIN, MAX> {
    /// The number, when it is in range.
    #[must_use]
    pub fn new(n: i64) -> Option<Self> {
        (MIN..=MAX).contains(&n).then_some(Int(n))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }
}

impl<const MIN: i64, const MAX: i64> Scalar for Int<MIN, MAX> {
    fn expected() -> Cow<'static, str> {
        format!("a whole number from {MIN} to {MAX}").into()
    }
    fn to_value(&self) -> Value {
        Value::Int(self.0)
    }
    fn from_text(text: &str) -> Result<Self, ValueError> {
        text.parse().ok().and_then(Self::new).ok_or_else(|| ValueError::new(text, Self::expected()))
    }
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Int(n) => Self::new(*n).ok_or_else(|| ValueError::new(n, Self::expected())),
            Value::Text(t) => Self::from_text(t),
            Value::Bool(_) | Value::Secret(_) | Value::List(_) | Value::Map(_) => {
                Err(ValueError::new(value, Self::expected()))
            }
        }
    }
}

/// 0 to 255.
pub type U8 = Int<0, 255>;
/// 0 to 65535.
pub type U16 = Int<0, 65535>;
/// 0 to 2³²−1.
pub type U32 = Int<0, 4_294_967_295>;
/// −2³¹ to 2³¹−1.
pub type I32 = Int<-2_147_483_648, 2_147_483_647>;
/// A number that is never negative.
pub type Count = Int<0, { i64::MAX }>;
/// IFLA_MTU; 0 means "leave it to the kernel".
pub type Mtu = U32;
/// An 802.1Q VLAN id; 4095 is reserved.
pub type VlanId = Int<0, 4094>;

impl Scalar for String {
    fn expected() -> Cow<'static, str> {
        "text".into()
    }
    fn to_value(&self) -> Value {
        Value::Text(Cow::Owned(self.clone()))
    }
    fn from_text(text: &str) -> Result<Self, ValueError> {
        Ok(text.to_owned())
    }
}

impl Scalar for Secret {
    const SECRET: bool = true;
    fn expected() -> Cow<'static, str> {
        "a secret".into()
    }
    fn to_value(&self) -> Value {
        Value::Secret(self.clone())
    }
    fn from_text(text: &str) -> Result<Self, ValueError> {
        Ok(Secret::new(text))
    }
}

macro_rules! scalar_by_fromstr {
    ($($ty:ty => $expected:literal holds $holds:ident),* $(,)?) => { $(
        impl Scalar for $ty {
            const HOLDS: Holds = Holds::$holds;
            fn expected() -> Cow<'static, str> { $expected.into() }
            fn to_value(&self) -> Value { Value::Text(Cow::Owned(self.to_string())) }
            fn from_text(text: &str) -> Result<Self, ValueError> {
                <$ty>::from_str(text).map_err(|_| ValueError::new(text, Self::expected()))
            }
        }
    )* };
}

scalar_by_fromstr! {
    IpAddr => "an IP address" holds Ip,
    Ipv4Addr => "an IPv4 address" holds Ip,
    Ipv6Addr => "an IPv6 address" holds Ip,
    InterfaceId => "an interface identifier (`::1`)" holds Nothing,
    BridgeVlan => "VLANs (`10`, `20-29 untagged`, `1 pvid untagged`)" holds Nothing,
    TunnelKey => "a number from 0 to 4294967295, also as a dotted quad" holds Nothing,
    IpNet => "an IP address with a prefix length (`192.0.2.1/24`)" holds Ip,
    Ipv4Net => "an IPv4 address with a prefix length (`192.0.2.1/24`)" holds Ip,
    Ipv6Net => "an IPv6 address with a prefix length (`2001:db8::1/64`)" holds Ip,
    Mac => "a hardware address (`52:54:00:12:34:56`)" holds Mac,
    IfName => "an interface name (1 to 15 bytes without `/`, `:` or blanks)" holds Link,
    LinkRef => "a link's name, MAC address or UUID" holds Link,
    MacSetting => "a MAC address or one of `preserve`, `permanent`, `random`, `stable`, `stable-ssid`" holds Mac,
}

/// The interface identifier of IPv6 addresses (`::42`, ip-token(8)), whatever its spelling. It is no address of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InterfaceId(pub Ipv6Addr);

impl fmt::Display for InterfaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for InterfaceId {
    type Err = NotThat;
    fn from_str(text: &str) -> Result<Self, NotThat> {
        text.parse().map(InterfaceId).map_err(|_| NotThat)
    }
}

/// The key of a GRE or VTI tunnel (IFLA_GRE_IKEY). ip-link(8) and NetworkManager take it as a dotted quad too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TunnelKey(pub u32);

impl fmt::Display for TunnelKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for TunnelKey {
    type Err = NotThat;
    fn from_str(text: &str) -> Result<Self, NotThat> {
        let quad: Option<Ipv4Addr> = text.parse().ok();
        quad.map(u32::from).or_else(|| text.parse().ok()).map(TunnelKey).ok_or(NotThat)
    }
}

/// A link-layer address: 6 bytes (Ethernet), 20 (InfiniBand) or another length
/// up to 32 (MAX_ADDR_LEN). Prints in lower case, as iproute2 does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac {
    len: u8,
    bytes: [u8; 32],
}

impl Mac {
    /// From 1 to 32 bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let len = u8::try_from(bytes.len()).ok().filter(|n| (1..=32).contains(n))?;
        let mut mac = Mac { len, bytes: [0; 32] };
        mac.bytes[..bytes.len()].copy_from_slice(bytes);
        Some(mac)
    }

    /// The address bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, byte) in self.bytes().iter().enumerate() {
            if i > 0 {
                f.write_str(":")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// Text that is not of the type asked for; the caller knows which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotThat;

impl FromStr for Mac {
    type Err = NotThat;
    fn from_str(text: &str) -> Result<Self, NotThat> {
        let mut bytes = Vec::with_capacity(6);
        for part in text.split([':', '-']) {
            if part.is_empty() || part.len() > 2 || !part.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(NotThat);
            }
            bytes.push(u8::from_str_radix(part, 16).map_err(|_| NotThat)?);
        }
        if bytes.len() < 6 {
            return Err(NotThat);
        }
        Mac::new(&bytes).ok_or(NotThat)
    }
}

/// A kernel interface name: 1 to 15 bytes, not `.` or `..`, without `/`, `:` and
/// white space (`dev_valid_name()` in the kernel), and all of it known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IfName(String);

impl IfName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for IfName {
    type Err = NotThat;
    fn from_str(text: &str) -> Result<Self, NotThat> {
        // U+FFFD stands for bytes that are no UTF-8: what the name is, is not known.
        let bad = |c: char| c.is_ascii_whitespace() || ['/', ':', '\x0b', '\0', '\u{fffd}'].contains(&c);
        if text.is_empty() || text.len() > 15 || text == "." || text == ".." || text.contains(bad) {
            return Err(NotThat);
        }
        Ok(IfName(text.to_owned()))
    }
}

/// What to set as a link's address: a MAC, or one of NetworkManager's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MacSetting {
    /// This address.
    Address(Mac),
    /// `preserve`, `permanent`, `random`, `stable` or `stable-ssid` (nm-settings(5)).
    Word(&'static str),
}

/// The words that stand for an address in `cloned-mac-address` (nm-settings(5)).
pub const MAC_WORDS: [&str; 5] = ["preserve", "permanent", "random", "stable", "stable-ssid"];

impl fmt::Display for MacSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MacSetting::Address(mac) => mac.fmt(f),
            MacSetting::Word(word) => f.write_str(word),
        }
    }
}

impl FromStr for MacSetting {
    type Err = NotThat;
    fn from_str(text: &str) -> Result<Self, NotThat> {
        match MAC_WORDS.iter().find(|w| w.eq_ignore_ascii_case(text)) {
            Some(word) => Ok(MacSetting::Word(word)),
            None => text.parse().map(MacSetting::Address),
        }
    }
}

/// A reference to another link; stays unresolved until the checks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LinkRef {
    /// By interface name.
    Name(String),
    /// By hardware address.
    Mac(Mac),
    /// By profile UUID, lower case.
    Uuid(String),
}

impl fmt::Display for LinkRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkRef::Name(name) => f.write_str(name),
            LinkRef::Mac(mac) => mac.fmt(f),
            LinkRef::Uuid(uuid) => f.write_str(uuid),
        }
    }
}

/// True for the 8-4-4-4-12 form.
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

impl FromStr for LinkRef {
    type Err = NotThat;
    fn from_str(text: &str) -> Result<Self, NotThat> {
        if text.is_empty() {
            return Err(NotThat);
        }
        if is_uuid(text) {
            return Ok(LinkRef::Uuid(text.to_ascii_lowercase()));
        }
        Ok(text.parse().map_or_else(|_| LinkRef::Name(text.to_owned()), LinkRef::Mac))
    }
}

/// Declares an enumeration by its words. The first spelling is the model's one;
/// further ones (`| "1"`) are accepted on input.
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident {
        $( $(#[$vmeta:meta])* $variant:ident = $word:literal $(| $other:literal)* ),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( #[doc = concat!("`", $word, "`")] $(#[$vmeta])* $variant ),* }

        impl $name {
            /// All words in the order of their declaration.
            pub const ALL: &'static [$name] = &[$( $name::$variant ),*];

            /// The word.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $( $name::$variant => $word ),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::value::Scalar for $name {
            fn expected() -> std::borrow::Cow<'static, str> {
                concat!("one of", $( " `", $word, "`" ),*).into()
            }
            fn to_value(&self) -> $crate::value::Value {
                $crate::value::Value::Text(std::borrow::Cow::Borrowed(self.as_str()))
            }
            fn from_text(text: &str) -> Result<Self, $crate::value::ValueError> {
                match text {
                    $( $word $(| $other)* => Ok($name::$variant), )*
                    _ => Err($crate::value::ValueError::new(text, Self::expected())),
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_check_their_range() {
        assert_eq!(VlanId::from_text("4094").map(VlanId::get), Ok(4094));
        let error = VlanId::from_text("4095").unwrap_err();
        assert_eq!(error.to_string(), "`4095` is not a whole number from 0 to 4094");
    }

    #[test]
    fn keys_of_tunnels_are_numbers_however_they_are_spelt() {
        let key = |text: &str| text.parse().ok().map(|TunnelKey(number)| number);
        assert_eq!(key("0.0.0.7"), Some(7));
        assert_eq!(key("16909060"), key("1.2.3.4"));
        assert_eq!((key("0x7"), key("4294967296"), key("")), (None, None, None));
    }

    #[test]
    fn names_follow_the_kernel() {
        assert!("eth0".parse::<IfName>().is_ok());
        assert!("eth0:1".parse::<IfName>().is_err());
        assert!("sixteen-chars-xx".parse::<IfName>().is_err());
    }

    #[test]
    fn references_know_what_they_are() {
        assert_eq!("br0".parse(), Ok(LinkRef::Name("br0".into())));
        assert!(matches!("52:54:00:aa:d8:a5".parse(), Ok(LinkRef::Mac(_))));
        assert!(matches!("AD33D8B0-1f7b-cab9-9447-ba07f855b143".parse(), Ok(LinkRef::Uuid(_))));
    }

    #[test]
    fn secrets_stay_hidden_in_values() {
        let value = Value::List(vec![Value::Secret(Secret::new("x"))]);
        assert_eq!(value.to_string(), "[<hidden>]");
        assert!(!value.is_public());
    }
}
