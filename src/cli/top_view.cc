#include "cli/top_view.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <utility>

#include "report/quantity.h"

namespace statewall {
namespace {

constexpr std::size_t kPacketsKept = 200;

/// What the firewall sorts by, so that those of interest are among the first thousand.
std::string_view measure_of(TopOrder order) {
  switch (order) {
    case TopOrder::rate:
    case TopOrder::bytes: return "bytes";
    case TopOrder::packets: return "packets";
    case TopOrder::age: return "age";
  }
  return "bytes";
}

std::string_view name_of(TopOrder order) {
  constexpr std::string_view kNames[] = {"rate", "bytes", "packets", "age"};
  return kNames[static_cast<std::size_t>(order)];
}

}  // namespace

std::optional<Error> TopView::refresh() {
  Result<ControlClient> client = ControlClient::connect(socket_);
  if (!client) return client.error();
  const auto matched = ask_table(*client);
  if (!matched) return matched.error();
  matched_ = *matched;
  return ask_sums(*client);
}

Result<std::uint64_t> TopView::ask_table(ControlClient& client) {
  ControlRequest request = conditions_;
  request.command = "top";
  request.fields.push_back({"sort", std::string(measure_of(order_))});
  request.fields.push_back({"limit", "1000"});
  const auto matched = client.ask(request, [&](const ControlLine& line) {
    if (line.mark == ControlMark::data) table_.take(line.text);
    return true;
  });
  if (!matched) return matched;
  time_before_ = std::exchange(time_, std::chrono::steady_clock::now());
  table_.finish(std::chrono::nanoseconds(time_.time_since_epoch()).count());
  table_.sort(order_);
  return matched;
}

std::optional<Error> TopView::ask_sums(ControlClient& client) {
  sums_before_ = std::exchange(sums_, {});
  struct Row {
    std::string_view group, name;
    std::uint64_t Sums::*sum;
  };
  constexpr Row kRows[] = {{"packets", "all", &Sums::packets},
                           {"verdict", "DROP", &Sums::dropped},
                           {"verdict", "REJECT", &Sums::dropped},
                           {"table", "connections", &Sums::connections},
                           {"table", "max", &Sums::most}};
  const auto done = client.ask({"stats", {}}, [&](const ControlLine& line) {
    std::array<char, 64> group{}, name{};
    unsigned long long value = 0;
    const std::string text(line.text);
    if (std::sscanf(text.c_str(), "%63s %63s %llu", group.data(), name.data(), &value) == 3) {
      for (const Row& row : kRows) {
        if (row.group == group.data() && row.name == name.data()) sums_.*row.sum += value;
      }
    }
    return true;
  });
  return done ? std::nullopt : std::optional(done.error());
}

void TopView::set_conditions(std::string_view text) {
  ControlRequest wanted{"top", {}};
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (word.empty()) continue;
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string_view value = word.substr(std::min(equals + 1, word.size()));
    wanted.fields.push_back({std::string(word.substr(0, equals)), std::string(value)});
  }
  // On a connection of its own: an error ends it.
  Result<ControlClient> client = ControlClient::connect(socket_);
  if (!client) {
    remark_ = client.error().text();
    return;
  }
  const auto asked = client->ask(wanted, [](const ControlLine&) { return true; });
  if (asked) {
    conditions_ = std::move(wanted);
  } else {
    remark_ = asked.error().text();
  }
}

std::string TopView::conditions_text() const {
  std::string text;
  for (const auto& [key, value] : conditions_.fields) {
    text.append(text.empty() ? "" : " ").append(key).append("=").append(value);
  }
  return text;
}

void TopView::follow(std::uint64_t connection) {
  follower_.reset();
  packets_.clear();
  followed_ = connection;
  if (connection == 0) return;
  Result<ControlClient> client = ControlClient::connect(socket_);
  if (!client) {
    remark_ = client.error().text();
    return;
  }
  const auto error = client->send({"explain", {{"conn", std::to_string(connection)}}});
  if (error) remark_ = error->text();
  follower_ = std::move(*client);
}

void TopView::read_packets() {
  const Result<bool> more = follower_->read([&](const ControlLine& line) {
    if (line.mark == ControlMark::error) remark_ = parse_error_text(line.text).text();
    if (line.mark == ControlMark::data) packets_.emplace_back(line.text);
    if (packets_.size() > kPacketsKept) packets_.pop_front();
    return true;
  });
  if (!more || !*more) follower_.reset();
}

std::string TopView::summary() const {
  const double seconds = std::chrono::duration<double>(time_ - time_before_).count();
  const bool known = sums_before_.most != 0 && seconds > 0;
  const auto rate = [&](std::uint64_t Sums::*sum) {
    const auto passed = static_cast<double>(sums_.*sum - sums_before_.*sum);
    return rate_text(known ? std::optional(passed / seconds) : std::nullopt);
  };
  std::string text = fmt::format("{} of {}; {} packets/s, {} refused/s; ",
                                 quantity(sums_.connections, "connection", "connections"),
                                 sums_.most, rate(&Sums::packets), rate(&Sums::dropped));
  if (!conditions_.fields.empty()) text += fmt::format("{} {}, ", matched_, conditions_text());
  text += fmt::format("by {}", name_of(order_));
  // Without the switch acct nothing is counted.
  if (matched_ != 0 && !table_.counted()) text += "; bytes are not counted (--set acct=1)";
  return text;
}

}  // namespace statewall
