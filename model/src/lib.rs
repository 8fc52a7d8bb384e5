//! The network model of netpivot.
//!
//! One model stands between all formats: parsers fill a [`network::Network`], emitters write one.
//! The model is pure – no I/O – and keeps three things apart that lossy converters mix up: what
//! the input *says* ([`reflect::Said`], with its [`source::Origin`]), what silence *means*
//! ([`defaults`]), and what nobody understood ([`network::Leftover`]).

pub mod bond;
pub mod bridge;
pub mod check;
pub mod codes;
pub mod compare;
pub mod coverage;
pub mod dcb;
pub mod defaults;
pub mod diagnostic;
pub mod dialect;
pub mod dot1x;
pub mod eni;
pub mod ethtool;
pub mod facts;
pub mod format;
pub mod hook;
pub mod ip;
pub mod json;
pub mod link;
pub mod nat;
pub mod neighbor;
pub mod netns;
pub mod network;
pub mod nm;
pub mod ovs;
pub mod path;
pub mod reflect;
pub mod rename;
pub mod route;
pub mod rule;
pub mod samples;
pub mod secret;
pub mod shell;
pub mod source;
pub mod sysctl;
pub mod team;
pub mod value;
pub mod virtual_link;
pub mod virtual_network;
pub mod vlan;
pub mod vocabulary;
pub mod wifi;
pub mod wireguard;
