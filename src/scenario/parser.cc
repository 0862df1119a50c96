#include "scenario/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenario/check_parser.h"
#include "scenario/line.h"
#include "scenario/packet_parser.h"
#include "scenario/scenario_files.h"
#include "scenario/settings.h"
#include "scenario/topology_parser.h"

namespace statewall {
namespace {

constexpr std::string_view kMagic = "statewall-scenario";
constexpr std::uint32_t kVersion = 1;

bool digit(std::string_view text) { return !text.empty() && text[0] >= '0' && text[0] <= '9'; }

class Parser {
 public:
  Parser(std::string_view file, ScenarioFiles* files) : file_(file), files_(files) {
    seen_.files = files;
  }

  ParsedScenario parse(std::string_view text) {
    for (int number = 1; !text.empty() && !hopeless_; ++number) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      parse_line(number, text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!begun_ && out_.errors.empty()) {
      Line nothing(file_, 1, {}, out_.errors);
      nothing.fail(nothing.peek(), header_error());
    }
    return std::move(out_);
  }

 private:
  void parse_line(int number, std::string_view text) {
    Line line(file_, number, text, out_.errors);
    if (line.at_end()) return;
    if (!begun_) {
      begun_ = true;
      hopeless_ = !header(line);
    } else if (digit(line.peek().text)) {
      hopeless_ = seen_.topology_wrong;
      if (!hopeless_) timed(line);
    } else if (timed_) {
      line.fail(line.peek(),
                fmt::format("expected a time in seconds, not {}; settings stand before "
                            "the first time",
                            in_quotes(line.peek().text)));
    } else {
      parse_setting(line, out_.scenario, seen_);
    }
  }

  bool header(Line& line) {
    const Word word = line.take();
    if (word.text != kMagic || word.quoted) return line.fail(word, header_error());
    const Word at = line.peek();
    const auto version = line.number("the version of the language", 1, 0xffff);
    if (!version) return false;
    if (*version == kVersion) return line.end();
    return line.fail(
        at, fmt::format("version {} of the language is not known, only {}", *version, kVersion));
  }

  static std::string header_error() {
    return fmt::format("a scenario begins with '{} {}'", kMagic, kVersion);
  }

  void timed(Line& line) {
    timed_ = true;
    const Word at = line.peek();
    const auto time = line.time();
    if (!time) return;
    Step step{line.number(), *time, {}};
    if (step.time < last_) line.fail(at, "time runs backwards");
    const bool backwards = step.time < last_;
    last_ = std::max(last_, step.time);
    const bool good =
        is_check_word(line.peek().text) ? parse_check(line, step) : packet(line, step);
    if (good && !backwards) out_.scenario.steps.push_back(std::move(step));
  }

  bool packet(Line& line, Step& step) {
    // Counted even if it turns out wrong, so that the numbers of those behind it stay the same.
    PacketStep packet;
    packet.number = ++out_.scenario.packets;
    const PacketContext context{files_, out_.scenario.has_rules()};
    if (!side(line, packet) || !parse_packet(line, packet, context)) return false;
    step.what = std::move(packet);
    return true;
  }

  bool side(Line& line, PacketStep& packet) {
    const ScenarioTopology& topology = out_.scenario.topology;
    if (topology.kind == ScenarioTopology::Kind::none) {
      if (line.at_end() || begins_packet(line.peek())) return true;
      return line.fail(line.peek(), fmt::format("expected an IP address or a check, not {}; sides "
                                                "are named by 'topology'",
                                                in_quotes(line.peek().text)));
    }
    std::vector<std::string_view> names(topology.sides.begin(), topology.sides.end());
    if (topology.kind == ScenarioTopology::Kind::router) names.push_back(kLocalSide);
    const auto index = line.one_of("a side", names);
    if (!index) return false;
    packet.side = *index < topology.sides.size() ? static_cast<int>(*index) : PacketStep::kLocal;
    return true;
  }

  std::string_view file_;
  ScenarioFiles* files_;
  ParsedScenario out_;
  SettingsSeen seen_;
  bool begun_ = false;     // the first statement is read
  bool hopeless_ = false;  // the rest would only be errors that follow from one before
  bool timed_ = false;     // the first time is read
  Nanoseconds last_ = 0;
};

}  // namespace

ParsedScenario parse_scenario(std::string_view text, std::string_view file, ScenarioFiles* files) {
  return Parser(file, files).parse(text);
}

ParsedScenario load_scenario(const std::string& path) {
  const auto text = ScenarioFiles::text(path);
  if (!text) return {{}, {text.error()}};
  ScenarioFiles files(path);
  return parse_scenario(*text, path, &files);
}

}  // namespace statewall
