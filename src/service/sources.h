#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "live/source.h"
#include "service/run_config.h"
#include "statewall/profile.h"
#include "statewall/result.h"

namespace statewall {

/// Opens what the configuration says packets come from, once for each worker.
Result<std::vector<std::unique_ptr<Source>>> open_sources(const RunConfig& config,
                                                          const Profile& profile);

/// What people should know before they rely on it: offloads of cards that a source cannot see.
std::vector<std::string> source_remarks(const RunConfig& config);

/// With what traffic is led to a queue.
enum class SetupTool : std::uint8_t { iptables, nft };

/// The commands that lead traffic to it, and those that undo it, with a word on what they are for:
/// lines of a shell.
std::string setup_text(const RunConfig& config, SetupTool tool);

}  // namespace statewall
