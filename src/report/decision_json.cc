#include "report/decision_json.h"

#include "report/json.h"
#include "report/json_members.h"
#include "report/rule_text.h"

namespace statewall {
namespace {

/// An object that says which rule or policy it is.
void append_place(Buffer& out, const rules::Ruleset& ruleset, const RulePlace& place) {
  const rules::Chain& chain = ruleset.table(place.table)->chains[place.chain];
  append(out, "{{\"table\":\"{}\",\"chain\":", name(place.table));
  append_json_string(out, chain.name);
  if (place.rule != RulePlace::kPolicy) append_json_number(out, "number", place.rule + 1u);
  if (const std::uint32_t line = line_of(ruleset, place); line != 0) {
    append_json_number(out, "line", line);
  }
  append(out, ",\"text\":");
  append_json_string(out, rule_text(ruleset, place));
  append(out, "}");
}

void append_trail(Buffer& out, const DecisionRecord& record, const Rulesets& rulesets) {
  const char* separator = ",\"trail\":[";
  for (const DecisionRecord::Visit& visit : record.visits) {
    const rules::Ruleset& ruleset = *rulesets.of(visit.family);
    append(out, std::string_view(separator));
    append(out, "{{\"hook\":\"{}\",\"rule\":", name(visit.hook));
    append_place(out, ruleset, visit.place);
    const std::string unmet = unmet_text(ruleset, visit.place, visit.unmet);
    if (unmet.empty()) {
      append(out, ",\"matched\":true}");
    } else {
      append(out, ",\"matched\":false,\"unmet\":\"{}\"}}", unmet);
    }
    separator = ",";
  }
  if (!record.visits.empty()) append(out, "]");
}

void append_logs(Buffer& out, const DecisionRecord& record) {
  const char* separator = ",\"log\":[";
  for (const std::string& line : record.log_lines) {
    append(out, std::string_view(separator));
    append_json_string(out, line);
    separator = ",";
  }
  if (!record.log_lines.empty()) append(out, "]");
  separator = ",\"nflog\":[";
  for (const DecisionRecord::Nflog& nflog : record.nflogs) {
    append(out, std::string_view(separator));
    append(out, "{{\"group\":{},\"prefix\":", nflog.group);
    append_json_string(out, nflog.prefix);
    append(out, "}");
    separator = ",";
  }
  if (!record.nflogs.empty()) append(out, "]");
}

void append_text_member(Buffer& out, std::string_view key, std::string_view text) {
  if (text.empty()) return;
  append(out, ",\"{}\":", key);
  append_json_string(out, text);
}

}  // namespace

void append_decision_members(Buffer& out, const DecisionRecord& record, const Rulesets& rulesets) {
  const Decision& decision = record.decision;
  if (decision.verdict == Verdict::none) {
    append_json_null(out, "verdict");
    return;
  }
  append_json_member(out, "verdict", name(decision.verdict));
  append_json_member(out, "way", name(decision.way));
  append_text_member(out, "in", record.in);
  append_text_member(out, "out", record.out);
  if (decision.decided) {
    append(out, ",\"rule\":");
    append_place(out, *rulesets.of(decision.family), decision.place);
  }
  append_text_member(out, "obstacle", sentence(decision.obstacle));
  append_text_member(out, "uncertain", sentence(decision.uncertainty));
  append_text_member(out, "nat", record.translation);
  if (decision.mark != 0) append_json_number(out, "mark", decision.mark);
  append_logs(out, record);
  append_trail(out, record, rulesets);
}

void append_answer_json(Buffer& out, const PacketRecord& cause, const Observation& observation,
                        std::span<const std::uint8_t> bytes, const DecisionRecord& record,
                        const Rulesets& rulesets) {
  append_json_begin(out, "answer", cause.file);
  append_json_number(out, "n", cause.frame);
  append_json_time(out, "ts", cause.time);
  append_json_member(out, "state", name(observation.state));
  append(out, ",\"bytes\":\"");
  for (const std::uint8_t byte : bytes) append(out, "{:02x}", byte);
  append(out, "\"");
  append_decision_members(out, record, rulesets);
  append(out, "}");
}

}  // namespace statewall
