//! The keys of NetworkManager keyfiles (nm-settings-keyfile(5)).

use crate::defaults::Silence;
use crate::link::Link;
use crate::path::FieldPath;

/// What silence means in a keyfile.
#[must_use]
pub fn default_of(_field: FieldPath, _link: &Link) -> Silence {
    Silence::Unknown
}
