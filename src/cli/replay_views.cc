#include "cli/replay_views.h"

#include "report/connection_json.h"
#include "report/decision_json.h"
#include "report/event_text.h"
#include "report/packet_json.h"
#include "report/packet_line.h"
#include "report/table_text.h"
#include "report/time_text.h"

namespace statewall {

void PacketLines::packet(const PacketRecord& record, bool shown) {
  if (!shown) return;
  if (options_.json) {
    append_packet_json(out_.buffer(), record);
  } else {
    if (options_.merge) append(out_.buffer(), "{}:", record.file);
    append_packet_line(out_.buffer(), record, options_.color);
  }
  out_.line_done();
}

void PacketLines::answer(const PacketRecord& cause, const Answer& answer, bool shown) {
  if (!shown) return;
  if (options_.json) {
    append_answer_json(out_.buffer(), cause, answer.observation, answer.bytes, answer.decision,
                       *cause.rulesets);
  } else {
    append_answer_line(out_.buffer(), answer.packet, answer.decision, *cause.rulesets);
  }
  out_.line_done();
}

void EventLines::event(const Event& event, bool shown) {
  if (!shown) return;
  if (options_.json) {
    append_event_json(out_.buffer(), file_, event);
  } else if (options_.conntrack) {
    append_conntrack_event(out_.buffer(), event, *options_.conntrack);
  } else {
    append_event_line(out_.buffer(), event);
  }
  out_.line_done();
}

void Tables::table(const World& world, Nanoseconds time) {
  if (options_.format != TableOutput::json) {
    append(out_.buffer(), "==> table at ");
    append_time_of_day(out_.buffer(), time);
    append(out_.buffer(), " <==");
    out_.line_done();
  }
  print(world.connections(), time);
}

void Tables::end(const World& world) {
  if (!options_.table) return;
  const std::vector<Connection> connections = world.connections();
  // Lines above and below that are both for people are set apart.
  const bool lines_above = (!options_.quiet || options_.events) && !options_.json;
  const bool lines_below = options_.format != TableOutput::json && !connections.empty();
  if (lines_above && lines_below) out_.line_done();
  print(connections, world.now().value_or(0));
}

void Tables::print(const Connection& connection, Nanoseconds now, TableFormat format) {
  const ConntrackOutput output = options_.conntrack.value_or(ConntrackOutput{});
  append_table_line(out_.buffer(), connection, now, format, output);
}

void Tables::print(const std::vector<Connection>& connections, Nanoseconds now) {
  for (const Connection& connection : connections) {
    switch (options_.format) {
      case TableOutput::none: return;
      case TableOutput::json: append_connection_json(out_.buffer(), file_, connection, now); break;
      case TableOutput::tutorial: print(connection, now, TableFormat::tutorial); break;
      case TableOutput::ip_conntrack: print(connection, now, TableFormat::ip_conntrack); break;
      case TableOutput::nf_conntrack: print(connection, now, TableFormat::nf_conntrack); break;
      case TableOutput::conntrack: print(connection, now, TableFormat::conntrack); break;
    }
    out_.line_done();
  }
}

}  // namespace statewall
