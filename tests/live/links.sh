# Links, addresses, routes and rules of every kind that a kernel with bridge, veth, vxlan, tun and macvlan knows. What
# a kernel without VLAN filtering refuses is left out by it.
ip link set lo up
ip link add br0 type bridge stp_state 1 forward_delay 400 priority 100 mcast_snooping 0 group_fwd_mask 8
ip link set br0 type bridge vlan_filtering 1 || true
ip link add v0 type veth peer name v1
ip link set v0 master br0
ip link set dev v0 type bridge_slave hairpin on priority 5 isolated on
ip link set v0 mtu 9000
ip link set v1 alias 'up $(link); "x"'
ip link property add dev v1 altname other
ip link set br0 up; ip link set v0 up; ip link set v1 up
ip addr add 10.0.0.1/24 brd + dev br0 label br0:1
ip addr add 10.0.0.9/24 dev br0 valid_lft 600 preferred_lft 600
ip addr add 2001:db8::1/64 dev br0 nodad
ip addr add 2001:db8::5/64 dev br0 nodad
ip addr add 10.1.0.1/32 peer 10.1.0.2 dev v1 metric 70
ip link add vx0 type vxlan id 7 dstport 4789 remote 10.0.0.9 dev br0 ttl 5 tos 0x10
ip link add vx1 type vxlan id 8 dstport 4789 group 239.1.1.1 dev br0 srcport 1000 2000 nolearning
ip link add vx6 type vxlan id 9 dstport 4789 remote 2001:db8::9 local 2001:db8::1
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.11
bridge fdb add 02:00:00:00:00:77 dev v0 master static
ip link add mv0 link br0 type macvlan mode bridge
ip link add mv1 link v1 type macvlan mode private
ip link add mt0 link vx6 type macvtap mode vepa || true
ip tuntap add tap0 mode tap user 7 group 8
ip tuntap add tun0 mode tun multi_queue
ip neigh add 10.0.0.7 lladdr 02:00:00:00:00:07 dev br0
ip route add default via 10.0.0.2 metric 5
ip route add 10.6.0.0/16 via 10.0.0.2 table 100 mtu 1400 src 10.0.0.1 advmss 1300
ip route add 10.7.0.0/16 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3
ip route add 10.77.0.0/16 via 172.16.0.1 dev br0 onlink proto static
ip route add blackhole 10.8.0.0/16
ip route add unreachable 10.88.0.0/16 metric 4278198272
ip route add 2001:db8:1::/48 via 2001:db8::2
ip route add 2001:db8:2::/48 via 2001:db8::2 metric 7 pref high
ip -4 route add 10.66.0.0/16 via inet6 2001:db8::2 dev br0
ip route add 10.55.0.0/16 via 10.0.0.2 proto bird
ip route add 10.56.0.0/16 via 10.0.0.2 realm 3/4
ip -6 route add 2001:db8:3::/48 nexthop via 2001:db8::2 nexthop via 2001:db8::3
ip -6 route add default via 2001:db8::2
ip rule add from 10.0.0.0/8 to 1.2.3.4 fwmark 0x10/0xff table 100 pref 100
ip -6 rule add iif br0 table 100 pref 200
ip rule add not from 10.9.0.0/16 pref 300 table main suppress_prefixlength 0
ip rule add ipproto tcp dport 80-90 sport 5 pref 301 table 200
ip rule add uidrange 5-7 pref 302 blackhole
ip rule add pref 303 goto 32766
ip rule add pref 304 tos 0x10 oif v1 prohibit
ip rule add pref 305 realms 3/4 table 100
bridge vlan add dev v0 vid 10-20 || true
bridge vlan add dev br0 vid 30 self pvid untagged || true
