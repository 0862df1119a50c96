#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/output.h"
#include "report/json.h"
#include "report/profile_text.h"
#include "statewall/profile.h"

// statewall profiles: the switches side by side.

namespace statewall {
namespace {

using Row = std::vector<std::string>;

std::vector<Row> table() {
  Row heading{"switch"};
  for (const std::string_view name : profile_names()) heading.emplace_back(name);
  heading.insert(heading.end(), {"meaning", "source"});

  std::vector<Row> rows{heading};
  for (const Switch& line : switches()) {
    Row row{std::string(line.name)};
    for (const std::uint32_t value : line.values) row.push_back(switch_value_text(line, value));
    row.emplace_back(line.meaning);
    row.emplace_back(line.source);
    rows.push_back(row);
  }
  return rows;
}

void print_table(Output& out) {
  const std::vector<Row> rows = table();
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  // The meaning, which is long, comes last: the source before it.
  const std::size_t source = widths.size() - 1, meaning = widths.size() - 2;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < meaning; ++i) append(out.buffer(), "{:<{}}  ", row[i], widths[i]);
    append(out.buffer(), "{:<{}}  {}", row[source], widths[source], row[meaning]);
    out.line_done();
  }
}

void append_member(Buffer& out, std::string_view key, std::string_view text) {
  append(out, ",\"{}\":", key);
  append_json_string(out, text);
}

void print_json(Output& out) {
  for (const Switch& row : switches()) {
    append(out.buffer(), "{\"v\":1,\"type\":\"switch\",\"name\":");
    append_json_string(out.buffer(), row.name);
    append(out.buffer(), ",\"values\":{");
    const char* comma = "";
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      append(out.buffer(), "{}\"{}\":", comma, profiles()[i].name);
      append_json_string(out.buffer(), switch_value_text(row, row.values[i]));
      comma = ",";
    }
    append(out.buffer(), "}");
    append_member(out.buffer(), "takes", switch_range_text(row));
    append_member(out.buffer(), "meaning", row.meaning);
    append_member(out.buffer(), "source", row.source);
    append(out.buffer(), "}");
    out.line_done();
  }
}

}  // namespace

Run add_profiles(CLI::App& app) {
  const auto json = std::make_shared<bool>(false);
  app.add_flag("--json", *json, "Print JSON Lines, one a switch");
  app.footer("Example: statewall profiles | grep icmp");
  return [json] {
    Output out;
    if (*json) {
      print_json(out);
    } else {
      print_table(out);
    }
    return out.finish(kExitSuccess);
  };
}

}  // namespace statewall
