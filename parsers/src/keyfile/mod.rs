//! NetworkManager keyfiles.
