#include "statewall/reason.h"

#include <cstddef>

namespace statewall {
namespace {

struct Row {
  Reason reason;
  std::string_view slug;
  std::string_view sentence;
};

constexpr Row kReasons[] = {
    {Reason::not_ip, "not-ip", "is not an IPv4 or IPv6 packet"},
    {Reason::link_unreadable, "link-unreadable", "{wire}"},
    {Reason::ip_unreadable, "ip-unreadable", "{wire}, so it never reaches tracking"},
    {Reason::cut_short, "cut-short", "was captured too short to tell its state"},
    {Reason::not_tracked, "not-tracked", "is IPv6, which this profile does not track"},
    {Reason::fragment_held, "fragment-held", "waits for the rest of its datagram"},
    {Reason::fragment_repeated, "fragment-repeated",
     "repeats what was received of its datagram, and is dropped"},
    {Reason::fragment_overlaps, "fragment-overlaps",
     "overlaps with what was received of its datagram, which is dropped with it"},
    {Reason::fragment_misfit, "fragment-misfit",
     "does not fit the end of its datagram, and is dropped"},
    {Reason::fragment_empty, "fragment-empty", "holds nothing of its datagram, and is dropped"},
    {Reason::fragment_too_long, "fragment-too-long",
     "is of a datagram longer than 65535 bytes, and is dropped"},
    {Reason::fragment_ecn, "fragment-ecn",
     "completes a datagram of which some fragments know ECN and some do not; it is dropped"},
    {Reason::fragment_no_room, "fragment-no-room",
     "finds the memory for fragments full, and is dropped"},
    {Reason::dropped_before, "dropped-before", "is dropped by a rule before tracking"},
    {Reason::table_full, "table-full",
     "finds the table full and nothing to drop early, and is dropped itself"},
    {Reason::notrack, "notrack", "is exempt from tracking by a rule"},
    {Reason::neighbor_discovery, "neighbor-discovery",
     "is ICMPv6 type {type}, by which neighbours find each other: it is never tracked"},
    {Reason::opens_query, "opens-query", "opens connection {conn} with {a_query} query"},
    {Reason::opens_syn, "opens-syn", "opens connection {conn} with a SYN"},
    {Reason::opens_midstream, "opens-midstream",
     "opens connection {conn} midstream, without the SYN that starts one"},
    {Reason::opens_udp, "opens-udp", "opens connection {conn}"},
    {Reason::opens_other, "opens-other", "opens connection {conn}"},
    {Reason::further_query, "further-query", "asks again on connection {conn}; every query is NEW"},
    {Reason::still_unreplied, "still-unreplied",
     "belongs to connection {conn}, which has seen no reply yet"},
    {Reason::query_answered_before, "query-answered-before",
     "asks again on connection {conn}, which has seen a reply"},
    {Reason::replies_to_query, "replies-to-query",
     "replies to the {query} query of connection {conn}"},
    {Reason::first_reply, "first-reply", "is the first reply on connection {conn}"},
    {Reason::reply_direction, "reply-direction",
     "goes in the reply direction of connection {conn}"},
    {Reason::after_reply, "after-reply",
     "goes in the original direction of connection {conn}, which has seen a reply"},
    {Reason::quotes_connection, "quotes-connection", "quotes a packet of connection {conn}"},
    {Reason::reply_without_query, "reply-without-query",
     "is {a_query} reply to which no query is open"},
    {Reason::icmp_type_untracked, "icmp-type-untracked",
     "is ICMP type {type}, which neither asks, answers nor reports on a packet"},
    {Reason::later_fragment, "later-fragment",
     "is a later fragment, which does not tell its connection"},
    {Reason::icmp_wrong_family, "icmp-wrong-family", "carries the ICMP of the other IP version"},
    {Reason::extension_short, "extension-short", "ends inside an IPv6 extension header"},
    {Reason::no_transport, "no-transport", "says that nothing follows its IPv6 header"},
    {Reason::header_short, "header-short", "is shorter than the header of its protocol"},
    {Reason::length_wrong, "length-wrong",
     "has a length in its {protocol} header that is not the packet's"},
    {Reason::checksum_wrong, "checksum-wrong", "has a wrong {protocol} checksum"},
    {Reason::gre_unkeyed, "gre-unkeyed",
     "is GRE of version 1 that carries something else than PPP"},
    {Reason::tcp_no_flags, "tcp-no-flags", "has none of the TCP flags SYN, FIN, ACK and RST"},
    {Reason::tcp_flags_wrong, "tcp-flags-wrong",
     "has a combination of TCP flags that no host sends"},
    {Reason::tcp_cannot_open, "tcp-cannot-open",
     "belongs to no known connection, and is neither a SYN nor a plain ACK, which could open one"},
    {Reason::tcp_not_picked_up, "tcp-not-picked-up",
     "belongs to no known connection, and tcp_loose is off: none is picked up midstream"},
    {Reason::tcp_out_of_state, "tcp-out-of-state",
     "cannot follow in the TCP state that its connection is in"},
    {Reason::tcp_sequence_above, "tcp-sequence-above",
     "begins behind the window that its receiver has opened"},
    {Reason::tcp_ack_above, "tcp-ack-above", "acknowledges data that was not seen"},
    {Reason::tcp_rst_below, "tcp-rst-below",
     "is an RST with a sequence number below what its receiver has acknowledged"},
    {Reason::sctp_chunks_wrong, "sctp-chunks-wrong",
     "has no SCTP chunk, or chunks that may not stand together"},
    {Reason::sctp_cannot_open, "sctp-cannot-open",
     "belongs to no known association, and has chunks that open none"},
    {Reason::sctp_tag, "sctp-tag", "has another verification tag than its association"},
    {Reason::sctp_out_of_state, "sctp-out-of-state",
     "cannot follow in the state that its association is in"},
    {Reason::icmp_checksum, "icmp-checksum", "is an ICMP error with a wrong checksum"},
    {Reason::redirect_untrusted, "redirect-untrusted",
     "is a redirect that no neighbour can have sent: its code is not 0, its hop limit not 255, or "
     "its source not link-local"},
    {Reason::error_code_unassigned, "error-code-unassigned",
     "is an ICMP error with a code that is not assigned"},
    {Reason::quote_short, "quote-short",
     "quotes too little of a packet to tell which connection it is about"},
    {Reason::quote_fragment, "quote-fragment",
     "quotes a later fragment, which does not tell its connection"},
    {Reason::quote_checksum, "quote-checksum", "quotes an IPv4 header with a wrong checksum"},
    {Reason::quote_out_of_window, "quote-out-of-window",
     "quotes a TCP segment whose sequence number is not on its way"},
    {Reason::quote_untracked, "quote-untracked",
     "quotes an ICMP message that belongs to no connection"},
    {Reason::quotes_unknown, "quotes-unknown", "quotes a packet of no known connection"},
    {Reason::error_misdirected, "error-misdirected",
     "quotes a packet of a known connection, but goes to another host than sent that packet"},
};

constexpr bool in_order() {
  std::size_t index = 0;
  for (const Row& row : kReasons) {
    if (static_cast<std::size_t>(row.reason) != index++) return false;
  }
  return index == static_cast<std::size_t>(Reason::count);
}
static_assert(in_order(), "a row for each reason, in the order of the enumerators");

const Row& row_of(Reason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

}  // namespace

std::string_view slug(Reason reason) { return row_of(reason).slug; }
std::string_view sentence(Reason reason) { return row_of(reason).sentence; }

}  // namespace statewall
