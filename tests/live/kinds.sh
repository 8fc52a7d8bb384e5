# Links that need modules which the lab has: bonds, VLANs, VRFs, tunnels, MACsec, WireGuard, a filtering bridge.
ip link set lo up
ip link add d0 type dummy; ip link add d1 type dummy; ip link add d2 type dummy
ip link set d0 up
ip addr add 10.9.0.1/24 dev d0
ip addr add 2001:db8:9::1/64 dev d0 nodad
ip link add bt type bond mode active-backup arp_interval 200 arp_ip_target 10.9.0.7,10.9.0.8 arp_validate active arp_all_targets all primary_reselect better fail_over_mac active num_grat_arp 3 resend_igmp 4
ip link add b8 type bond mode 802.3ad lacp_rate fast ad_select bandwidth xmit_hash_policy layer3+4 min_links 1 ad_actor_sys_prio 77 ad_user_port_key 5 ad_actor_system 02:00:00:00:00:99 lacp_active off miimon 100 updelay 200 peer_notify_delay 300
ip link set d1 master bt; ip link set d2 master bt
ip link set bt type bond primary d1
ip link set d2 type bond_slave queue_id 3
ip link set bt up
ip link add link d0 name d0.5 type vlan id 5
ip link add link d0 name d0.q type vlan id 6 protocol 802.1ad gvrp on loose_binding on reorder_hdr off egress-qos-map 1:2 3:4 ingress-qos-map 5:6
ip link add vrf0 type vrf table 10; ip link add d3 type dummy; ip link set d3 master vrf0; ip link set vrf0 up; ip link set d3 up; ip addr add 10.33.0.1/24 dev d3
ip link add iv0 link d0 type ipvlan mode l2; ip link add iv2 link d3 type ipvlan mode l3 vepa
ip link add gen0 type geneve id 9 remote 10.9.0.4 ttl 7 tos 0x20 df set dstport 6082
ip link add g0a type gre remote 10.9.0.5 local 10.9.0.1 ttl 9 key 7 dev d0 tos 0x10
ip link add g0b type gre local 10.9.0.1 nopmtudisc
ip link add g0c type gretap remote 10.9.0.5 local 10.9.0.1 ikey 1 okey 1.2.3.4 iseq ocsum tos inherit fwmark 5
ip link add i0a type ipip remote 10.9.0.6 local 10.9.0.1 dev d0
ip link add s0a type sit remote 10.9.0.7 local 10.9.0.1 ttl 64
ip link add s0b type sit local 10.9.0.1 isatap
ip link add i6a type ip6tnl remote 2001:db8:9::7 local 2001:db8:9::1 mode ipip6 encaplimit 2 hoplimit 5 tclass 0x10 flowlabel 0x1234 dev d0
ip link add i6b type ip6tnl remote 2001:db8:9::8 local 2001:db8:9::1 encaplimit none dscp inherit
ip link add i6g type ip6gre remote 2001:db8:9::9 local 2001:db8:9::1 key 5
ip link add i6t type ip6gretap remote 2001:db8:9::a local 2001:db8:9::1
ip link add vt0 type vti remote 10.9.0.8 local 10.9.0.1 ikey 3 okey 4 fwmark 9
ip link add vt6 type vti6 remote 2001:db8:9::b local 2001:db8:9::1 key 4
ip link add link d0 ms0 type macsec encrypt on
ip link add wg0 type wireguard
ip link add tm0 type team
ip link add br0 type bridge vlan_filtering 1 vlan_protocol 802.1ad vlan_default_pvid 5 mcast_querier 1 mcast_query_interval 5000 no_linklocal_learn 1 vlan_stats_enabled 1 mcast_igmp_version 3 ageing_time 0 group_address 01:80:c2:00:00:0d
ip link add d4 type dummy; ip link set d4 master br0
bridge link set dev d4 guard on learning off flood off mcast_flood off neigh_suppress on vlan_tunnel on 
ip link set d4 type bridge_slave mcast_router 2 fastleave on bcast_flood off proxy_arp on group_fwd_mask 8 mcast_to_unicast on root_block on
bridge vlan add dev d4 vid 10-20; bridge vlan add dev d4 vid 30 pvid untagged; bridge vlan del dev d4 vid 5; bridge vlan add dev br0 vid 40 self
