#include "report/explanation_json.h"

#include <optional>
#include <string>
#include <string_view>

#include "report/change_text.h"
#include "report/connection_json.h"
#include "report/json.h"
#include "report/json_members.h"
#include "report/observation_json.h"
#include "report/packet_json.h"
#include "report/packet_tree.h"

namespace statewall {
namespace {

/// "key":[...]: what `append_one(item)` appends of each, with commas between them.
template <typename List, typename AppendOne>
void append_array(Buffer& out, std::string_view key, const List& list, AppendOne&& append_one) {
  append(out, ",\"{}\":[", key);
  std::string_view comma;
  for (const auto& item : list) {
    append(out, comma);
    comma = ",";
    append_one(item);
  }
  append(out, "]");
}

/// A moment: its frame is null where the clock alone brought it.
void append_point(Buffer& out, std::string_view key, const FramePoint& point) {
  append(out, ",\"{}\":{{\"n\":", key);
  if (point.frame == 0) {
    append(out, "null");
  } else {
    append_number(out, point.frame);
  }
  append_json_time(out, "ts", point.time);
  append(out, "}");
}

void append_history(Buffer& out, std::string_view key,
                    const std::optional<ConnectionHistory>& history) {
  if (!history) return append_json_null(out, key);
  append(out, ",\"{}\":{{\"conn\":{},\"original\":{},\"reply\":{},\"errors\":{}", key,
         history->id.number, history->original_packets, history->reply_packets, history->errors);
  append_point(out, "opened", history->opened);
  append_point(out, "last", history->last);
  if (history->end == DestroyCause::none) {
    append_json_null(out, "ended");
    append_json_null(out, "cause");
  } else {
    append_point(out, "ended", history->ended);
    append_text_member(out, "cause", name(history->end));
  }
  append(out, "}");
}

void append_looked_up(Buffer& out, const std::optional<LookedUp>& looked_up) {
  if (!looked_up) return append_json_null(out, "lookup");
  append(out, ",\"lookup\":{{\"quoted\":{},\"protonum\":{}", looked_up->quoted,
         looked_up->tuple.protocol);
  append_json_tuple(out, "tuple", looked_up->tuple);
  append(out, "}");
}

void append_connection(Buffer& out, std::string_view key, const std::optional<Connection>& entry,
                       const Explanation& all) {
  if (!entry) return append_json_null(out, key);
  append(out, ",\"{}\":", key);
  append_connection_json(out, all.file, *entry, all.now);
}

void append_event(Buffer& out, const Event& event) {
  append(out, "{{\"event\":\"{}\",\"conn\":{}", name(event.kind), event.connection.id.number);
  if (event.kind == EventKind::destroy) append_text_member(out, "cause", name(event.cause));
  append(out, "}");
}

void append_alternative(Buffer& out, const Packet& packet, const Alternative& other) {
  append(out, "{\"name\":");
  append_json_string(out, other.name);
  append(out, ",");
  append_observation_json(out, packet, other.seen);
  append(out, "}");
}

void append_changes(Buffer& out, const Explanation& all) {
  const ConnectionId id = all.found ? all.found->id : all.observation.connection;
  append_array(out, "changes", change_texts(id, all.found, all.after, all.events, all.now),
               [&](const std::string& text) { append_json_string(out, text); });
  append_array(out, "events", all.events, [&](const Event& event) { append_event(out, event); });
}

}  // namespace

void append_explanation_json(Buffer& out, const Explanation& all) {
  append(out, "{{\"v\":{},\"type\":\"explanation\",\"packet\":", kJsonVersion);
  append_packet_json(out, {all.file, all.at.frame, all.at.time, all.packet, all.observation,
                           nullptr, nullptr, &all.subject});
  append_text_member(out, "lesson", lesson(all.observation.reason).text);
  append_text_member(out, "source", lesson(all.observation.reason).source);
  append_array(out, "layers", packet_tree(all.packet, all.bytes, all.link, all.original_length),
               [&](const TreeRow& row) {
                 append(out, "{{\"layer\":\"{}\"", row.label);
                 append_text_member(out, "text", row.text);
                 append(out, "}");
               });
  append_looked_up(out, all.looked_up);
  append_connection(out, "before", all.found, all);
  append_connection(out, "after", all.after, all);
  append_changes(out, all);
  if (all.after) {
    append_json_time(out, "expires", all.after->deadline);
  } else {
    append_json_null(out, "expires");
  }
  append_history(out, "history", all.history);
  append_history(out, "earlier", all.earlier);
  append_array(out, "near", all.near, [&](const NearMiss& near) {
    append(out, "{{\"conn\":{},\"field\":\"{}\"", near.connection.id.number, near.field);
    append_json_tuple(out, "orig", near.connection.original);
    append_json_tuple(out, "reply", near.connection.reply);
    append(out, "}");
  });
  append(out, ",\"near_count\":{}", all.near_count);
  const auto alternative = [&](const Alternative& other) {
    append_alternative(out, all.packet, other);
  };
  append_array(out, "profiles", all.profiles, alternative);
  append_array(out, "switches", all.switches, alternative);
  append(out, "}");
}

}  // namespace statewall
