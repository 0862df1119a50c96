#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "cli/output.h"
#include "service/control_client.h"
#include "statewall/result.h"

// What the commands have in common that speak to a firewall which runs (`statewall run`).

namespace statewall {

/// --socket, and options whose values go into the request as they are: the firewall judges them.
struct ControlOptions {
  std::string socket{kControlPath};

  /// REQUIRES, of all of these: `this` outlives the parsing.
  void add_socket_to(CLI::App& app);
  /// The conditions of connection_filter.h, as options by their names and conntrack's letters.
  void add_filters_to(CLI::App& app);
  void add_json_to(CLI::App& app);
  CLI::Option* add_field_to(CLI::App& app, std::string option, std::string key, std::string help);

  /// The request of a command with the fields that were given.
  ControlRequest request(std::string_view command) const;

 private:
  struct Given {
    CLI::Option* option;
    std::string key;
    std::string value;
  };
  bool json_ = false;
  std::list<Given> given_;  ///< a list: options point into it
};

/// Asks, and prints what is answered: data on standard output, notices on stderr behind
/// "statewall NAME: ". `data` are the lines that the request brings, if it brings any.
Result<std::uint64_t> ask_firewall(const std::string& socket, const ControlRequest& request,
                                   Output& out, std::optional<std::string_view> data = {});

/// The same for requests that are answered until the firewall ends, or nobody reads the output any
/// more. Returns the exit code. Lines are written as soon as they are there.
int follow_firewall(const std::string& socket, const ControlRequest& request);

/// Asks for connections to be ended, says how many were, and returns the exit code.
int run_deletion(const std::string& socket, const ControlRequest& request);

/// Asks, prints, and returns the exit code.
int run_request(const std::string& socket, const ControlRequest& request);

}  // namespace statewall
