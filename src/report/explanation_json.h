#pragma once

#include "report/buffer.h"
#include "report/explanation.h"

namespace statewall {

/// "type":"explanation": all of it as one JSON line, without its newline. `docs/explain.md`
/// describes the fields, `docs/schema/replay.v1.schema.json` is their schema.
void append_explanation_json(Buffer& out, const Explanation& all);

}  // namespace statewall
