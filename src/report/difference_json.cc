#include "report/difference_json.h"

#include "report/json.h"
#include "report/json_members.h"
#include "report/observation_json.h"
#include "report/packet_text.h"
#include "report/profile_text.h"
#include "report/time_text.h"

namespace statewall {
namespace {

void append_reason_member(Buffer& out, std::string_view key, Reason reason) {
  append(out, ",\"{}\":{{\"state\":", key);
  append_state_json(out, state_of(reason));
  append_text_member(out, "reason", slug(reason));
  append(out, "}");
}

void append_side(Buffer& out, std::string_view key, const Packet& packet, const Observation& seen) {
  append(out, ",\"{}\":{{", key);
  append_observation_json(out, packet, seen);
  append(out, "}");
}

}  // namespace

void append_comparison_json(Buffer& out, const ComparisonRecord& comparison) {
  append_json_begin(out, "comparison");
  append_text_member(out, "a", comparison.a);
  append_text_member(out, "b", comparison.b);
  append(out, ",\"switches\":[");
  const char* comma = "";
  for (const SwitchChange& change : comparison.switches) {
    append(out, "{}{{\"name\":\"{}\"", comma, change.row->name);
    append_text_member(out, "a", switch_value_text(*change.row, change.a));
    append_text_member(out, "b", switch_value_text(*change.row, change.b));
    append(out, "}");
    comma = ",";
  }
  append(out, "],\"packets\":{},\"differing\":{},\"groups\":{}}}", comparison.packets,
         comparison.differing, comparison.groups);
}

void append_group_json(Buffer& out, const DifferenceGroup& group) {
  append_json_begin(out, "difference_group");
  append_reason_member(out, "a", group.a);
  append_reason_member(out, "b", group.b);
  append(out, ",\"packets\":{},\"shown\":{}}}", group.packets, group.first.size());
}

void append_difference_json(Buffer& out, const Difference& difference) {
  append_json_begin(out, "difference");
  append_text_member(out, "file", difference.file);
  append(out, ",\"n\":{},\"ts\":\"", difference.frame);
  append_seconds(out, difference.time);
  append(out, "\"");
  append_text_member(out, "packet", packet_text(difference.packet));
  append_side(out, "a", difference.packet, difference.a);
  append_side(out, "b", difference.packet, difference.b);
  append(out, "}");
}

}  // namespace statewall
