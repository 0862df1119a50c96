#include "report/decision_text.h"

#include "report/rule_text.h"

namespace statewall {
namespace {

constexpr std::string_view kIndent = "\n        ";

std::string_view color_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept: return "\x1b[32m";
    case Verdict::drop:
    case Verdict::reject: return "\x1b[1;31m";
    case Verdict::none: break;
  }
  return "\x1b[2m";
}

}  // namespace

void append_verdict(Buffer& out, Verdict verdict, Color color) {
  if (color == Color::yes) append(out, color_of(verdict));
  append_padded(out, verdict == Verdict::none ? "-" : name(verdict), 7);
  if (color == Color::yes) append(out, kColorEnd);
}

void append_decision(Buffer& out, const DecisionRecord& record, const Rulesets& rulesets) {
  const Decision& decision = record.decision;
  if (decision.decided) {
    append(out, "; {}", place_text(*rulesets.of(decision.family), decision.place));
  } else if (decision.obstacle != Obstacle::none) {
    append(out, "; {}", sentence(decision.obstacle));
  }
  if (decision.uncertainty != Uncertainty::none) {
    append(out, "; uncertain: {}", sentence(decision.uncertainty));
  }
}

void append_happenings(Buffer& out, const DecisionRecord& record, const Rulesets& rulesets) {
  for (const DecisionRecord::Visit& visit : record.visits) {
    append(out, "{}{}", kIndent, visit_text(rulesets, visit));
  }
  if (!record.translation.empty()) append(out, "{}would be {}", kIndent, record.translation);
  for (const std::string& line : record.log_lines) append(out, "{}LOG {}", kIndent, line);
  for (const DecisionRecord::Nflog& nflog : record.nflogs) {
    append(out, "{}NFLOG group {} {}", kIndent, nflog.group, nflog.prefix);
  }
}

}  // namespace statewall
