#include "cli/topology_file.h"

#include <fmt/format.h>

#include "report/toml_file.h"
#include "rules/suggest.h"

namespace statewall {
namespace {

constexpr std::string_view kKeys[] = {"local", "route"};

class TopologyFile {
 public:
  TopologyFile(const std::string& path, rules::Topology& topology)
      : path_(path), topology_(topology) {}

  std::optional<Error> load() {
    const auto parsed = read_toml_file(path_);
    if (!parsed) return parsed.error();
    for (const auto& [key, node] : *parsed) {
      if (key.str() != "topology" || !node.is_table()) {
        return wrong(key.source(), fmt::format("unknown section '{}'; it may be topology",
                                               std::string_view(key.str())));
      }
      if (auto error = take(*node.as_table())) return error;
    }
    return std::nullopt;
  }

 private:
  std::optional<Error> take(const toml::table& table) {
    for (const auto& [key, node] : table) {
      const std::string_view name = key.str();
      if (name != kKeys[0] && name != kKeys[1]) {
        return wrong(key.source(), unknown_name("key", std::string(name), kKeys));
      }
      const toml::array* const array = node.as_array();
      if (!array) return wrong(node.source(), "expected an array: [\"192.168.1.1/24=lan\"]");
      for (const toml::node& each : *array) {
        const auto text = each.value<std::string_view>();
        if (!text) return wrong(each.source(), "expected text in quotation marks");
        const std::string where = toml_place(path_, each.source());
        auto error = name == kKeys[0] ? add_local(topology_, *text, where)
                                      : add_route(topology_, *text, where);
        if (error) {
          error->kind = ErrorKind::input;
          return error;
        }
      }
    }
    return std::nullopt;
  }

  Error wrong(const toml::source_region& region, std::string message) const {
    return toml_error(path_, region, std::move(message));
  }

  const std::string& path_;
  rules::Topology& topology_;
};

}  // namespace

std::optional<Error> load_topology_file(const std::string& path, rules::Topology& topology) {
  return TopologyFile(path, topology).load();
}

std::optional<Error> add_local(rules::Topology& topology, std::string_view text,
                               std::string_view where) {
  const auto local = rules::Topology::parse_local(text);
  if (!local) {
    return Error{ErrorKind::usage, std::string(where),
                 fmt::format("'{}' is neither ADDRESS nor ADDRESS/LENGTH=INTERFACE", text)};
  }
  topology.add(*local);
  return std::nullopt;
}

std::optional<Error> add_route(rules::Topology& topology, std::string_view text,
                               std::string_view where) {
  const auto routes = rules::Topology::parse_route(text);
  if (routes.empty()) {
    return Error{
        ErrorKind::usage, std::string(where),
        fmt::format("'{}' is neither NETWORK/LENGTH=INTERFACE nor default=INTERFACE", text)};
  }
  for (const auto& route : routes) topology.add(route);
  return std::nullopt;
}

}  // namespace statewall
