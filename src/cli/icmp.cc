#include "statewall/icmp.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/output.h"
#include "report/icmp_annex.h"

// statewall icmp: the annex of ICMP types.

namespace statewall {
namespace {

struct Arguments {
  std::string type;  ///< empty: all
  bool json = false;
};

std::vector<IcmpName> rows(std::optional<std::uint8_t> only) {
  std::vector<IcmpName> chosen;
  for (const IcmpName& row : icmp_names()) {
    if (!only || row.type == *only) chosen.push_back(row);
  }
  if (chosen.empty()) chosen.push_back(unassigned_icmp(*only));
  return chosen;
}

void print(const std::vector<IcmpName>& rows, bool json, Output& out) {
  if (!json) {
    append_annex_heading(out.buffer());
    out.line_done();
  }
  for (const IcmpName& row : rows) {
    if (json) {
      append_annex_json(out.buffer(), row);
    } else if (folded_in_annex(row)) {
      continue;
    } else {
      append_annex_line(out.buffer(), row);
    }
    out.line_done();
  }
}

int run(const Arguments& arguments) {
  std::optional<std::uint8_t> only;
  if (!arguments.type.empty()) {
    const Result<std::uint8_t> type = parse_icmp_type(arguments.type);
    if (!type) return fail(type.error());
    only = *type;
  }
  Output out;
  print(rows(only), arguments.json, out);
  return out.finish(kExitSuccess);
}

}  // namespace

Run add_icmp(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("TYPE", arguments->type, "One type: a number, or its iptables name")
      ->type_name("");
  app.add_flag("--json", arguments->json, "Print JSON Lines, one a type or code");
  app.footer("Example: statewall icmp destination-unreachable");
  return [arguments] { return run(*arguments); };
}

}  // namespace statewall
