#include "report/lesson.h"

#include <cstddef>

namespace statewall {
namespace {

struct Row {
  Reason reason;
  Lesson lesson;
};

constexpr Row kLessons[] = {
    {Reason::not_ip,
     {"Connection tracking hooks into IPv4 and IPv6. Frames of other protocols (ARP, LLDP, "
      "spanning "
      "tree) pass beside it: no rule of iptables sees them, and they have no state at all, not "
      "even "
      "INVALID.",
      "netfilter hooks of the IP families; ARP: RFC 826"}},
    {Reason::link_unreadable,
     {"The frame could not be taken apart far enough to find an IP packet in it. That says "
      "something of the capture rather than of the network: a link type that is not supported, or "
      "a frame that ends inside its link header.",
      "link types of pcap, LINKTYPE_ values"}},
    {Reason::ip_unreadable,
     {"A host discards a packet with a broken IP header before anything else looks at it: wrong "
      "version, wrong header checksum, a length that cannot be. So it never reaches connection "
      "tracking, and no rule can match it as INVALID.",
      "RFC 1122 3.2.1.2; Linux drops it in ip_rcv, in front of the first hook"}},
    {Reason::cut_short,
     {"The snap length of the capture cut the packet inside a header that is needed. The host saw "
      "all of it and could tell its state; from this file nobody can. Capture again with a larger "
      "snap length (tcpdump -s 0).",
      "pcap: captured length below original length"}},
    {Reason::not_tracked,
     {"Kernels 2.4 track IPv4 alone: ip6tables had no state match, and IPv6 had to be filtered by "
      "addresses, ports and flags. Switch track_ipv6 on, or take another profile, to see what "
      "later kernels say.",
      "Linux: nf_conntrack replaced ip_conntrack in 2.6.15"}},
    {Reason::fragment_held,
     {"Only the first fragment of a datagram has ports, and it may not be the first that comes. So "
      "fragments are held until their datagram is whole; that is tracked, and the frame which "
      "completes it has its state. What does not come within 30 seconds (IPv6: 60) never will.",
      "RFC 791 3.2; RFC 8200 4.5; Linux ipfrag_time, nf_conntrack_frag6_timeout"}},
    {Reason::fragment_repeated,
     {"All bytes of this fragment were already there, so it was sent or delivered twice. The first "
      "one counts; the datagram still waits for the others.",
      "RFC 8200 4.5; Linux drops it"}},
    {Reason::fragment_overlaps,
     {"No sender cuts a datagram so that its fragments overlap. Hosts differ in which of the bytes "
      "they take, which lets an attacker show a firewall another packet than the host gets. So all "
      "of the datagram is dropped; later fragments begin a new one.",
      "RFC 5722; RFC 8200 4.5; Linux does so for IPv4, too"}},
    {Reason::fragment_misfit,
     {"The last fragment tells how long the datagram is. This one disagrees: it is a last one with "
      "another end, or lies beyond the end. For IPv4 all of the datagram is dropped, for IPv6 this "
      "fragment alone.",
      "Linux"}},
    {Reason::fragment_empty,
     {"A fragment without payload (or, if more follow, with fewer than 8 bytes) adds nothing to "
      "its "
      "datagram and is a forgery or a mistake. For IPv4 all of the datagram is dropped.",
      "Linux"}},
    {Reason::fragment_too_long,
     {"Lengths in IP have 16 bits, but offset and length of a fragment can add up to more: the "
      "ping "
      "of death, which broke hosts in 1996. Such a datagram does not go on.",
      "RFC 791 3.1; RFC 8200 4.5; Linux"}},
    {Reason::fragment_ecn,
     {"All fragments of a datagram have the same ECN field when they are sent, and routers on the "
      "way only ever mark congestion in those that know ECN. Mixed with ones that do not know it "
      "they are not of one datagram.",
      "RFC 3168 5.3; Linux"}},
    {Reason::fragment_no_room,
     {"Fragments that wait take memory, and whoever sends many first fragments and no others would "
      "take all of it. So there is a limit; above it no fragment is taken, whatever datagram it is "
      "of, until others are complete or their time is up.",
      "Linux ipfrag_high_thresh, nf_conntrack_frag6_high_thresh"}},
    {Reason::dropped_before,
     {"Table raw comes before tracking. What a rule drops there is never looked up, opens nothing "
      "and has no state, whatever it is.",
      "Linux: NF_IP_PRI_RAW before NF_IP_PRI_CONNTRACK"}},
    {Reason::table_full,
     {"Each connection takes an entry, and the table has a limit. When it is reached, an entry "
      "that "
      "is not [ASSURED] is dropped early to make room; if there is none, the new packet is dropped "
      "(kernels log \"table full, dropping packet\"). See the switch max.",
      "Linux: ip_conntrack_max, early_drop"}},
    {Reason::notrack,
     {"A rule in the raw table exempted the packet, so no connection was looked up or opened. It "
      "matches as UNTRACKED, and its replies will find no connection either unless they are "
      "exempted, too.",
      "iptables: raw table, target NOTRACK"}},
    {Reason::neighbor_discovery,
     {"IPv6 finds neighbours, routers and multicast listeners by ICMPv6 messages that neither ask "
      "nor answer in pairs. Without them no IPv6 works on a link, so kernels exempt them: a rule "
      "that drops INVALID does not hit them, but one that accepts ESTABLISHED alone does not let "
      "them in.",
      "RFC 4861; RFC 2710; RFC 3810; Linux marks them UNTRACKED"}},
    {Reason::opens_query,
     {"An ICMP query (echo, timestamp, information, address mask) opens a connection. Ports it has "
      "none: asker, replier, type, code and identifier stand for them, and a reply must match all. "
      "The sequence number does not count.",
      "RFC 792; RFC 950; Linux tracks the same four kinds"}},
    {Reason::opens_syn,
     {"A SYN without ACK is the first step of TCP's handshake. NEW does not mean that a connection "
      "is established: it has an entry in state SYN_SENT, [UNREPLIED], which is short-lived until "
      "the answer comes.",
      "RFC 9293 3.5"}},
    {Reason::opens_midstream,
     {"No entry matches, yet the packet is not a SYN. It is taken as part of a connection that "
      "began "
      "before the capture or before tracking, or whose entry has expired. NEW is not the same as "
      "SYN: rules that want new TCP connections alone must ask for --syn, too.",
      "Linux: TCP connections are picked up midstream (later: nf_conntrack_tcp_loose)"}},
    {Reason::opens_udp,
     {"UDP has no handshake: whatever comes first between two addresses and two ports opens an "
      "entry, [UNREPLIED] and short-lived. If this looks like an answer, its question came from "
      "another port or address, or so long ago that its entry has expired.",
      "RFC 768; Linux: udp_timeout"}},
    {Reason::opens_other,
     {"A protocol without rules of its own is tracked by the two addresses and its number, so that "
      "all packets of this protocol between two hosts are one connection.",
      "Linux: the generic protocol, generic_timeout"}},
    {Reason::further_query,
     {"The same query was asked again (same hosts, type, code and identifier) while its entry was "
      "alive, and it waits for a reply of its own. By the founding texts each query is NEW, "
      "whatever "
      "went before; kernels call it ESTABLISHED once a reply was seen.",
      "switch icmp_further_query_new; Linux calls no query NEW after a reply"}},
    {Reason::still_unreplied,
     {"It belongs to a connection, but so far all packets went one way. NEW is not only the first "
      "packet: a connection becomes ESTABLISHED with the first packet in the other direction.",
      "Linux: IP_CT_NEW until IPS_SEEN_REPLY is set"}},
    {Reason::query_answered_before,
     {"The same query was asked again after a reply had been seen, and the entry is still alive: "
      "other queries are under way. As for any protocol, a packet in the original direction is "
      "ESTABLISHED from the first reply on.",
      "Linux: IP_CT_ESTABLISHED once IPS_SEEN_REPLY is set"}},
    {Reason::replies_to_query,
     {"The reply matches a live query: hosts swapped, the type that answers the query's, the same "
      "code and identifier. It closes one open query; when none is left open the entry has done "
      "its "
      "work and goes at once, without waiting for its timer.",
      "RFC 792; Linux 2.4 counts queries and deletes the entry with the last reply"}},
    {Reason::first_reply,
     {"The first packet from the other side proves that the peer is there and answers. From now on "
      "the connection is ESTABLISHED in both directions, and [UNREPLIED] goes from its entry.",
      "Linux: IPS_SEEN_REPLY"}},
    {Reason::reply_direction,
     {"Packets from the side that did not open the connection match its reply tuple, and are "
      "ESTABLISHED by that alone. With TCP that says nothing of its handshake: SYN_RECV and "
      "TIME_WAIT are ESTABLISHED here.",
      "Linux: IP_CT_ESTABLISHED_REPLY"}},
    {Reason::after_reply,
     {"Packets from the opener are ESTABLISHED once any packet came back. With TCP that is so from "
      "the third step of the handshake on, until the entry is gone.",
      "Linux: IP_CT_ESTABLISHED"}},
    {Reason::quotes_connection,
     {"An ICMP error opens no connection. It carries the head of the packet that it is about, and "
      "that quoted packet is looked up instead. Since its connection is known, the error is "
      "RELATED, "
      "whichever router sent it. It refreshes no timer.",
      "RFC 792; RFC 1122 3.2.2; RFC 5927 on how far to trust it"}},
    {Reason::reply_without_query,
     {"A reply opens no connection: nobody asked. Either no query was seen (asymmetric routing, a "
      "capture that began too late, a forgery), or its entry is gone: it was answered already, or "
      "its time ran out. Type, code and identifier must match, too.",
      "RFC 792; Linux: only queries are valid as a first packet"}},
    {Reason::icmp_type_untracked,
     {"A message that neither asks for a reply nor reports on a packet (router advertisement, "
      "unassigned types) can belong to no connection. A firewall that wants it must accept it by "
      "its "
      "type, before it drops INVALID.",
      "IANA, ICMP parameters; switch icmp_error_types"}},
    {Reason::later_fragment,
     {"Without reassembly only a datagram's first fragment can be tracked, since only that has the "
      "ports. The same happens to IPv6 fragments that are too broken to be reassembled.",
      "Linux without nf_defrag_ipv4; switches reassembly, reassembly6"}},
    {Reason::icmp_wrong_family,
     {"ICMP belongs to IPv4 and ICMPv6 to IPv6. The other combination has a protocol number that "
      "means nothing there: no host answers it, and no tracker takes it for a query.",
      "RFC 4443 1; Linux checks the family of the hook"}},
    {Reason::extension_short,
     {"IPv6 puts headers between its own and the transport, each of which tells its length. This "
      "packet ends before the first bytes of one, so what it carries cannot be told.",
      "RFC 8200 4"}},
    {Reason::no_transport,
     {"The header says \"no next header\": whatever follows is to be ignored. There is nothing "
      "that "
      "a connection could be told by.",
      "RFC 8200 4.7"}},
    {Reason::header_short,
     {"The packet ends inside the header of its protocol, so that its ports or its type cannot be "
      "trusted to be there. Real hosts do not send such packets; scanners and broken tunnels do.",
      "RFC 768; RFC 792; RFC 9293 3.1"}},
    {Reason::length_wrong,
     {"The transport header tells a length of its own. Below the header's own 8 bytes, or beyond "
      "the end of the packet, it contradicts IP, and a host discards the packet. UDP-Lite tells "
      "how much its checksum covers instead, and must have one.",
      "RFC 768; RFC 3828 3.1"}},
    {Reason::checksum_wrong,
     {"The packet was damaged on its way, or whoever made it did not fill the checksum in; the "
      "receiver will discard it. A tracker that believed it could be led astray by packets that no "
      "host sees. In a capture that was taken at the sender, look at --checksum: the network card "
      "may have filled it in later.",
      "Linux: nf_conntrack_checksum, switch checksum"}},
    {Reason::gre_unkeyed,
     {"GRE of version 1 is PPTP's, which carries PPP and tells its calls apart by a key. With "
      "another protocol inside, the key means nothing, and the packet belongs to no connection.",
      "RFC 2637 4.1"}},
    {Reason::tcp_no_flags,
     {"Every segment of a TCP connection has at least one of SYN, ACK, FIN and RST. A segment with "
      "none is the \"null scan\" of port scanners: hosts answer it differently, which tells open "
      "ports from closed ones.",
      "RFC 9293 3.5, 3.10"}},
    {Reason::tcp_flags_wrong,
     {"No host sends SYN together with FIN, FIN without ACK, or no flag at all; port scanners do, "
      "to "
      "see how a host answers.",
      "RFC 9293 3.10; Linux lists the combinations that are valid"}},
    {Reason::tcp_cannot_open,
     {"No entry matches. A connection begins with a SYN, or is picked up midstream at a plain ACK. "
      "SYN/ACK, FIN and RST answer or end something: without an entry they are late, stray, or "
      "forged. If that happens often, the SYNs take another path (asymmetric routing).",
      "Linux: tcp_conntracks, state NONE"}},
    {Reason::tcp_not_picked_up,
     {"No entry matches and the packet is not a SYN. With tcp_loose off no connection is picked up "
      "midstream: after a restart of the firewall, old connections stay broken.",
      "Linux: nf_conntrack_tcp_loose"}},
    {Reason::tcp_out_of_state,
     {"The connection is known, but a segment of this kind cannot follow now: an ACK of the opener "
      "before the SYN/ACK, say, or a SYN of the other side on an open connection. Retransmissions "
      "from before, a lost SYN/ACK, or two hosts using the same ports look like this.",
      "RFC 9293 3.3.2; docs/linux.md has the table"}},
    {Reason::tcp_sequence_above,
     {"A sender may not send beyond the window that its peer offered. This segment begins behind "
      "it. Either the window was not seen to grow (packets of the other direction pass elsewhere, "
      "or "
      "an ACK was lost before the capture), scaling is not known, or the segment is forged.",
      "RFC 9293 3.4; switch tcp_be_liberal"}},
    {Reason::tcp_ack_above,
     {"It acknowledges bytes that never passed here. The data took another path, or was lost from "
      "the capture, or the segment is forged.",
      "RFC 9293 3.4; switch tcp_be_liberal"}},
    {Reason::tcp_rst_below,
     {"An RST counts if it carries the number that its receiver expects next. Lower ones are late "
      "copies or guesses of an attacker, and would cut the connection only here.",
      "RFC 5961 3.2; switch tcp_ignore_invalid_rst"}},
    {Reason::sctp_chunks_wrong,
     {"An SCTP packet is a row of chunks. INIT, INIT ACK and SHUTDOWN COMPLETE come alone, a "
      "cookie "
      "comes first, and no chunk has the length 0: anything else is damage or an attack.",
      "RFC 9260 3, 6.10"}},
    {Reason::sctp_cannot_open,
     {"No entry matches. An association begins with an INIT; a heartbeat may show that one goes on "
      "over another path. Data, an ABORT or a COOKIE ACK out of the blue open nothing.",
      "RFC 9260 8.4"}},
    {Reason::sctp_tag,
     {"Both sides of an association agree on a tag that each packet carries. A packet with another "
      "tag is from an older association, or from somebody who guesses.",
      "RFC 9260 8.5"}},
    {Reason::sctp_out_of_state,
     {"The association is known, but this chunk cannot follow now, as an answer to a heartbeat "
      "that "
      "is none.",
      "RFC 9260 4"}},
    {Reason::icmp_checksum,
     {"An ICMP error can end connections, so it is believed only if its checksum is right. It was "
      "damaged on its way, or forged carelessly. A capture taken where the error was sent may show "
      "a checksum that the network card was to fill in.",
      "RFC 792, checksum; Linux verifies it before it looks at the quote"}},
    {Reason::redirect_untrusted,
     {"A redirect tells a host to use another router on its own link. So it must come from a "
      "neighbour: a link-local source, and a hop limit of 255, which no packet from elsewhere can "
      "have.",
      "RFC 4861 8.1"}},
    {Reason::error_code_unassigned,
     {"The type is that of an error, its code means nothing. Kernels take it for an error all the "
      "same; a strict firewall does not.",
      "IANA, ICMP parameters; switch error_codes_assigned"}},
    {Reason::quote_short,
     {"An error must quote the IP header and at least 8 bytes behind it: just enough for ports, or "
      "for type, code and identifier. With less nobody can tell which connection it is about.",
      "RFC 792; RFC 1122 3.2.2; RFC 1812 4.3.2.3"}},
    {Reason::quote_fragment,
     {"Only the first fragment of a datagram carries ports. The error quotes a later one, so its "
      "connection cannot be told. Hosts should not send errors about later fragments at all.",
      "RFC 1122 3.2.2; RFC 1812 4.3.2.7"}},
    {Reason::quote_checksum,
     {"The quoted header does not have the checksum that its sender gave it. Routers lower its TTL "
      "and adjust the checksum; some do not, so kernels do not look at it.",
      "RFC 792; switch quote_checksum"}},
    {Reason::quote_out_of_window,
     {"An error about a TCP segment is about one that is still on its way: its sequence number "
      "lies "
      "between what was acknowledged and what was sent. An attacker off the path must guess it.",
      "RFC 5927 4.1; switch quote_in_window"}},
    {Reason::quote_untracked,
     {"The error quotes an ICMP message that is neither query nor reply. If it quotes an error, "
      "its "
      "sender broke a rule: no error may be sent about an error, or two hosts could answer each "
      "other for ever.",
      "RFC 1122 3.2.2; RFC 1812 4.3.2.7"}},
    {Reason::quotes_unknown,
     {"The quoted packet was looked up as if it had just been seen, and no connection matches. "
      "Either it did not pass here (asymmetric routing, a forgery, a scan's backscatter), or its "
      "connection has ended or expired meanwhile. The tuple below is what was searched for.",
      "Linux: an ICMP error without a match is INVALID"}},
    {Reason::error_misdirected,
     {"The connection is known, but the error goes to a host that did not send the quoted packet, "
      "and so has no use for it. Errors go to the source of the packet that they are about; "
      "kernels 2.4 do not check that (switch error_to_sender).",
      "RFC 792; RFC 1122 3.2.2"}},
};

constexpr bool in_order() {
  std::size_t index = 0;
  for (const Row& row : kLessons) {
    if (static_cast<std::size_t>(row.reason) != index++) return false;
  }
  return index == static_cast<std::size_t>(Reason::count);
}
static_assert(in_order(), "a row for each reason, in the order of the enumerators");

}  // namespace

const Lesson& lesson(Reason reason) { return kLessons[static_cast<std::size_t>(reason)].lesson; }

}  // namespace statewall
