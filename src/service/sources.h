#pragma once

#include <memory>
#include <vector>

#include "live/source.h"
#include "service/run_config.h"
#include "statewall/profile.h"
#include "statewall/result.h"

namespace statewall {

/// Opens what the configuration says packets come from, once for each worker.
Result<std::vector<std::unique_ptr<Source>>> open_sources(const RunConfig& config,
                                                          const Profile& profile);

/// The commands that lead traffic to it, and those that undo it, with a word on what they are for:
/// lines of a shell.
std::string setup_text(const RunConfig& config);

}  // namespace statewall
