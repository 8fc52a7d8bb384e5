//! The table of names; see the module above.

use super::Form::{
    self, Address, Hundredths, LinkName, LinkNames, Numbered, Plain, SettingName, Unit, UnitFromMinus, YesNo,
};

/// A setting of a group: its field, its name, how its value is told.
pub type Row = (&'static str, &'static str, Form);

const MS: Form = Unit("ms");
const SECONDS: Form = Unit("s");
const BYTES: Form = Unit("bytes");
const PERCENT: Form = Unit("%");
const DEFAULT_MS: Form = UnitFromMinus("ms");
const DEFAULT_BYTES: Form = UnitFromMinus("bytes");
const TRI: Form = Numbered(-1, &["default", "no", "yes"]);
const RESOLVE: Form = Numbered(-1, &["default", "no", "resolve only", "yes"]);
const ON_OFF: Form = Numbered(0, &["off", "on"]);

macro_rules! names {
    ($( $group:ident { $( $field:ident $name:literal $($form:expr)? ; )* } )*) => {
        /// The names of all settings, by the group that they stand in.
        pub static NAMES: &[(&str, &[Row])] = &[
            $( (stringify!($group), &[ $( (stringify!($field), $name, names!(@form $($form)?)) ),* ]), )*
        ];
    };
    (@form) => { Plain };
    (@form $form:expr) => { $form };
}

names! {
    link {
        name "interface name" LinkName;
        netns "network namespace";
        link_netns "network namespace of what is below";
        kind "kind";
        id "profile name" LinkNames;
        uuid "profile UUID";
        managed "managed by NetworkManager" YesNo;
        autoconnect "started automatically" YesNo;
        hotplug "started when the device appears" YesNo;
        up "set up" YesNo;
        alias "description";
        mac "hardware address";
        mac_generate_mask "kept bits of the made-up hardware address";
        promiscuous "promiscuous mode" Numbered(-1, &["default", "off", "on"]);
        mtu "MTU" BYTES;
        controller "controller";
        port_type "port of a";
        zone "firewall zone";
        ovs_external_ids "Open vSwitch external IDs";
        ovs_other_config "Open vSwitch other configuration";
    }
    ip {
        method "method";
        addresses "addresses";
        gateway "gateway";
        dns "name servers" Address;
        dns_search "search domains";
        dns_options "resolver options";
        dns_priority "priority of name servers";
        route_metric "metric of routes";
        route_table "routing table";
        never_default "never the default route" YesNo;
        ignore_auto_routes "automatic routes ignored" YesNo;
        ignore_auto_dns "automatic name servers ignored" YesNo;
        may_fail "may fail" YesNo;
        required_timeout "waited for at least" DEFAULT_MS;
        dad_timeout "duplicate address detection" DEFAULT_MS;
        dhcp_hostname "host name sent by DHCP";
        dhcp_hostname_flags "flags of the host name sent by DHCP";
        dhcp_send_hostname "host name sent by DHCP at all" TRI;
        dhcp_timeout "DHCP timeout" SECONDS;
        dhcp_iaid "DHCP identity association";
        dhcp_dscp "DSCP of DHCP packets";
        dhcp_send_release "DHCP lease released" TRI;
        dhcp_reject_servers "refused DHCP servers" Address;
        dhcp_fqdn "full host name sent by DHCP";
        dhcp_client_id "DHCP client ID";
        dhcp_vendor_class_identifier "DHCP vendor class";
        dhcp_ipv6_only_preferred "IPv6 preferred by DHCP" Numbered(-1, &["default", "no", "yes", "automatic"]);
        link_local "link-local address";
        clat "464XLAT" Numbered(-1, &["default", "no", "automatic", "forced"]);
        auto_route_ext_gw "route to an external gateway" TRI;
        replace_local_rule "rule of the local table replaced" TRI;
        routed_dns "routes to name servers" TRI;
        forwarding "forwarding" Numbered(-1, &["default", "off", "on", "automatic"]);
        shared_dhcp_range "range of the shared DHCP server" Address;
        shared_dhcp_lease_time "lease time of the shared DHCP server" SECONDS;
        accept_ra "router advertisements" Numbered(0, &["ignored", "taken unless forwarding", "taken"]);
        autoconf "autoconfiguration";
        ip6_privacy "temporary addresses" Numbered(-1, &["default", "off", "made", "preferred"]);
        addr_gen_mode "interface identifiers";
        token "interface identifier";
        ra_timeout "wait for router advertisements" SECONDS;
        mtu "MTU" BYTES;
        dhcp_duid "DHCP unique ID";
        dhcp_pd_hint "wanted prefix";
        temp_valid_lifetime "valid lifetime of temporary addresses" SECONDS;
        temp_preferred_lifetime "preferred lifetime of temporary addresses" SECONDS;
    }
    matches {
        mac "for the card";
        mac_denylist "never for the cards";
        interface_name "for interfaces" LinkNames;
        kernel_command_line "for kernel command lines";
        driver "for drivers";
        path "for device paths";
    }
    bond {
        mode "bonding mode";
        miimon "MII monitoring interval" MS;
        updelay "delay before a link is used" MS;
        downdelay "delay before a link is given up" MS;
        peer_notif_delay "delay between peer notifications" MS;
        arp_interval "ARP monitoring interval" MS;
        arp_ip_target "targets of ARP monitoring";
        ns_ip6_target "targets of neighbour monitoring";
        arp_validate "checked ARP replies";
        arp_all_targets "ARP targets that must answer";
        arp_missed_max "missed ARP replies";
        primary "primary port" LinkName;
        primary_reselect "return to the primary port";
        active_port "active port" LinkName;
        fail_over_mac "hardware address at a fail-over";
        use_carrier "state by carrier";
        ad_select "LACP aggregator selection";
        ad_actor_sys_prio "LACP system priority";
        ad_actor_system "LACP system address";
        ad_user_port_key "LACP port key";
        lacp_rate "LACP rate";
        lacp_active "LACP sent unasked";
        min_links "links needed";
        xmit_hash_policy "transmit hash policy";
        resend_igmp "IGMP reports after a fail-over";
        num_peer_notif "peer notifications after a fail-over";
        packets_per_port "packets for each port";
        tlb_dynamic_lb "flows shuffled by load";
        all_ports_active "frames of inactive ports delivered";
        lp_interval "interval of learning packets" SECONDS;
        balance_slb "source load balancing";
    }
    bond_port {
        queue_id "transmit queue of the port";
        prio "fail-over priority of the port";
    }
    bridge {
        stp "spanning tree";
        priority "bridge priority";
        forward_delay "forward delay" Hundredths;
        hello_time "hello time" Hundredths;
        max_age "maximum message age" Hundredths;
        ageing_time "ageing time" Hundredths;
        group_fwd_mask "forwarded link-local groups";
        group_address "group address";
        vlan_filtering "VLAN filtering";
        vlan_default_pvid "default VLAN";
        vlan_protocol "VLAN protocol";
        vlan_stats_enabled "VLAN statistics";
        no_default_vlan "out of its default VLAN" YesNo;
        vlans "VLANs";
        multicast_snooping "multicast snooping";
        multicast_router "multicast router";
        multicast_querier "multicast querier";
        multicast_query_use_ifaddr "multicast queries with its own address";
        multicast_hash_max "size of the multicast table";
        multicast_last_member_count "multicast queries before a member has left";
        multicast_startup_query_count "multicast queries at start";
        multicast_last_member_interval "multicast last-member interval" Hundredths;
        multicast_membership_interval "multicast membership interval" Hundredths;
        multicast_querier_interval "multicast querier interval" Hundredths;
        multicast_query_interval "multicast query interval" Hundredths;
        multicast_query_response_interval "multicast query response interval" Hundredths;
        multicast_startup_query_interval "multicast startup query interval" Hundredths;
        multicast_igmp_version "IGMP version";
        multicast_mld_version "MLD version";
        multicast_stats_enabled "multicast statistics";
        multicast_vlan_snooping "multicast snooping per VLAN";
        vlan_stats_per_port "VLAN statistics per port";
        no_linklocal_learn "link-local addresses not learnt" YesNo;
        mst_enabled "multiple spanning trees";
        nf_call_iptables "IPv4 frames through iptables";
        nf_call_ip6tables "IPv6 frames through ip6tables";
        nf_call_arptables "ARP frames through arptables";
        mac_address "bridge's hardware address";
    }
    bridge_port {
        priority "priority of the port";
        path_cost "path cost of the port";
        hairpin "hairpin mode of the port";
        learning "learning of the port";
        unicast_flood "unknown unicast flooded to the port";
        multicast_flood "multicast flooded to the port";
        broadcast_flood "broadcast flooded to the port";
        multicast_router "multicast router behind the port";
        multicast_fast_leave "multicast groups left at once by the port";
        multicast_to_unicast "multicast to unicast at the port";
        bpdu_guard "BPDU guard of the port";
        root_block "root block of the port";
        isolated "isolated port" YesNo;
        neigh_suppress "neighbours answered for at the port";
        vlan_tunnel "VLANs mapped to tunnels at the port";
        locked "locked port" YesNo;
        proxy_arp "proxy ARP of the port";
        proxy_arp_wifi "wireless proxy ARP of the port";
        group_fwd_mask "forwarded link-local groups of the port";
        vlans "VLANs of the port";
        no_default_vlan "port out of the default VLAN" YesNo;
    }
    team { config "team configuration"; }
    team_port { config "team port configuration"; }
    vlan {
        parent "VLAN on";
        id "VLAN ID";
        protocol "VLAN protocol";
        reorder_hdr "headers reordered";
        gvrp "GVRP";
        loose_binding "loose binding";
        mvrp "MVRP";
        ingress_qos_map "priorities of incoming frames";
        egress_qos_map "priorities of outgoing frames";
    }
    tun {
        mode "tun or tap";
        owner "owner";
        group "group";
        pi "packet information header";
        vnet_hdr "virtio-net header";
        multi_queue "several queues";
    }
    veth { peer "peer"; }
    macvlan {
        parent "macvlan on";
        mode "macvlan mode";
        promiscuous "parent promiscuous";
        tap "macvtap" YesNo;
    }
    ipvlan {
        parent "ipvlan on";
        mode "ipvlan mode";
        private "private mode";
        vepa "VEPA mode";
    }
    vxlan {
        id "VXLAN ID";
        parent "VXLAN on";
        local "local address";
        remote "remote address";
        source_port_min "first source port";
        source_port_max "last source port";
        port "UDP port";
        ageing "lifetime of learnt addresses" SECONDS;
        limit "most learnt addresses";
        tos "type of service";
        ttl "time to live";
        learning "addresses learnt";
        proxy "ARP answered";
        rsc "route short circuit";
        l2miss "misses of layer 2 reported";
        l3miss "misses of layer 3 reported";
    }
    geneve {
        id "GENEVE ID";
        remote "remote address";
        port "UDP port";
        tos "type of service";
        ttl "time to live";
        df "do-not-fragment bit";
    }
    vrf { table "table of the VRF"; }
    ip_tunnel {
        mode "tunnel mode";
        parent "tunnel on";
        local "local address";
        remote "remote address";
        ttl "time to live";
        tos "type of service";
        pmtudisc "path MTU discovery";
        ikey "input key";
        okey "output key";
        encap_limit "encapsulation limit";
        flow_label "flow label";
        fwmark "firewall mark";
        flags "tunnel flags";
    }
    macsec {
        parent "MACsec on";
        mode "keys from";
        encrypt "encryption";
        mka_cak "connectivity association key";
        mka_cak_flags "keeper of the connectivity association key";
        mka_ckn "name of the connectivity association key";
        port "port of the SCI";
        validation "validation";
        send_sci "SCI sent";
        offload "offload" Numbered(-1, &["default", "off", "phy", "mac"]);
    }
    hsr {
        port1 "first port";
        port2 "second port";
        interlink "interlink port";
        multicast_spec "supervision address";
        prp "parallel redundancy protocol";
        protocol_version "HSR version" Numbered(-1, &["default", "2010", "2012"]);
    }
    infiniband {
        transport_mode "transport mode";
        p_key "partition key";
        parent "partition of";
    }
    generic { device_handler "device handler"; }
    unsupported { source_type "kind in the source"; }
    ovs_bridge {
        fail_mode "without a controller";
        mcast_snooping_enable "multicast snooping";
        rstp_enable "rapid spanning tree";
        stp_enable "spanning tree";
        datapath_type "datapath";
    }
    ovs_port {
        tag "access VLAN";
        vlan_mode "VLAN mode";
        trunks "trunked VLANs";
        lacp "LACP";
        bond_mode "bonding mode";
        bond_updelay "delay before a link is used" MS;
        bond_downdelay "delay before a link is given up" MS;
    }
    ovs_interface {
        interface_type "Open vSwitch type";
        ofport_request "OpenFlow port";
        patch_peer "peer of the patch" LinkName;
        tunnel_options "tunnel options" Address;
        dpdk_devargs "DPDK device";
        dpdk_n_rxq "DPDK receive queues";
        dpdk_n_rxq_desc "DPDK receive descriptors";
        dpdk_n_txq_desc "DPDK transmit descriptors";
        dpdk_lsc_interrupt "DPDK link state interrupt";
    }
    wireguard {
        private_key "private key";
        private_key_flags "keeper of the private key";
        listen_port "UDP port";
        fwmark "firewall mark";
        peer_routes "routes to peers";
        ip4_auto_default_route "IPv4 default route by policy" TRI;
        ip6_auto_default_route "IPv6 default route by policy" TRI;
        peers "peer";
    }
    wireguard_peers {
        public_key "public key";
        endpoint "endpoint" Address;
        preshared_key "pre-shared key";
        preshared_key_flags "keeper of the pre-shared key";
        persistent_keepalive "keepalive interval" SECONDS;
        allowed_ips "allowed addresses";
    }
    wifi {
        ssid_hex "SSID in hexadecimal";
        mode "wireless mode";
        band "wireless band";
        channel "wireless channel";
        bssid "access point";
        hidden "hidden network" YesNo;
        powersave "power saving" Numbered(0, &["default", "left alone", "off", "on"]);
        mac_address_randomization "random hardware address" Numbered(0, &["default", "never", "always"]);
        wake_on_wlan "wake on wireless LAN";
        ap_isolation "clients isolated" TRI;
        channel_width "channel width";
        rate "wireless rate";
        tx_power "wireless power";
    }
    wifi_security {
        key_mgmt "key management";
        psk "pre-shared key";
        psk_flags "keeper of the pre-shared key";
        proto "WPA protocols";
        pairwise "pairwise ciphers";
        group "group ciphers";
        auth_alg "authentication";
        pmf "protected management frames" Numbered(0, &["default", "off", "optional", "required"]);
        fils "fast initial link setup" Numbered(0, &["default", "off", "optional", "required"]);
        wps_method "WPS methods";
        wep_key0 "WEP key 1";
        wep_key1 "WEP key 2";
        wep_key2 "WEP key 3";
        wep_key3 "WEP key 4";
        wep_key_flags "keeper of the WEP keys";
        wep_key_type "form of the WEP keys" Numbered(0, &["unknown", "key", "passphrase"]);
        wep_tx_keyidx "index of the sent WEP key";
        leap_username "LEAP user";
        leap_password "LEAP password";
        leap_password_flags "keeper of the LEAP password";
    }
    dot1x {
        eap "EAP methods";
        identity "identity";
        anonymous_identity "anonymous identity";
        password "password";
        password_flags "keeper of the password";
        password_raw "password as bytes";
        password_raw_flags "keeper of the password as bytes";
        pac_file "PAC file";
        ca_cert "CA certificate";
        ca_cert_password "password of the CA certificate";
        ca_cert_password_flags "keeper of the password of the CA certificate";
        ca_path "directory of CA certificates";
        system_ca_certs "CA certificates of the system";
        client_cert "client certificate";
        client_cert_password "password of the client certificate";
        client_cert_password_flags "keeper of the password of the client certificate";
        private_key "private key";
        private_key_password "password of the private key";
        private_key_password_flags "keeper of the password of the private key";
        subject_match "subject of the server";
        altsubject_matches "alternative subjects of the server";
        domain_match "domain of the server";
        domain_suffix_match "domain suffix of the server";
        phase1_peapver "PEAP version";
        phase1_peaplabel "PEAP label";
        phase1_fast_provisioning "EAP-FAST provisioning";
        phase1_auth_flags "flags of the outer authentication";
        phase2_auth "inner authentication";
        phase2_autheap "inner EAP method";
        phase2_ca_cert "inner CA certificate";
        phase2_ca_cert_password "password of the inner CA certificate";
        phase2_ca_cert_password_flags "keeper of the password of the inner CA certificate";
        phase2_ca_path "directory of inner CA certificates";
        phase2_client_cert "inner client certificate";
        phase2_client_cert_password "password of the inner client certificate";
        phase2_client_cert_password_flags "keeper of the password of the inner client certificate";
        phase2_private_key "inner private key";
        phase2_private_key_password "password of the inner private key";
        phase2_private_key_password_flags "keeper of the password of the inner private key";
        phase2_subject_match "subject of the inner server";
        phase2_altsubject_matches "alternative subjects of the inner server";
        phase2_domain_match "domain of the inner server";
        phase2_domain_suffix_match "domain suffix of the inner server";
        pin "PIN";
        pin_flags "keeper of the PIN";
        auth_timeout "authentication timeout" SECONDS;
        optional "authentication optional" YesNo;
        openssl_ciphers "OpenSSL ciphers";
    }
    dcb {
        app_fcoe_flags "FCoE flags";
        app_fcoe_priority "FCoE priority";
        app_fcoe_mode "FCoE mode";
        app_iscsi_flags "iSCSI flags";
        app_iscsi_priority "iSCSI priority";
        app_fip_flags "FIP flags";
        app_fip_priority "FIP priority";
        priority_flow_control_flags "flags of priority flow control";
        priority_flow_control "priority flow control" ON_OFF;
        priority_group_flags "flags of priority groups";
        priority_group_id "priority groups";
        priority_group_bandwidth "bandwidth of priority groups" PERCENT;
        priority_bandwidth "bandwidth of priorities" PERCENT;
        priority_strict_bandwidth "strict bandwidth of priorities" ON_OFF;
        priority_traffic_class "traffic classes of priorities";
    }
    eni {
        classes "classes";
        alias_starts "start of aliases" LinkNames;
        devices "devices" LinkNames;
        logical "for a device of another name" YesNo;
        renamed_from "renamed from" LinkName;
        bridge_ports "ports among the host's interfaces" LinkNames;
        no_auto_down "left up by ifdown -a" YesNo;
        goes_down "set down by ifdown" YesNo;
        no_scripts "scripts of packages left out" YesNo;
        bridge_maxwait "longest wait for forwarding ports" SECONDS;
        bridge_waitport "wait for ports to appear" LinkNames;
        dad_attempts "looks for duplicate addresses";
        dad_interval "interval of looks for duplicate addresses";
        ll_attempts "looks for a link-local address";
        ll_interval "interval of looks for a link-local address";
        stateless_dhcp6 "stateless DHCPv6";
        request_prefix "prefix asked of DHCPv6";
        leasetime "lease time asked of DHCP" SECONDS;
    }
    ethtool {
        autoneg "autonegotiation";
        speed "speed" Unit("Mb/s");
        duplex "duplex";
        port "port of the card";
        wol "wake-on-LAN bits";
        wol_password "wake-on-LAN password";
        features "offload features";
        coalesce "interrupt coalescing";
        ring "ring sizes";
        channels "channels";
        pause "pause frames";
        eee "energy-efficient Ethernet";
        fec "forward error correction bits";
    }
    s390 {
        subchannels "subchannels";
        nettype "s390 device type";
        options "s390 options";
    }
    sriov {
        total_vfs "virtual functions";
        autoprobe_drivers "drivers for virtual functions" TRI;
        vfs "settings of virtual functions";
        eswitch_mode "switch mode" Numbered(-1, &["kept", "legacy", "switchdev"]);
        eswitch_inline_mode "inline mode of the switch" Numbered(-1, &["kept", "none", "link", "network", "transport"]);
        eswitch_encap_mode "encapsulation mode of the switch" Numbered(-1, &["kept", "none", "basic"]);
        preserve_on_down "virtual functions kept when down" TRI;
    }
    attributes {
        tx_queue_length "transmit queue length" UnitFromMinus("packets");
        gso_max_size "largest GSO packet" DEFAULT_BYTES;
        gso_max_segments "most GSO segments" UnitFromMinus("segments");
        gro_max_size "largest GRO packet" DEFAULT_BYTES;
    }
    tc {
        replace "traffic control replaced" YesNo;
        qdiscs "queueing disciplines";
        filters "traffic filters";
    }
    nm {
        autoconnect_priority "priority of the start";
        autoconnect_retries "retries of the start";
        autoconnect_ports "ports started along" TRI;
        multi_connect "several devices at once" Numbered(0, &["default", "no", "by hand", "yes"]);
        permissions "permissions";
        stable_id "stable ID";
        secondaries "secondary profiles";
        metered "metered" Numbered(0, &["unknown", "yes", "no", "guessed yes", "guessed no"]);
        lldp "LLDP" TRI;
        mdns "multicast DNS" RESOLVE;
        llmnr "LLMNR" RESOLVE;
        dns_over_tls "DNS over TLS" Numbered(-1, &["default", "no", "opportunistic", "yes"]);
        dnssec "DNSSEC" Numbered(-1, &["default", "no", "allow downgrade", "yes"]);
        mptcp_flags "MPTCP flags";
        gateway_ping_timeout "wait for the gateway's answer" SECONDS;
        ip_ping_timeout "wait for answers" SECONDS;
        ip_ping_addresses "addresses that must answer" Address;
        ip_ping_addresses_require_all "all addresses must answer" TRI;
        wait_device_timeout "wait for the device" DEFAULT_MS;
        wait_activation_delay "delay of the start" DEFAULT_MS;
        auth_retries "retries of authentication";
        mud_url "MUD URL";
        down_on_poweroff "down at power-off" TRI;
        timestamp "last activation";
        user_data "user data";
        proxy_method "proxy method" Numbered(0, &["none", "automatic"]);
        proxy_browser_only "proxy for browsers only" YesNo;
        pac_url "proxy configuration URL";
        pac_script "proxy configuration script";
        hostname_priority "priority of the host name";
        hostname_from_dhcp "host name from DHCP" TRI;
        hostname_from_dns_lookup "host name from DNS" TRI;
        hostname_only_from_default "host name with the default route only" TRI;
        prefix_delegation_subnet_id "subnet of the delegated prefix";
    }
    netns { name "name"; }
    routes {
        netns "network namespace";
        dst "destination";
        route_type "type";
        gateway "gateway";
        dev "interface" LinkName;
        metric "metric";
        table "table";
        protocol "protocol";
        scope "scope";
        src "source address";
        from "source prefix";
        tos "type of service";
        onlink "gateway on the link" YesNo;
        mtu "MTU" BYTES;
        lock_mtu "MTU locked" YesNo;
        advmss "advertised MSS" BYTES;
        lock_advmss "advertised MSS locked" YesNo;
        window "window" BYTES;
        lock_window "window locked" YesNo;
        cwnd "congestion window";
        lock_cwnd "congestion window locked" YesNo;
        initcwnd "initial congestion window";
        lock_initcwnd "initial congestion window locked" YesNo;
        initrwnd "initial receive window";
        lock_initrwnd "initial receive window locked" YesNo;
        rto_min "least retransmission timeout" MS;
        quickack "quick acknowledgement";
        weight "weight";
        realms "realms";
        pref "router preference";
        nexthops "next hop";
        attributes "attributes";
    }
    routes_nexthops {
        gateway "gateway";
        dev "interface" LinkName;
        weight "weight";
        onlink "gateway on the link" YesNo;
    }
    rules {
        netns "network namespace";
        family "family";
        priority "priority";
        not "inverted" YesNo;
        from "from";
        to "to";
        iif "incoming interface" LinkName;
        oif "outgoing interface" LinkName;
        fwmark "firewall mark";
        fwmask "mask of the firewall mark";
        tos "type of service";
        ipproto "IP protocol";
        sport "source port";
        dport "destination port";
        uidrange "users";
        action "action";
        table "table";
        suppress_prefixlength "suppressed prefix length";
        suppress_ifgroup "suppressed interface group";
        goto "rule to go on with";
        realms "realms";
        protocol "protocol";
        l3mdev "by VRF" YesNo;
        tun_id "tunnel ID";
        attributes "attributes";
    }
    neighbors {
        netns "network namespace";
        dst "address";
        lladdr "hardware address";
        dev "interface" LinkName;
        state "state";
        proxy "proxy" YesNo;
        router "router" YesNo;
    }
    fdb {
        netns "network namespace";
        lladdr "hardware address";
        dev "interface" LinkName;
        master "of the bridge" YesNo;
        vlan "VLAN";
        dst "remote address";
        vni "VXLAN ID";
        port "UDP port";
        via "through" LinkName;
        state "state";
        flags "flags";
        nhid "next hop group";
    }
    nat {
        netns "network namespace";
        family "family";
        action "action";
        backend "held by";
        source "source";
        not_source "all sources but that" YesNo;
        destination "destination";
        not_destination "all destinations but that" YesNo;
        in_interface "incoming interface" LinkName;
        out_interface "outgoing interface" LinkName;
        not_out_interface "all outgoing interfaces but that" YesNo;
        protocol "protocol";
        source_port "source port";
        destination_port "destination port";
        to "new address" Address;
        to_ports "new ports";
        random "random ports" YesNo;
        matches "further matches";
    }
    sysctls {
        netns "network namespace";
        key "name" SettingName;
        value "value";
    }
    hooks {
        phase "when";
        stanza "stanza" LinkNames;
        command "command";
    }
    virtual_networks {
        name "name";
        uuid "UUID";
        forward "forwarding";
        forward_dev "forwards to" LinkName;
        forward_interfaces "shared devices" LinkNames;
        autostart "started at boot" YesNo;
        bridge "bridge" LinkName;
    }
    dhcp_servers {
        family "family";
        router_advertisements "router advertisements";
        offers_router "offered as router" YesNo;
        ranges "range";
        hosts "host";
        boot_file "boot file";
        boot_server "boot server" Address;
        tftp_root "TFTP directory";
    }
    dhcp_servers_ranges {
        start "first address";
        end "last address";
        lease_time "lease time" SECONDS;
    }
    dhcp_servers_hosts {
        mac "hardware address";
        id "DUID";
        name "name";
        address "address";
        lease_time "lease time" SECONDS;
    }
    dns_servers {
        enabled "answers" YesNo;
        forwards "forwards" YesNo;
        domain "domain";
        local_only "domain never forwarded" YesNo;
        forward_plain_names "plain names forwarded" YesNo;
        forwarders "forwarder";
        hosts "host";
        txt "TXT record";
        srv "SRV record";
        options "further options";
    }
    dns_servers_forwarders {
        address "address";
        domain "domain";
    }
    dns_servers_hosts {
        address "address";
        names "names";
    }
    dns_servers_txt {
        name "name";
        value "text";
    }
    dns_servers_srv {
        service "service";
        protocol "protocol";
        domain "domain";
        target "host";
        port "port";
        priority "priority";
        weight "weight";
    }
    guest_interfaces {
        domain "guest";
        interface_type "type";
        mac "hardware address";
        bridge "bridge" LinkName;
        network "virtual network";
        portgroup "port group";
        dev "device" LinkName;
        mode "mode";
        target "device on the host" LinkName;
        managed "made by libvirt" YesNo;
        model "model";
        vlan_tags "VLANs";
        vlan_trunk "VLAN trunk" YesNo;
        mtu "MTU" BYTES;
        link_up "cable plugged in" YesNo;
    }
}
