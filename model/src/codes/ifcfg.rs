//! Findings about RHEL's ifcfg files as a whole: reading, identity, kinds (numbers 100 to 179).

crate::codes! {
    QUOTING "P100" Warning "readers-see-other-text":
        "The two programs that read ifcfg files see different text in this line: bash evaluates quotes, variables and continuations, NetworkManager has a simpler reader that empties or skips what it does not understand.";
        example: "ETHTOOL_OPTS=\"-K ${DEVICE} gro off\"";
    BAD_VALUE "S100" Warning "value-not-understood":
        "The value is not one that the key takes. The program in charge falls back to the default, and so does the output.";
        example: "MTU=big";
    FOREIGN_BOOLEAN "S101" Warning "boolean-of-initscripts":
        "`on` and `off` are truth values for initscripts only. NetworkManager falls back to the key's default, so `ONBOOT=off` starts the link.";
        example: "ONBOOT=off";
}
