#pragma once

#include <span>
#include <vector>

#include "live/engine.h"
#include "report/buffer.h"
#include "service/control_server.h"

namespace statewall {

/// What an engine counted: of groups packets, state, reason, verdict, worker, table, fragments and
/// rules. States, reasons and verdicts that no packet had are left out.
std::vector<LiveStatistic> live_statistics(Engine& engine);

/// Lines of three columns, the last without its newline.
void append_statistics(Buffer& out, std::span<const LiveStatistic> statistics);

/// "type":"live_stats": an object a group, at `now`.
void append_statistics_json(Buffer& out, std::span<const LiveStatistic> statistics,
                            Nanoseconds now);

}  // namespace statewall
