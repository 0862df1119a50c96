#include <array>
#include <string>
#include <utility>
#include <vector>

#include "report/event_text.h"
#include "report/table_text.h"
#include "rules/text.h"
#include "service/control_jobs.h"
#include "service/logged_packet_text.h"
#include "service/request_fields.h"

// Jobs that tell what happens, until the client goes: events, and packets explained.

namespace statewall {
namespace {

/// Tells lines to a client as long as it keeps up, and how many it missed.
class Follower : public ControlJob {
 public:
  Step go_on(ControlAnswer& answer) override {
    // Who asked knows by this that from here on nothing is missed unsaid.
    if (!std::exchange(begun_, true)) answer.notice("following");
    tell_missed(answer);
    return Step::waits;
  }

  void missed(std::uint64_t count) override { missed_ += count; }

 protected:
  void tell(ControlAnswer& answer) {
    const std::string_view text(line_.data(), line_.size());
    if (answer.takes(text)) {
      tell_missed(answer);
      answer.data(text);
    } else {
      ++missed_;
    }
    line_.clear();
  }

  Buffer line_;

 private:
  void tell_missed(ControlAnswer& answer) {
    if (missed_ == 0 || !answer.takes("")) return;
    answer.notice(fmt::format("lost {}", missed_));
    missed_ = 0;
  }

  bool begun_ = false;
  std::uint64_t missed_ = 0;
};

using Kinds = std::array<bool, 3>;  ///< by EventKind

Result<Kinds> kinds_of(const ControlRequest& request) {
  constexpr Choice<EventKind> kWords[] = {
      {"new", EventKind::new_}, {"update", EventKind::update}, {"destroy", EventKind::destroy}};
  const std::string* text = request.find("kinds");
  if (!text) return Kinds{true, true, true};
  Kinds kinds{};
  std::string_view words = *text;
  for (;;) {
    const std::size_t comma = words.find(',');
    const auto kind = choose("kinds", words.substr(0, comma), kWords);
    if (!kind) return kind.error();
    kinds[static_cast<std::size_t>(*kind)] = true;
    if (comma == words.npos) return kinds;
    words.remove_prefix(comma + 1);
  }
}

class EventsJob final : public Follower {
 public:
  struct Wanted {
    ConnectionFilter filter;
    Kinds kinds{};
    bool json = false;
    OutputField output;
  };
  explicit EventsJob(Wanted wanted) : wanted_(std::move(wanted)) {}

  bool wants_events() const override { return true; }

  void event(const Event& event, ControlAnswer& answer) override {
    if (!wanted_.kinds[static_cast<std::size_t>(event.kind)]) return;
    if (!wanted_.filter.matches(event.connection)) return;
    if (wanted_.json) {
      append_event_json(line_, kLiveFile, event);
    } else if (wanted_.output.given) {
      append_conntrack_event(line_, event, wanted_.output.output);
    } else {
      append_event_line(line_, event);
    }
    tell(answer);
  }

 private:
  const Wanted wanted_;
};

/// Each packet that was not accepted, or each of one connection.
class ExplainJob final : public Follower {
 public:
  ExplainJob(std::uint64_t connection, bool json) : connection_(connection), json_(json) {}

  PacketWatch watch() const override {
    return {.not_accepted = connection_ == 0, .connection = connection_};
  }

  void packet(const LoggedPacket& packet, ControlAnswer& answer) override {
    if (!wants(packet)) return;
    append_logged_packet(line_, packet, json_);
    tell(answer);
  }

 private:
  bool wants(const LoggedPacket& packet) const {
    const Decision& decision = packet.decision;
    if (connection_ != 0) return decision.observation.connection.number == connection_;
    return decision.verdict != Verdict::accept;
  }

  const std::uint64_t connection_;  ///< 0: those that were not accepted
  const bool json_;
};

}  // namespace

MadeJob make_events(const ControlContext&, const ControlRequest& request) {
  EventsJob::Wanted wanted;
  auto filter = filter_of(request);
  if (!filter) return filter.error();
  wanted.filter = std::move(*filter);
  const auto kinds = kinds_of(request);
  if (!kinds) return kinds.error();
  wanted.kinds = *kinds;
  const auto json = field_of(request, "format", kTextJson);
  if (!json) return json.error();
  wanted.json = *json;
  const auto output = output_of(request);
  if (!output) return output.error();
  wanted.output = *output;
  return made<EventsJob>(std::move(wanted));
}

MadeJob make_explain(const ControlContext& context, const ControlRequest& request) {
  const auto json = field_of(request, "format", kTextJson);
  if (!json) return json.error();
  const auto connection = number_of(request, "conn", 1, ~std::uint64_t{0}, 0);
  if (!connection) return connection.error();
  const std::uint64_t other = context.watched.connection;
  if (*connection != 0 && other != 0 && other != *connection) {
    return Error{
        ErrorKind::runtime, "",
        fmt::format("somebody follows connection {}, and one can be followed at a time", other)};
  }
  return made<ExplainJob>(*connection, *json);
}

}  // namespace statewall
