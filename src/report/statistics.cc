#include "report/statistics.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <vector>

#include "report/json_members.h"
#include "report/protocol_name.h"

namespace statewall {
namespace {

constexpr State kOrder[kStates] = {State::new_,    State::established, State::related,
                                   State::invalid, State::untracked,   State::none};

constexpr Verdict kJudged[] = {Verdict::accept, Verdict::drop, Verdict::reject};

constexpr std::size_t index(State state) { return static_cast<std::size_t>(state); }

std::string_view word(State state) { return state == State::none ? "no state" : name(state); }

std::string_view key(State state) { return state == State::none ? "none" : name(state); }

void append_protocol_name(Buffer& out, std::size_t number, std::size_t width) {
  const std::string_view known =
      number > 255 ? "not IP" : protocol_name(static_cast<std::uint8_t>(number));
  append_padded(out, known.empty() ? fmt::format("ip-proto-{}", number) : known, width);
}

/// Members of an object: the first has no comma before it.
class Members {
 public:
  explicit Members(Buffer& out) : out_(out) {}
  void number(std::string_view name, std::uint64_t number) {
    append(out_, "{}\"{}\":{}", comma_, name, number);
    comma_ = ",";
  }

 private:
  Buffer& out_;
  const char* comma_ = "";
};

}  // namespace

std::uint64_t Statistics::Protocol::packets() const {
  return std::accumulate(states.begin(), states.end(), std::uint64_t{0});
}

void Statistics::count(const Packet& packet, const Observation& observation) {
  ++frames_;
  ++states_[index(observation.state)];
  ++reasons_[static_cast<std::size_t>(observation.reason)];
  const bool ip = packet.headers.family != Family::none;
  Protocol& protocol = protocols_[ip ? packet.headers.protocol : kNoProtocol];
  ++protocol.states[index(observation.state)];
  protocol.bytes += packet.ip_length;
  ++checksums_[static_cast<std::size_t>(packet.l4_checksum)];
  ip_checksums_bad_ += packet.ip_checksum == Checksum::bad;
  lengths_offloaded_ += packet.length_offloaded;
  cut_ += packet.cut;
  fragments_ += packet.headers.fragment();
}

void Statistics::count(const Event& event) {
  opened_ += event.kind == EventKind::new_;
  if (event.kind == EventKind::destroy) ++ended_[static_cast<std::size_t>(event.cause)];
}

void Statistics::count(const Decision& decision) {
  judged_ = true;
  ++verdicts_[static_cast<std::size_t>(decision.verdict)];
  uncertain_ += decision.uncertainty != Uncertainty::none;
}

void Statistics::append_text(Buffer& out) const {
  append_protocols(out);
  append(out, "\n");
  append_reasons(out);
  append(out, "\n");
  if (judged_) append_verdicts(out);
  append_connections(out);
  append_wire(out);
}

void Statistics::append_protocols(Buffer& out) const {
  append(out, "{:<14}{:>11}{:>15}", "protocol", "packets", "bytes");
  for (const State state : kOrder) append(out, "{:>12}", word(state));
  const auto row = [&](std::uint64_t packets, std::uint64_t bytes, const auto& states) {
    append(out, "{:>11}{:>15}", packets, bytes);
    for (const State state : kOrder) append(out, "{:>12}", states[index(state)]);
  };
  std::uint64_t bytes = 0;
  for (std::size_t number = 0; number < protocols_.size(); ++number) {
    const Protocol& protocol = protocols_[number];
    if (protocol.packets() == 0) continue;
    append(out, "\n");
    append_protocol_name(out, number, 14);
    row(protocol.packets(), protocol.bytes, protocol.states);
    bytes += protocol.bytes;
  }
  append(out, "\n{:<14}", "all");
  row(frames_, bytes, states_);
  append(out, "\n");
}

void Statistics::append_reasons(Buffer& out) const {
  append(out, "{:<13}{:<26}{:>11}\n", "state", "reason", "packets");
  for (const State state : kOrder) {
    for (std::size_t i = 0; i < reasons_.size(); ++i) {
      const auto reason = static_cast<Reason>(i);
      if (reasons_[i] == 0 || state_of(reason) != state) continue;
      append(out, "{:<13}{:<26}{:>11}\n", state == State::none ? "-" : name(state), slug(reason),
             reasons_[i]);
    }
  }
}

void Statistics::append_connections(Buffer& out) const {
  append(out, "{:<13}{} opened", "connections", opened_);
  for (std::size_t i = 1; i < kDestroyCauses; ++i) {
    if (ended_[i] != 0) append(out, ", {} {}", ended_[i], name(static_cast<DestroyCause>(i)));
  }
  append(out, ", {} left\n", left_);
}

void Statistics::append_verdicts(Buffer& out) const {
  append(out, "{:<13}", "verdicts");
  for (const Verdict verdict : kJudged) {
    append(out, "{} {}, ", verdicts_[static_cast<std::size_t>(verdict)], name(verdict));
  }
  append(out, "{} none; {} uncertain; {} answered\n",
         verdicts_[static_cast<std::size_t>(Verdict::none)], uncertain_, answers_);
}

void Statistics::append_wire(Buffer& out) const {
  append(out, "{:<13}", "checksums");
  const char* comma = "";
  for (const Checksum checksum :
       {Checksum::good, Checksum::bad, Checksum::offloaded, Checksum::cut}) {
    append(out, "{}{} {}", comma, checksums_[static_cast<std::size_t>(checksum)], name(checksum));
    comma = ", ";
  }
  append(out, "; {} IPv4 headers bad\n", ip_checksums_bad_);
  append(out, "{:<13}{} cut, {} fragments, {} with an offloaded length, {} not IP", "frames", cut_,
         fragments_, lengths_offloaded_, protocols_[kNoProtocol].packets());
}

void Statistics::append_json(Buffer& out) const {
  append_json_begin(out, "stats");
  append_json_number(out, "frames", frames_);
  append(out, ",\"states\":{");
  Members states(out);
  for (const State state : kOrder) states.number(key(state), states_[index(state)]);
  append(out, "},\"reasons\":{");
  Members reasons(out);
  for (std::size_t i = 0; i < reasons_.size(); ++i) {
    if (reasons_[i] != 0) reasons.number(slug(static_cast<Reason>(i)), reasons_[i]);
  }
  append(out, "},\"protocols\":[");
  const char* comma = "";
  for (std::size_t number = 0; number < kNoProtocol; ++number) {
    const Protocol& protocol = protocols_[number];
    if (protocol.packets() == 0) continue;
    append(out, "{}{{\"packets\":{},\"bytes\":{}", comma, protocol.packets(), protocol.bytes);
    append_json_protocol(out, static_cast<std::uint8_t>(number));
    append(out, ",\"states\":{");
    Members of_protocol(out);
    for (const State state : kOrder) of_protocol.number(key(state), protocol.states[index(state)]);
    append(out, "}}");
    comma = ",";
  }
  append(out, "],\"connections\":{{\"opened\":{},\"left\":{},\"ended\":{{", opened_, left_);
  Members ended(out);
  for (std::size_t i = 1; i < kDestroyCauses; ++i) {
    ended.number(name(static_cast<DestroyCause>(i)), ended_[i]);
  }
  append(out, "}},\"checksums\":{");
  Members checksums(out);
  for (const Checksum checksum :
       {Checksum::good, Checksum::bad, Checksum::offloaded, Checksum::cut}) {
    checksums.number(name(checksum), checksums_[static_cast<std::size_t>(checksum)]);
  }
  checksums.number("ip_bad", ip_checksums_bad_);
  append(out, "}");
  append_json_number(out, "cut", cut_);
  append_json_number(out, "fragments", fragments_);
  append_json_number(out, "length_offloaded", lengths_offloaded_);
  append_json_number(out, "not_ip", protocols_[kNoProtocol].packets());
  if (judged_) {
    append(out, ",\"verdicts\":{");
    Members verdicts(out);
    for (const Verdict verdict : kJudged) {
      verdicts.number(name(verdict), verdicts_[static_cast<std::size_t>(verdict)]);
    }
    verdicts.number("none", verdicts_[static_cast<std::size_t>(Verdict::none)]);
    append(out, "}");
    append_json_number(out, "uncertain", uncertain_);
    append_json_number(out, "answers", answers_);
  }
  append(out, "}");
}

}  // namespace statewall
