//! Where several facts were read; docs/releases.md has the words.

use super::Source;

macro_rules! sources {
    ($( $name:ident = $title:literal at $address:literal; )*) => {
        $( pub(super) static $name: Source = Source { title: $title, address: $address }; )*
    };
}

sources! {
    LEAPP10 = "leapp-repository, upgrade check RHEL 9 to 10, networkdeprecations/actor.py (1891b89)"
        at "https://github.com/oamg/leapp-repository";
    LEAPP9 = "leapp-repository, upgrade check RHEL 8 to 9, checkifcfg_ifcfg.py (3cb522d)"
        at "https://github.com/oamg/leapp-repository";
    NM_NEWS = "NetworkManager, NEWS"
        at "https://github.com/NetworkManager/NetworkManager";
    NM_CONF_MANUAL = "NetworkManager.conf(5) of 1.52.1"
        at "/usr/share/man/man5/NetworkManager.conf.5.gz";
    NM_DISPATCHER = "NetworkManager-dispatcher(8)"
        at "/usr/share/man/man8/NetworkManager-dispatcher.8.gz";
    RHEL8_LEGACY = "RHEL 8, Configuring and managing networking, Legacy network scripts support in RHEL"
        at "https://docs.redhat.com";
    RHEL8_HOOKS = "RHEL 8.0 release notes, Networking, BZ#1647725; Oracle Linux 8 release notes"
        at "https://docs.redhat.com";
    RHEL10_NAMES = "RHEL 10, Network interface naming schemes"
        at "https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/10/network-network_interface_naming_schemes";
    TEAM_PACKAGES = "CentOS Stream 10, NetworkManager, merge request 114"
        at "https://gitlab.com/redhat/centos-stream/rpms/NetworkManager";
    TEAM_KERNEL = "kernel-ark, merge request 1620"
        at "https://gitlab.com/cki-project/kernel-ark";
    NO_DHCP_CLIENT = "osbuild/images, pull request 683 (RHEL-26304)"
        at "https://github.com/osbuild/images/pull/683";

    SYSCTL_CONF = "sysctl.conf(5) of procps 2:4.0.4-9; systemd 257, debian/changelog"
        at "/usr/share/man/man5/sysctl.conf.5.gz";
    NM_DEBIAN_NEWS = "network-manager 1.52.1-1, NEWS.Debian"
        at "/usr/share/doc/network-manager/NEWS.Debian.gz";
    NM_DEBIAN_CHANGES = "network-manager 1.52.1-1, debian/changelog"
        at "/usr/share/doc/network-manager/changelog.Debian.gz";
    NM_DEBIAN_FILES = "network-manager 1.52.1-1, its list of files"
        at "/var/lib/dpkg/info/network-manager.list";
    IFUPDOWN = "ifupdown 0.8.44+deb13u1, debian/changelog, inet.defn, inet6.defn"
        at "/usr/share/doc/ifupdown/changelog.Debian.gz";
    INTERFACES_MANUAL = "interfaces(5) of ifupdown 0.8.44+deb13u1"
        at "/usr/share/man/man5/interfaces.5.gz";
    ISC_DHCP = "isc-dhcp-client 4.4.3-P1-8, NEWS.Debian"
        at "/usr/share/doc/isc-dhcp-client/NEWS.Debian.gz";
    DHCPCD = "dhcpcd-base 1:10.1.0-11+deb13u4, NEWS.Debian"
        at "/usr/share/doc/dhcpcd-base/NEWS.Debian.gz";
    NAMING_SCHEME = "systemd.net-naming-scheme(7) of systemd 257"
        at "/usr/share/man/man7/systemd.net-naming-scheme.7.gz";
    UDEV_README = "udev 257, README.Debian"
        at "/usr/share/doc/udev/README.Debian.gz";
    RESOLVED_NEWS = "systemd-resolved 257, NEWS.Debian"
        at "/usr/share/doc/systemd-resolved/NEWS.Debian.gz";
    SYSTEMD_NEWS = "systemd 257, NEWS.Debian"
        at "/usr/share/doc/systemd/NEWS.Debian.gz";
    DEBIAN_INDEX = "Debian 13 main, package index"
        at "dists/trixie/main/binary-amd64/Packages.xz";
    BRIDGE_UTILS = "bridge-utils 1.7.1-4, NEWS.Debian"
        at "/usr/share/doc/bridge-utils/NEWS.Debian.gz";

    SLE16 = "Key Differences Between SLE 15 and 16"
        at "https://susedoc.github.io/doc-modular/main/html/SLE-comparison";
    MIGRATION = "suse-migration-services, units/wicked_migration.py"
        at "https://github.com/SUSE/suse-migration-services";
    MIGRATION_NAMES = "suse-migration-services, units/setup_host_network.py"
        at "https://github.com/SUSE/suse-migration-services";
    W2NM_READER = "wicked2nm, src/reader.rs (041d0fb), src/interface.rs (1088aab)"
        at "https://github.com/openSUSE/wicked2nm";
    W2NM_NETCONFIG = "wicked2nm, src/netconfig.rs (01902e0)"
        at "https://github.com/openSUSE/wicked2nm";
    W2NM_TEAM = "wicked2nm, src/team.rs (1f87ad7)"
        at "https://github.com/openSUSE/wicked2nm";
    WICKED_KEYS = "wicked, client/suse/compat-suse.c"
        at "https://github.com/openSUSE/wicked";
    SLE16_CLOUD = "SLE 16 and the public cloud, Networking"
        at "https://www.suse.com/c/sle-16-and-the-public-cloud";
}
