#include <algorithm>
#include <vector>

#include "rules/suggest.h"
#include "service/control_jobs.h"

// Every command of the control socket, and the fields that it has.

namespace statewall {
namespace {

using Keys = std::initializer_list<std::string_view>;

struct ControlCommand {
  std::string_view name;
  bool filters = false;  ///< takes the fields of connection_filter.h
  std::vector<std::string_view> keys;
  MadeJob (*make)(const ControlContext& context, const ControlRequest& request) = nullptr;
};

const std::vector<ControlCommand>& commands() {
  static const std::vector<ControlCommand> kCommands = {
      {"list", true, {"format", "output"}, make_list},
      {"top", true, {"sort", "limit"}, make_top},
      {"events", true, {"kinds", "format", "output"}, make_events},
      {"delete", true, {}, make_delete},
      {"flush", false, {}, make_flush},
      {"stats", false, {"rules", "format"}, make_stats},
      {"explain", false, {"conn", "format"}, make_explain},
      {"reload", false, {}, make_reload},
      {"save", false, {}, make_save},
      {"import", false, {}, make_import},
  };
  return kCommands;
}

std::vector<std::string_view> keys_of(const ControlCommand& command) {
  std::vector<std::string_view> keys = command.keys;
  if (!command.filters) return keys;
  for (const FilterKey& key : filter_keys()) keys.push_back(key.name);
  return keys;
}

Error unknown_command(std::string_view name) {
  std::vector<std::string_view> names;
  for (const ControlCommand& command : commands()) names.push_back(command.name);
  return {ErrorKind::usage, "", unknown_name("command", name, names)};
}

}  // namespace

Result<std::unique_ptr<ControlJob>> make_control_job(const ControlContext& context,
                                                     const ControlRequest& request) {
  const auto command = std::ranges::find(commands(), request.command, &ControlCommand::name);
  if (command == commands().end()) return unknown_command(request.command);
  const std::vector<std::string_view> keys = keys_of(*command);
  for (const auto& field : request.fields) {
    if (std::ranges::find(keys, field.key) != keys.end()) continue;
    return Error{ErrorKind::usage, std::string(command->name),
                 unknown_name("field", field.key, keys)};
  }
  return command->make(context, request);
}

}  // namespace statewall
