#include "report/explanation_text.h"

#include <algorithm>
#include <string_view>

#include "report/change_text.h"
#include "report/packet_tree.h"
#include "report/protocol_name.h"
#include "report/reason_text.h"
#include "report/table_text.h"
#include "report/time_text.h"

namespace statewall {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kLabel = 10;
constexpr std::size_t kIndent = 2 + kLabel;

std::string_view state_text(State state) { return state == State::none ? "-" : name(state); }

/// A section, one row of which is a label and a text behind it; long texts are wrapped.
class Rows {
 public:
  explicit Rows(Buffer& out) : out_(out) {}

  void heading(std::string_view text) { append(out_, "\n{}\n", text); }

  void row(std::string_view label, std::string_view text) {
    append(out_, "  ");
    append_padded(out_, label, kLabel);
    wrap(text);
  }

  /// Goes on under the text of the row before.
  void more(std::string_view text) { row("", text); }

 private:
  void wrap(std::string_view text) {
    while (text.size() > kWidth - kIndent) {
      const std::size_t space = text.rfind(' ', kWidth - kIndent);
      if (space == std::string_view::npos || space == 0) break;
      append(out_, text.substr(0, space));
      append(out_, "\n");
      append_padded(out_, "", kIndent);
      text.remove_prefix(space + 1);
    }
    append(out_, text);
    append(out_, "\n");
  }

  Buffer& out_;
};

std::string time_text(Nanoseconds time) {
  Buffer out;
  append_time_of_day(out, time);
  return fmt::to_string(out);
}

std::string tuple_text(const Tuple& tuple) {
  Buffer out;
  const std::string_view known = protocol_name(tuple.protocol);
  if (known.empty()) {
    append(out, "protocol {} ", tuple.protocol);
  } else {
    append(out, "{} ", known);
  }
  append_tuple(out, tuple);
  out.resize(out.size() - 1);
  return fmt::to_string(out);
}

std::string span_text(Nanoseconds from, Nanoseconds to) {
  return short_span(span_between(std::min(from, to), std::max(from, to)));
}

/// "0.5 s before" the packet's moment; captures may run backwards.
std::string before_text(Nanoseconds then, const Explanation& all) {
  return span_text(then, all.now) + " before";
}

void add_verdict(Rows& rows, Buffer& out, const Explanation& all) {
  const Observation& seen = all.observation;
  append(out, "{}: frame {} at {}\n\n", all.file, all.at.frame, time_text(all.at.time));
  append(out, "{}", seen.state == State::none ? "No state" : name(seen.state));
  if (seen.direction != Direction::none) append(out, ", {} direction", name(seen.direction));
  if (seen.connection) append(out, ", connection {}", seen.connection.number);
  append(out, "\n");
  rows.row("reason",
           fmt::format("{}: the packet {}", slug(seen.reason), reason_text(all.subject, seen)));
  rows.row("why", lesson(seen.reason).text);
  rows.row("source", lesson(seen.reason).source);
  if (all.at.time < all.now) {
    rows.row("clock",
             fmt::format("its time runs backwards; tracking stands at {}", time_text(all.now)));
  }
}

void add_packet(Rows& rows, const Explanation& all) {
  rows.heading("The packet");
  for (const TreeRow& row : packet_tree(all.packet, all.bytes, all.link, all.original_length)) {
    rows.row(row.label, row.text);
  }
}

/// An entry as the table prints it, its two directions below each other.
void add_entry(Rows& rows, std::string_view label, const Connection& connection, Nanoseconds now) {
  const std::string line = table_line(connection, now, TableFormat::tutorial);
  std::size_t second = line.find(" [UNREPLIED]");
  if (second == std::string::npos) second = line.find(" src=", line.find(" src=") + 1);
  rows.row(label, line.substr(0, second));
  rows.more(line.substr(second + 1));
}

void add_earlier(Rows& rows, const ConnectionHistory& earlier, const Explanation& all) {
  rows.row("earlier", fmt::format("connection {} had this tuple, and ended {}{}", earlier.id.number,
                                  before_text(earlier.ended.time, all),
                                  earlier.ended.frame == 0
                                      ? std::string()
                                      : fmt::format(", with frame {}", earlier.ended.frame)));
  rows.more(end_text(earlier.end));
  rows.more(fmt::format("it was opened by frame {} and lived for {}", earlier.opened.frame,
                        span_text(earlier.opened.time, earlier.ended.time)));
}

void add_near(Rows& rows, const Explanation& all) {
  const char* label = "near miss";
  for (const NearMiss& near : all.near) {
    rows.row(label,
             fmt::format("connection {}, but for the {}", near.connection.id.number, near.field));
    label = "";
    const Tuple& tuple = all.looked_up->tuple;
    const Connection& connection = near.connection;
    // Of the two directions the one that is nearest.
    const bool replies = tuple.source == connection.reply.source ||
                         tuple.destination == connection.reply.destination;
    rows.more("  " + tuple_text(replies ? connection.reply : connection.original));
  }
  if (all.near_count > all.near.size()) {
    rows.more(fmt::format("and {} more", all.near_count - all.near.size()));
  }
}

void add_lookup(Rows& rows, const Explanation& all) {
  rows.heading("The lookup");
  if (!all.looked_up) return rows.row("tuple", "none: the packet alone decides");
  rows.row("tuple", tuple_text(all.looked_up->tuple));
  if (all.looked_up->quoted) rows.more("that of the quoted packet");
  if (all.found) {
    return rows.row("found", fmt::format("connection {}, in {} direction", all.found->id.number,
                                         name(all.found_direction)));
  }
  rows.row("found", "no connection");
  if (all.earlier) add_earlier(rows, *all.earlier, all);
  if (!all.earlier && all.observation.state == State::invalid) {
    rows.row("earlier", "no connection with this tuple, from the first frame on");
  }
  add_near(rows, all);
}

std::string event_text(const Event& event) {
  std::string text = fmt::format("{} connection {}", name(event.kind), event.connection.id.number);
  if (event.kind == EventKind::destroy) text += fmt::format(" ({})", name(event.cause));
  return text;
}

void add_changes(Rows& rows, ConnectionId id, const Explanation& all) {
  const char* label = "changes";
  const auto texts = change_texts(id, all.found, all.after, all.events, all.now);
  if (texts.empty()) rows.row(label, "none");
  for (const std::string& text : texts) {
    rows.row(label, text);
    label = "";
  }
  std::string events;
  for (const Event& event : all.events) events += (events.empty() ? "" : ", ") + event_text(event);
  rows.row("events", events.empty() ? "none" : events);
}

void add_history(Rows& rows, const ConnectionHistory& history, const Explanation& all) {
  rows.row("opened", fmt::format("by frame {}, {}", history.opened.frame,
                                 before_text(history.opened.time, all)));
  const auto packets = [](std::uint64_t count, std::string_view direction) {
    return fmt::format("{} in {} direction", count, direction);
  };
  rows.row("packets",
           fmt::format("so far {}, {}{}", packets(history.original_packets, "original"),
                       packets(history.reply_packets, "reply"),
                       history.errors == 0 ? std::string()
                                           : fmt::format(", and {} ICMP errors", history.errors)));
  rows.row("last",
           fmt::format("frame {}, {}", history.last.frame, before_text(history.last.time, all)));
}

void add_connection(Rows& rows, const Explanation& all) {
  const ConnectionId id = all.found ? all.found->id : all.observation.connection;
  if (!id) return;
  rows.heading(fmt::format("Connection {}", id.number));
  if (all.history) add_history(rows, *all.history, all);
  if (all.found) {
    add_entry(rows, "before", *all.found, all.now);
  } else {
    rows.row("before", "not in the table");
  }
  if (all.after) {
    add_entry(rows, "after", *all.after, all.now);
  } else {
    rows.row("after", "not in the table");
  }
  add_changes(rows, id, all);
  if (!all.after) return;
  rows.row("expires",
           fmt::format("at {} unless a packet restarts the timer, in {}",
                       time_text(all.after->deadline), span_text(all.now, all.after->deadline)));
}

void add_alternatives(Rows& rows, const Explanation& all) {
  rows.heading("Otherwise");
  std::size_t width = 0;
  for (const auto* list : {&all.profiles, &all.switches}) {
    for (const Alternative& other : *list) width = std::max(width, other.name.size());
  }
  const auto add = [&](std::string_view label, const Alternative& other) {
    rows.row(label, fmt::format("{:<{}}  {:<11}  {}", other.name, width,
                                state_text(other.seen.state), slug(other.seen.reason)));
  };
  for (const Alternative& other : all.profiles) add("profile", other);
  for (const Alternative& other : all.switches) add("with", other);
  if (all.switches.empty()) rows.row("switches", "none by itself changes its state");
}

}  // namespace

void append_explanation(Buffer& out, const Explanation& all) {
  Rows rows(out);
  add_verdict(rows, out, all);
  add_packet(rows, all);
  add_lookup(rows, all);
  add_connection(rows, all);
  add_alternatives(rows, all);
  out.resize(out.size() - 1);
}

}  // namespace statewall
