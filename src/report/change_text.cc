#include "report/change_text.h"

#include <string_view>

#include "report/buffer.h"
#include "report/time_text.h"

namespace statewall {
namespace {

struct Ending {
  DestroyCause cause;
  std::string_view text;
};
constexpr Ending kEndings[] = {
    {DestroyCause::none, "it has not ended"},
    {DestroyCause::replied, "replied: nothing more is expected through it"},
    {DestroyCause::error, "error: an ICMP error came for it"},
    {DestroyCause::expired, "expired: its time ran out"},
    {DestroyCause::evicted, "evicted: dropped early, to make room in a full table"},
    {DestroyCause::flushed, "flushed: deleted by the operator"},
    {DestroyCause::reset, "reset: a TCP RST before any reply"},
    {DestroyCause::reopened, "reopened: a SYN opened the closed connection again, as a new one"},
};
constexpr bool in_order() {
  std::size_t index = 0;
  for (const Ending& row : kEndings) {
    if (static_cast<std::size_t>(row.cause) != index++) return false;
  }
  return index == kDestroyCauses;
}
static_assert(in_order());

void add_timer(std::vector<std::string>& texts, const Connection& before, const Connection& after,
               Nanoseconds now) {
  if (before.deadline == after.deadline) return;
  texts.push_back(
      fmt::format("timer set to {}, {} were left", time_left(after, now), time_left(before, now)));
}

void add_status(std::vector<std::string>& texts, const Connection& before,
                const Connection& after) {
  const unsigned set = after.status & ~unsigned{before.status};
  if (set & status::seen_reply) texts.push_back("[UNREPLIED] gone: it has seen a reply");
  if (set & status::assured) texts.push_back("[ASSURED] set: it is never dropped early");
}

}  // namespace

std::vector<std::string> change_texts(ConnectionId id, const std::optional<Connection>& before,
                                      const std::optional<Connection>& after,
                                      const std::vector<Event>& events, Nanoseconds now) {
  std::vector<std::string> texts;
  if (!before && after) {
    texts.push_back(fmt::format("entered, with {} to live", time_left(*after, now)));
  }
  if (before && after) {
    if (before->tcp_state != after->tcp_state) {
      texts.push_back(fmt::format("{} became {}", name(before->tcp_state), name(after->tcp_state)));
    }
    add_status(texts, *before, *after);
    if (before->open_queries != after->open_queries) {
      texts.push_back(
          fmt::format("open queries: {}, {} before", after->open_queries, before->open_queries));
    }
    add_timer(texts, *before, *after, now);
  }
  for (const Event& event : events) {
    if (event.kind != EventKind::destroy) continue;
    const bool own = event.connection.id == id;
    texts.push_back(own ? "destroyed, " + end_text(event.cause)
                        : fmt::format("connection {} destroyed, {}", event.connection.id.number,
                                      end_text(event.cause)));
  }
  return texts;
}

std::string end_text(DestroyCause cause) {
  return std::string(kEndings[static_cast<std::size_t>(cause)].text);
}

std::string time_left(const Connection& connection, Nanoseconds now) {
  if (connection.deadline <= now) return short_span(0);
  // Deadlines are whole milliseconds and round up: what is over them was promised to nobody.
  constexpr auto millisecond = static_cast<std::uint64_t>(kNanosecondsPerMillisecond);
  return short_span(span_between(now, connection.deadline) / millisecond * millisecond);
}

std::string short_span(std::uint64_t nanoseconds) {
  Buffer exact;
  append_span(exact, nanoseconds);
  std::string_view digits(exact.data(), exact.size());
  while (digits.ends_with('0')) digits.remove_suffix(1);
  if (digits.ends_with('.')) digits.remove_suffix(1);
  return std::string(digits) + " s";
}

}  // namespace statewall
