#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "statewall/result.h"

namespace statewall {

/// What `statewall run` is told, by its configuration file and its command line. The field's names
/// are those of the keys: `queue_first` is `first` in the section `queue`, and `--queue-first`.
struct RunConfig {
  std::string profile = "linux";
  std::vector<std::string> set;
  std::string rules, rules6, topology, unsupported = "error";
  std::vector<std::string> local, route;
  std::string mode = "queue";
  std::uint64_t workers = 1;
  std::string user;
  std::string sandbox = "on";

  std::uint64_t queue_first = 0;
  std::uint64_t queue_length = 4096;
  std::string queue_full = "drop";
  std::uint64_t queue_answer_mark = 0x5357;

  std::vector<std::string> bridge_interfaces;
  std::string bridge_rings = "packet";
  std::string bridge_other = "pass";

  std::string watch_interface;
  std::string watch_format = "text";

  std::string control_socket = "/run/statewall/statewall.sock";
  std::string control_group;

  std::uint64_t log_rate = 100;

  std::string state_file;
  std::uint64_t state_every = 60;

  std::string metrics_listen;
};

/// One key.
struct RunSetting {
  using Text = std::string RunConfig::*;
  using Number = std::uint64_t RunConfig::*;
  using List = std::vector<std::string> RunConfig::*;

  std::string_view section;  ///< empty: above all sections
  std::string_view key;
  std::variant<Text, Number, List> field;
  std::string_view type;     ///< what a value is, for people: "FILE"
  std::string_view meaning;  ///< one line
  /// Of a text: the words that it may be, between blanks; empty: any.
  std::string_view words = {};
  std::uint64_t least = 0, most = 0;  ///< of a number

  /// "queue.first", and as an option: "--queue-first".
  std::string name() const;
  std::string option() const;
};
std::span<const RunSetting> run_settings();

/// Reads a configuration file over what `config` has already. An Error has its place.
std::optional<Error> read_run_config(const std::string& path, RunConfig& config);

/// Is each value one that its key may have, and do they go together? `where` of an Error is the
/// key.
std::optional<Error> check_run_config(const RunConfig& config);

}  // namespace statewall
