# Networks for kinds.rs, each for a namespace of its own: every kind of link, setting and entry that scripts of ip commands say.

## bond-balance-rr
ip link add d0 type dummy
ip link add d1 type dummy
ip link add bond0 type bond mode balance-rr miimon 100 updelay 200 downdelay 300 peer_notify_delay 400 use_carrier 0 packets_per_slave 3 all_slaves_active 1 resend_igmp 5 min_links 1
ip link set dev d0 master bond0
ip link set dev d1 master bond0
ip link set dev d1 type bond_slave queue_id 4
ip link set dev bond0 mtu 1400
ip link set dev bond0 up
ip addr add 192.0.2.1/24 dev bond0

## bond-active-backup
ip link add d0 type dummy
ip link add d1 type dummy
ip link add bond0 type bond mode active-backup arp_interval 200 arp_ip_target 192.0.2.7,192.0.2.8 arp_validate active arp_all_targets all arp_missed_max 4 primary_reselect better fail_over_mac active num_grat_arp 3
ip link set dev d0 master bond0
ip link set dev d1 master bond0
ip link set dev bond0 type bond primary d1
ip link set dev d0 type bond_slave prio -5

## bond-active-port
ip link add d0 type dummy
ip link add d1 type dummy
ip link add bond0 type bond mode active-backup miimon 100 fail_over_mac follow
ip link set dev d0 master bond0
ip link set dev d1 master bond0
ip link set dev bond0 type bond active_slave d0
ip link set dev bond0 up
ip link add bond1 type bond mode active-backup arp_interval 300 ns_ip6_target 2001:db8::7,2001:db8::8 arp_validate all

## bond-balance-xor
ip link add d0 type dummy
ip link add bond0 type bond mode balance-xor xmit_hash_policy layer2+3 miimon 50
ip link set dev d0 master bond0
ip link set dev bond0 up
ip link add bond1 type bond mode balance-xor xmit_hash_policy vlan+srcmac
ip link add bond2 type bond mode balance-xor xmit_hash_policy encap3+4

## bond-broadcast
ip link add d0 type dummy
ip link add bond0 type bond mode broadcast arp_interval 100 arp_ip_target 192.0.2.9
ip link set dev d0 master bond0

## bond-802.3ad
ip link add d0 type dummy
ip link add d1 type dummy
ip link add bond0 type bond mode 802.3ad lacp_rate fast ad_select bandwidth xmit_hash_policy layer3+4 min_links 1 ad_actor_sys_prio 77 ad_user_port_key 5 ad_actor_system 02:00:00:00:00:99 lacp_active off miimon 100
ip link set dev d0 master bond0
ip link set dev d1 master bond0
ip link set dev bond0 up
ip link add bond1 type bond mode 802.3ad lacp_rate slow ad_select count
ip link add link bond0 name bond0.5 type vlan id 5
ip link set dev bond0.5 up

## bond-balance-tlb
ip link add d0 type dummy
ip link add bond0 type bond mode balance-tlb tlb_dynamic_lb 0 lp_interval 5 miimon 100
ip link set dev d0 master bond0
ip link set dev bond0 up

## bond-balance-alb
ip link add d0 type dummy
ip link add d1 type dummy
ip link add bond0 type bond mode balance-alb miimon 100 primary_reselect failure
ip link set dev d0 master bond0
ip link set dev d1 master bond0
ip link set dev bond0 type bond primary d0
ip link set dev bond0 up

## vlan
ip link add d0 type dummy
ip link set dev d0 up
ip link add link d0 name d0.5 type vlan id 5
ip link add link d0 name q type vlan id 6 protocol 802.1ad
ip link add link q name q.7 type vlan id 7 reorder_hdr off gvrp on mvrp on loose_binding on ingress-qos-map 1:2 3:4 egress-qos-map 5:6 0:7
ip link add link d0 name odd.name type vlan id 4094 gvrp on
ip link set dev d0.5 mtu 1300
ip link set dev d0.5 up
ip link set dev q up
ip link set dev q.7 up
ip addr add 192.0.2.1/24 dev q.7
ip addr add 2001:db8::1/64 dev odd.name nodad
ip link set dev odd.name up

## vrf
ip link add blue type vrf table 10
ip link add red type vrf table 4000000000
ip link add d0 type dummy
ip link add d1 type dummy
ip link set dev d0 master blue
ip link set dev d1 master red
ip link set dev blue up
ip link set dev red up
ip link set dev d0 up
ip link set dev d1 up
ip addr add 192.0.2.1/24 dev d0
ip addr add 192.0.2.1/24 dev d1
ip route add 10.1.0.0/16 via 192.0.2.2 dev d0 table 10
ip route add default via 192.0.2.3 dev d1 table 4000000000
ip -4 route add unreachable default metric 4278198272 table 10

## macvlan
ip link add d0 type dummy
ip link add d1 type dummy
ip link add d2 type dummy
ip link set dev d0 up
ip link add link d0 name m1 type macvlan mode private
ip link add link d0 name m2 type macvlan mode vepa
ip link add link d0 name m3 type macvlan mode bridge
ip link add link d1 name m4 type macvlan mode passthru nopromisc
ip link add link d0 name m5 type macvlan mode source
ip link add link d0 name t1 type macvtap mode vepa
ip link add link d0 name t2 type macvtap mode private
ip link add link d0 name t3 type macvtap mode bridge
ip link add link d2 name t4 type macvtap mode passthru
ip link set dev m3 up
ip link set dev t3 up
ip addr add 192.0.2.9/24 dev m3

## ipvlan
ip link add d0 type dummy
ip link add d1 type dummy
ip link add d2 type dummy
ip link add d3 type dummy
ip link set dev d0 up
ip link add link d0 name i1 type ipvlan mode l2
ip link add link d1 name i2 type ipvlan mode l3 private
ip link add link d2 name i3 type ipvlan mode l3s vepa
ip link add link d3 name i4 type ipvlan mode l2 bridge
ip link set dev i1 up
ip addr add 192.0.2.5/24 dev i1

## vxlan
ip link add d0 type dummy
ip addr add 192.0.2.1/24 dev d0
ip addr add 2001:db8::1/64 dev d0 nodad
ip link set dev d0 up
ip link add vx1 type vxlan id 1 dev d0 group 239.1.1.1 dstport 4789 ttl 5 tos 0x10 ageing 120 maxaddress 500
ip link add vx2 type vxlan id 2 local 192.0.2.1 remote 192.0.2.9 dstport 4789 srcport 40000 50000 nolearning
ip link add vx3 type vxlan id 3 dstport 4790 local 192.0.2.1 proxy rsc l2miss l3miss
ip link add vx4 type vxlan id 16777215 remote 2001:db8::9 local 2001:db8::1 dstport 8472
ip link add vx5 type vxlan id 5 dstport 4791 ttl auto dev d0
ip link set dev vx2 up
bridge fdb append 00:00:00:00:00:00 dev vx2 dst 192.0.2.10
bridge fdb append 00:00:00:00:00:00 dev vx2 dst 192.0.2.11 port 4799 vni 77 via d0
bridge fdb append 02:00:00:00:00:05 dev vx4 dst 2001:db8::10

## geneve
ip link add g1 type geneve id 9 remote 192.0.2.9 ttl 7 tos 0x20 df set dstport 6082
ip link add g2 type geneve id 10 remote 2001:db8::9
ip link add g3 type geneve id 11 remote 192.0.2.8 df inherit ttl 255
ip link add g4 type geneve id 12 remote 192.0.2.7 df unset ttl auto dstport 6081
ip link set dev g1 up

## gre
ip link add d0 type dummy
ip addr add 192.0.2.1/24 dev d0
ip link set dev d0 up
ip link add t1 type gre remote 192.0.2.5 local 192.0.2.1 ttl 9 key 7 dev d0 tos 0x10
ip link add t2 type gre local 192.0.2.1 nopmtudisc
ip link add t3 type gre remote 192.0.2.6 ikey 1 okey 1.2.3.4 tos inherit fwmark 5
ip link add t4 type gretap remote 192.0.2.7 local 192.0.2.1 ttl 64 ikey 11
ip link add t5 type gretap remote 192.0.2.8 local 192.0.2.1 nopmtudisc okey 12
ip link set dev t1 up
ip addr add 10.0.0.1/30 dev t1
ip route add 10.9.0.0/16 dev t1

## ipip-sit-vti
ip link add d0 type dummy
ip addr add 192.0.2.1/24 dev d0
ip link set dev d0 up
ip link add t1 type ipip remote 192.0.2.6 local 192.0.2.1 dev d0
ip link add t2 type ipip remote 192.0.2.7 local 192.0.2.1 ttl 33 tos 0x20 fwmark 3
ip link add t3 type ipip remote 192.0.2.8 nopmtudisc tos inherit
ip link add t4 type sit remote 192.0.2.9 local 192.0.2.1 ttl 64
ip link add t5 type sit local 192.0.2.1
ip link add t6 type sit remote 192.0.2.10 nopmtudisc
ip link add t7 type vti remote 192.0.2.11 local 192.0.2.1 ikey 3 okey 4 fwmark 9
ip link add t8 type vti remote 192.0.2.12 local 192.0.2.1 key 5 dev d0
ip link set dev t1 up
ip link set dev t1 mtu 1400
ip addr add 10.0.0.1 peer 10.0.0.2 dev t1

## tunnels-over-ipv6
ip link add d0 type dummy
ip addr add 2001:db8::1/64 dev d0 nodad
ip link set dev d0 up
ip link add t1 type ip6tnl remote 2001:db8::7 local 2001:db8::1 mode ipip6 encaplimit 2 hoplimit 5 tclass 0x10 flowlabel 0x1234 dev d0
ip link add t2 type ip6tnl remote 2001:db8::8 local 2001:db8::1 mode ip6ip6 encaplimit none dscp inherit
ip link add t3 type ip6gre remote 2001:db8::9 local 2001:db8::1 key 5 ttl 9 tclass 0x20
ip link add t4 type ip6gre remote 2001:db8::a local 2001:db8::1 ikey 1 okey 2 encaplimit 7 flowlabel 0x55 fwmark 6
ip link add t5 type ip6gretap remote 2001:db8::b local 2001:db8::1
ip link add t6 type ip6gretap remote 2001:db8::c local 2001:db8::1 encaplimit none okey 9 dev d0
ip link add t7 type vti6 remote 2001:db8::d local 2001:db8::1 ikey 4 okey 5 dev d0
ip link add t8 type ip6tnl remote 2001:db8::e local 2001:db8::1 mode ip6ip6 fwmark 8 tclass inherit flowlabel inherit
ip link add t9 type ip6gre remote 2001:db8::f local 2001:db8::1 tclass inherit flowlabel inherit fwmark inherit dscp inherit encaplimit none
ip link set dev t2 up
ip addr add 2001:db8:1::1/64 dev t2 nodad

## bridge
ip link add br0 type bridge stp_state 1 priority 4096 forward_delay 300 hello_time 100 max_age 700 ageing_time 12000 group_fwd_mask 8 group_address 01:80:c2:00:00:0d no_linklocal_learn 1 nf_call_iptables 1 nf_call_ip6tables 1 nf_call_arptables 1
ip link add br1 type bridge mcast_snooping 0 mcast_router 2 mcast_stats_enabled 1
ip link add br2 type bridge mcast_querier 1 mcast_query_use_ifaddr 1 mcast_hash_max 512 mcast_last_member_count 3 mcast_startup_query_count 4 mcast_last_member_interval 200 mcast_membership_interval 20000 mcast_querier_interval 20000 mcast_query_interval 6000 mcast_query_response_interval 500 mcast_startup_query_interval 2000 mcast_igmp_version 3 mcast_mld_version 2
ip link add d0 type dummy
ip link add d1 type dummy
ip link set dev d0 master br0
ip link set dev d1 master br0
ip link set dev d0 type bridge_slave priority 16 cost 7 hairpin on guard on root_block on fastleave on learning off flood off mcast_flood off bcast_flood off mcast_to_unicast on
ip link set dev d1 type bridge_slave neigh_suppress on isolated on locked on proxy_arp on proxy_arp_wifi on mcast_router 2 group_fwd_mask 16384 vlan_tunnel on
ip link set dev d0 up
ip link set dev d1 up
ip link set dev br0 up
ip addr add 192.0.2.1/24 dev br0
bridge fdb add 02:00:00:00:00:77 dev d0 master static

## bridge-vlans
ip link add br0 type bridge vlan_filtering 1 vlan_protocol 802.1ad vlan_default_pvid 5 vlan_stats_enabled 1 vlan_stats_per_port 1 mcast_vlan_snooping 1
ip link add br1 type bridge vlan_filtering 1 vlan_default_pvid 0
ip link add br2 type bridge vlan_filtering 1
ip link add d0 type dummy
ip link add d1 type dummy
ip link add d2 type dummy
ip link add d3 type dummy
ip link set dev d0 master br0
ip link set dev d1 master br1
ip link set dev d2 master br2
ip link set dev d3 master br2
bridge vlan add dev d0 vid 10-20
bridge vlan add dev d0 vid 30 pvid untagged
bridge vlan del dev d0 vid 5
bridge vlan add dev br0 vid 40 self
bridge vlan add dev d1 vid 7 untagged
bridge vlan del dev br2 vid 1 self
bridge vlan add dev br2 vid 9 self pvid untagged
bridge vlan add dev d3 vid 2
ip link set dev d0 up
ip link set dev d2 up
ip link set dev br0 up
ip link set dev br2 up
bridge fdb add 02:00:00:00:00:78 dev d0 master static vlan 10
bridge fdb add 02:00:00:00:00:79 dev d2 master static sticky
ip link add link br2 name br2.9 type vlan id 9
ip link set dev br2.9 up

## veth
ip netns add n1
ip netns add n2
ip link add a0 type veth peer name a1
ip link add b0 type veth peer name b1 netns n1
ip -n n1 link add c0 type veth peer name c1 netns n2
ip link set dev a0 up
ip link set dev a1 up
ip link set dev a0 mtu 9000
ip link set dev b0 up
ip -n n1 link set dev b1 up
ip -n n1 link set dev lo up
ip addr add 192.0.2.1/24 dev b0
ip -n n1 addr add 192.0.2.2/24 dev b1
ip -n n1 route add default via 192.0.2.1
ip -n n1 -6 addr add 2001:db8::2/64 dev b1 nodad
ip -n n2 link set dev c1 up
ip -n n1 link set dev c0 up
ip -n n1 link add br0 type bridge
ip -n n1 link set dev c0 master br0
ip -n n1 rule add pref 70 from 192.0.2.0/24 table 70
ip -n n1 route add 10.70.0.0/16 via 192.0.2.1 table 70
ip -n n2 route add blackhole 10.71.0.0/16

## moved-into-namespaces
ip netns add n1
ip link add d0 type dummy
ip link set dev d0 up
ip link add link d0 name mv0 type macvlan mode bridge
ip link set dev mv0 netns n1
ip -n n1 link set dev mv0 up
ip -n n1 addr add 192.0.2.9/24 dev mv0
ip link add link d0 name d0.5 type vlan id 5
ip link set dev d0.5 netns n1
ip -n n1 link add d1 type dummy
ip -n n1 link add link d1 name d1.7 type vlan id 7
ip -n n1 link add vx0 type vxlan id 7 dstport 4789 local 192.0.2.9

## made-in-one-namespace-for-another
ip netns add n1
ip netns add n2
ip link add d0 type dummy
ip -n n1 link add d0 type dummy
ip -n n2 link add d0 type dummy
ip link add link d0 name mv0 netns n1 type macvlan mode bridge
ip -n n2 link add link d0 name mv1 netns n1 type macvlan mode private
ip link add d9 type dummy
ip link add link d9 name iv0 netns n2 type ipvlan mode l3
ip link add name vx0 type vxlan id 5 dev d0 dstport 4789
ip link set dev vx0 netns n1
ip -n n2 link add name vx1 netns n1 type vxlan id 6 local 192.0.2.1 remote 192.0.2.2 dstport 4789
ip link add name gnv0 netns n1 type geneve id 7 remote 192.0.2.3
ip link add name gre1 type gre local 192.0.2.1 remote 192.0.2.2 dev d0
ip link set dev gre1 netns n1
ip link add v0 type veth peer name v1
ip -n n1 link add v0 type veth peer name v1
ip -n n2 link add v0 type veth peer name v1

## tun
ip tuntap add dev tun0 mode tun
ip tuntap add dev tap0 mode tap user 7 group 8
ip tuntap add dev tap1 mode tap multi_queue vnet_hdr
ip tuntap add dev tun1 mode tun pi user 0
ip tuntap add dev tap2 mode tap multi_queue pi group 65534
ip link set dev tap0 up
ip addr add 192.0.2.1/24 dev tap0

## settings
ip link add d0 type dummy
ip link add d1 type dummy
ip link set dev d0 address 02:00:00:00:00:07
ip link set dev d0 mtu 9000
ip link set dev d0 txqueuelen 500
ip link set dev d0 promisc on
ip link set dev d0 alias "to the   core <&, 7> (rack)"
ip link set dev d0 up
ip link set dev d1 up
sysctl -q -w net.ipv4.ip_forward=1
sysctl -q -w net.ipv6.conf.d0.accept_ra=0
sysctl -q -w net.ipv6.conf.d0.autoconf=0
sysctl -q -w net.ipv6.conf.d0.mtu=1400
sysctl -q -w net.ipv6.conf.d1.disable_ipv6=1
sysctl -q -w net.ipv4.conf.d0.rp_filter=2
ip link add br0 type bridge
ip link set dev br0 up
ip token set ::1a:2b dev br0

## addresses
ip link add d0 type dummy
ip link set dev d0 up
ip addr add 192.0.2.1/24 brd + dev d0
ip addr add 192.0.2.2/24 dev d0 label d0:two
ip addr add 192.0.3.1/24 brd 192.0.3.9 dev d0
ip addr add 10.1.0.1 peer 10.1.0.2/32 dev d0
ip addr add 10.2.0.1/24 dev d0 scope link
ip addr add 10.3.0.1/24 dev d0 scope host
ip addr add 10.4.0.1/24 dev d0 noprefixroute metric 77
ip addr add 10.5.0.1/24 dev d0 metric 78
ip addr add 10.7.0.1/32 dev d0
ip addr add 2001:db8::1/64 dev d0 nodad
ip addr add 2001:db8:1::1/64 dev d0 nodad home
ip addr add 2001:db8:2::1/64 dev d0 nodad noprefixroute
ip addr add 2001:db8:3::1 peer 2001:db8:3::2/128 dev d0 nodad
ip addr add 2001:db8:4::1/64 dev d0 nodad preferred_lft 0
ip addr add 2001:db8:6::1/64 dev d0 mngtmpaddr nodad
ip addr add 2001:db8:7::1/64 dev d0 nodad metric 300
ip addr add 2001:db8:8::1/64 dev d0 optimistic nodad
ip link add leased type dummy
ip link set dev leased up
ip addr add 10.6.0.1/24 dev leased valid_lft 86400 preferred_lft 43200
ip addr add 2001:db8:5::1/64 dev leased nodad valid_lft 86400 preferred_lft 43200

## routes
ip link add d0 type dummy
ip link add d1 type dummy
ip link set dev d0 up
ip link set dev d1 up
ip addr add 192.0.2.1/24 dev d0
ip addr add 198.51.100.1/24 dev d1
ip addr add 2001:db8::1/64 dev d0 nodad
ip addr add 2001:db8:1::1/64 dev d1 nodad
ip route add default via 192.0.2.254
ip route add 10.1.0.0/16 via 192.0.2.254 metric 50
ip route add 10.1.0.0/16 via 192.0.2.253 metric 51
ip route add 10.2.0.0/16 dev d0 table 100 scope link proto static
ip route add 10.3.0.0/16 via 192.0.2.253 src 192.0.2.1
ip route add blackhole 10.4.0.0/16
ip route add unreachable 10.5.0.0/16 metric 9
ip route add prohibit 10.6.0.0/16 table 100
ip route add throw 10.7.0.0/16 table 100
ip route add 10.8.0.0/16 via 203.0.113.1 dev d0 onlink
ip route add 10.9.0.0/16 via 192.0.2.254 mtu 1400 advmss 1000 window 8000 cwnd 30 initcwnd 20 initrwnd 22 quickack 1 rto_min 50ms
ip route add 10.10.0.0/16 via 192.0.2.254 mtu lock 1300
ip route add 10.11.0.0/16 via 192.0.2.254 tos 0x10
ip route add 10.12.0.0/16 via inet6 2001:db8::5 dev d0
ip route add 10.13.0.0/16 nexthop via 192.0.2.254 weight 2 nexthop via 198.51.100.254 weight 3
ip route add 10.14.0.0/16 nexthop via 203.0.113.1 dev d0 onlink nexthop via 203.0.113.2 dev d1 onlink weight 5
ip route add 10.15.0.0/16 nexthop dev d0 nexthop dev d1
ip route add 10.16.0.0/16 via 192.0.2.254 realm 3/4
ip route add 10.17.0.0/16 via 192.0.2.254 proto 77
ip route add local 10.18.0.0/16 dev d0 table 200
ip route add broadcast 10.19.255.255 dev d0 table 200
ip route add multicast 239.0.0.0/8 dev d0 table 200
ip route add 10.20.0.0/16 via 192.0.2.254 congctl cubic
ip route add 10.21.0.0/16 via 192.0.2.254 mtu 1400 advmss lock 1000 window lock 9000 cwnd lock 31 initcwnd lock 21 initrwnd lock 23
ip -6 route add default via 2001:db8::2
ip -6 route add 2001:db8:a::/48 via 2001:db8::2 metric 300 pref high
ip -6 route add 2001:db8:b::/48 via fe80::1 dev d0
ip -6 route add 2001:db8:c::/48 nexthop via 2001:db8::2 nexthop via 2001:db8:1::3 weight 4
ip -6 route add blackhole 2001:db8:d::/48
ip -6 route add unreachable 2001:db8:e::/48 table 100
ip -6 route add prohibit 2001:db8:f::/48
ip -6 route add throw 2001:db8:10::/48 table 100
ip -6 route add 2001:db8:11::/48 from 2001:db8:99::/48 via 2001:db8::2
ip -6 route add 2001:db8:12::/48 dev d0 mtu 1400 pref low
ip -6 route add 2001:db8:13::/48 via 2001:db8::2 src 2001:db8::1
ip -6 route add 2001:db8:14::/48 via 2001:db8:77::2 dev d0 onlink
ip -6 route add local 2001:db8:15::/48 dev lo table 100
ip -6 route add anycast 2001:db8:17::1 dev d0

## rules
ip link add d0 type dummy
ip link set dev d0 up
ip rule add pref 100 from 192.0.2.0/24 table 100
ip rule add pref 101 to 10.0.0.0/8 table 100
ip rule add pref 102 fwmark 0x5/0xff table 100
ip rule add pref 103 fwmark 0x6 table 100
ip rule add pref 104 iif d0 table 100
ip rule add pref 105 oif d0 table 100
ip rule add pref 106 not from 10.0.0.0/24 table 100
ip rule add pref 107 ipproto tcp dport 80-90 table 100
ip rule add pref 108 ipproto udp sport 53 table 100
ip rule add pref 109 from 10.5.0.0/16 blackhole
ip rule add pref 110 from 10.6.0.0/16 prohibit
ip rule add pref 111 from 10.7.0.0/16 unreachable
ip rule add pref 112 uidrange 1000-2000 table 100
ip rule add pref 113 table main suppress_prefixlength 0
ip rule add pref 114 table main suppress_ifgroup 5
ip rule add pref 115 tos 0x10 table 100
ip rule add pref 116 goto 32766
ip rule add pref 117 from 10.8.0.0/16 table 4000000000
ip rule add pref 118 realms 3/4 table 100
ip rule add pref 119 protocol 99 table 100
ip rule add pref 120 l3mdev
ip rule add pref 121 from 10.9.0.0/16 nop
ip rule add pref 122 tun_id 7 table 100
ip rule add pref 123 ipproto 47 from 10.10.0.0/16 table 100
ip rule add pref 124 not to 10.11.0.0/16 iif lo table 100
ip rule add from 10.12.0.0/16 table 100
ip -6 rule add pref 200 from 2001:db8::/32 table 100
ip -6 rule add pref 201 to 2001:db8:1::/48 iif d0 table 100
ip -6 rule add pref 202 fwmark 0x7 prohibit
ip -6 rule add pref 203 table main suppress_prefixlength 10
ip -6 rule add pref 204 uidrange 5-7 ipproto ipv6-icmp table 100
ip -6 rule add pref 205 goto 210
ip -6 rule add pref 210 oif d0 blackhole

## neighbours
ip link add d0 type dummy
ip addr add 192.0.2.1/24 dev d0
ip addr add 2001:db8::1/64 dev d0 nodad
ip link set dev d0 up
ip neigh add 192.0.2.77 lladdr 02:00:00:00:00:77 dev d0 nud permanent
ip neigh add 192.0.2.78 lladdr 02:00:00:00:00:78 dev d0 nud noarp
ip neigh add 2001:db8::77 lladdr 02:00:00:00:00:77 dev d0 nud permanent router
ip neigh add proxy 192.0.2.79 dev d0
ip neigh add proxy 2001:db8::79 dev d0
bridge fdb add 02:00:00:00:00:05 dev d0 self permanent
