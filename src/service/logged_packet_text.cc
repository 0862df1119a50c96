#include "service/logged_packet_text.h"

#include <span>

#include "report/packet_json.h"
#include "report/packet_line.h"

namespace statewall {

void append_logged_packet(Buffer& out, const LoggedPacket& packet, bool json) {
  const Rulesets rulesets{packet.rules->ipv4(), packet.rules->ipv6()};
  DecisionRecord decision;
  decision.decision = packet.decision;
  decision.in = packet.in;
  decision.out = packet.out;
  PacketRecord record{.file = kLiveFile,
                      .frame = packet.number,
                      .time = packet.time,
                      .packet = packet.packet,
                      .observation = packet.decision.observation,
                      .bytes = std::span(packet.bytes).first(packet.kept)};
  // Without rules there is nothing to tell of them.
  if (rulesets.ipv4 || rulesets.ipv6) {
    record.decision = &decision;
    record.rulesets = &rulesets;
    record.link = packet.link;
  }
  if (json) {
    append_packet_json(out, record);
  } else {
    append_packet_line(out, record);
  }
}

}  // namespace statewall
