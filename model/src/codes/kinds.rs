//! Findings about the keys of particular kinds and features in ifcfg files (numbers 250 to 289).

crate::codes! {
    ETHTOOL_IGNORED "S252" Warning "ethtool-option-ignored":
        "NetworkManager reads only a part of what ETHTOOL_OPTS may hold and skips the rest in silence. What it skipped was not in effect on the host and is not in the output.";
        example: "ETHTOOL_OPTS=\"-A eth0 autoneg off rx off\" under NetworkManager";
    ETHTOOL_FAILS "S253" Warning "ethtool-option-fails":
        "initscripts hand the words to ethtool(8), which refuses them; the setting was never made.";
        example: "ETHTOOL_OPTS=\"-G eth0 rx lots\" under initscripts";
    CERTIFICATE "S254" Warning "certificate-path-shortened":
        "NetworkManager looks for a certificate with a relative name beside the ifcfg file and drops the directories of the name. The output says the path it looked at.";
        example: "IEEE_8021X_CA_CERT=certs/ca.pem, which is /etc/sysconfig/network-scripts/ca.pem";
    PKCS12 "S255" Note "pkcs12-by-name":
        "A PKCS#12 file holds key and certificate, so NetworkManager takes IEEE_8021X_PRIVATE_KEY as client certificate, too. Whether it is such a file is judged by its name here, since the file may not be at hand.";
        example: "IEEE_8021X_PRIVATE_KEY=client.p12 without IEEE_8021X_CLIENT_CERT";
    OWNER_UNKNOWN "S256" Warning "owner-unknown":
        "The owner of a tun or tap device is a name that /etc/passwd does not have, so its number is not known; profiles of NetworkManager take numbers only.";
        example: "OWNER=qemu without such a user";
    BAD_SETTING "S257" Warning "setting-refused-by-tool":
        "initscripts hand the value to ip(8), which refuses it. The device is there without it.";
        example: "MY_INNER_IPADDR=gateway in a file with TYPE=GRE";
    INCOMPLETE "S258" Warning "kind-incomplete":
        "A key is missing without which the device is of little use: the other end of a tunnel, the members of an Open vSwitch bond.";
        example: "TYPE=GRE without PEER_OUTER_IPADDR";
    OVS_LAYERS "S259" Note "ovs-layers-made":
        "Open vSwitch is configured in three layers: bridge, port and interface. initscripts make the lower two on their own; they are profiles of their own in the output.";
        example: "TYPE=OVSBridge with IPADDR";
}
