#pragma once

#include "report/buffer.h"
#include "report/decision_record.h"
#include "report/style.h"

namespace statewall {

/// "ACCEPT ", "DROP   ", "REJECT ", or "-      ": seven columns.
void append_verdict(Buffer& out, Verdict verdict, Color color);

/// "; filter FORWARD 3", "; policy of filter FORWARD", "; its TTL ends at the firewall", and where
/// the verdict is uncertain, why.
void append_decision(Buffer& out, const DecisionRecord& record, const Rulesets& rulesets);

/// A line for each thing that happened on the way, each begun with a newline: rules visited, lines
/// of LOG and NFLOG, a translation that was not done.
void append_happenings(Buffer& out, const DecisionRecord& record, const Rulesets& rulesets);

}  // namespace statewall
